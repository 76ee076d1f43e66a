import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readScenario } from '../../simulator/scenario/language/check.ts';
import { buildScenario } from '../../simulator/scenario/run/firmware.ts';
import { watchOracles } from '../../simulator/scenario/run/oracle-watch.ts';
import { runScenario, type ScenarioResult } from '../../simulator/scenario/run/run.ts';
import { partitionTable, ROOT } from '../support/bench.ts';

export const LIBRARY = join(ROOT, 'simulator/scenario/library');

export const textOf = (file: string) => readFileSync(join(LIBRARY, file), 'utf8');

/** Runs a scenario text as if it stood in the library. */
export async function runText(text: string, seed = '1'): Promise<ScenarioResult> {
  const scenario = readScenario(text, join(LIBRARY, 'text.yaml'));
  return runScenario({
    scenario,
    images: await buildScenario(scenario),
    seed,
    partitionTable: partitionTable(),
    observers: [watchOracles(scenario.file.suspend)],
  });
}
