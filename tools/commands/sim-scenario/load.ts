import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { withSteps } from '../../../simulator/scenario/language/amend.ts';
import { readScenario } from '../../../simulator/scenario/language/check.ts';
import type { Scenario } from '../../../simulator/scenario/language/scenario.ts';
import { packageRoot } from '../../firmware/index.ts';
import { reasonOf } from '../support/input.ts';
import { partitionTableFrom } from '../support/partition-table.ts';

/** Reads and checks a scenario file; `steps` come before its own. @throws ScenarioError, or Error where the file cannot be read */
export function loadScenario(
  path: string,
  steps: readonly Record<string, string>[] = [],
): Scenario {
  let text: string;
  try {
    text = beginningOf(path);
  } catch (error) {
    throw new Error(`cannot read ${path}: ${reasonOf(error)}`);
  }
  const scenario = readScenario(text, path);
  if (steps.length === 0) return scenario;
  const amended = readScenario(withSteps(text, steps), path);
  // Steps of the file are named by its own lines.
  const timeline = amended.timeline.map((step, i) => {
    const own = scenario.timeline[i - steps.length];
    return own ? { ...step, place: own.place } : step;
  });
  return { ...amended, timeline };
}

/** More bytes than a scenario may have characters. */
const BYTES_MAX = 4_000_001;

/** All of a text file or pipe, but of one that is too long, or never ends, only that much. */
function beginningOf(path: string): string {
  const bytes = Buffer.alloc(BYTES_MAX);
  const file = openSync(path, 'r');
  try {
    let length = 0;
    for (let more = -1; more !== 0 && length < BYTES_MAX; length += more) {
      more = readSync(file, bytes, length, BYTES_MAX - length, null);
    }
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
}

/** The partition table that boards of a scenario are flashed with. */
export function scenarioPartitionTable(): Uint8Array {
  return partitionTableFrom(join(packageRoot(), 'gateway-arduino', 'partitions.csv'));
}
