import { readFileSync } from 'node:fs';
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
    text = readFileSync(path, 'utf8');
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

/** The partition table that boards of a scenario are flashed with. */
export function scenarioPartitionTable(): Uint8Array {
  return partitionTableFrom(join(packageRoot(), 'gateway-arduino', 'partitions.csv'));
}
