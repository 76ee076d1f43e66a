import { type Mishap, mishapFlag } from '../../../simulator/scenario/enumerate/mishap.ts';
import type { Scenario } from '../../../simulator/scenario/language/scenario.ts';
import type { ScenarioImages } from '../../../simulator/scenario/run/firmware.ts';
import { watchOracles } from '../../../simulator/scenario/run/oracle-watch.ts';
import { type Observer, runScenario } from '../../../simulator/scenario/run/run.ts';
import { type ArtifactPlaces, Artifacts } from './artifacts.ts';
import { writeBundle } from './bundle.ts';
import type { JobOutcome } from './job.ts';
import { programOrigin } from './origin.ts';
import { failureOf } from './result-page.ts';

export interface RecordedRun {
  scenario: Scenario;
  images: ScenarioImages;
  partitionTable: Uint8Array;
  seed: string;
  /** Those that are steps of the scenario already, for the line that makes the run again. */
  mishaps?: readonly Mishap[];
  places?: ArtifactPlaces;
  /** The folder of what `ota sim replay` needs. */
  bundle?: string;
  /** Beside the oracles. */
  observers?: readonly Observer[];
}

export interface RecordedOutcome extends JobOutcome {
  result: NonNullable<JobOutcome['result']>;
  /** Files and folders that were written. */
  files: string[];
}

/** One run in this process, with oracles, that leaves behind what was asked for. */
export async function runRecorded(run: RecordedRun): Promise<RecordedOutcome> {
  const { scenario, images, seed, partitionTable, places = {}, bundle, observers = [] } = run;
  const { path } = scenario;
  const { mishaps = [] } = run;
  const artifacts = new Artifacts(places);
  const started = process.hrtime.bigint();
  try {
    const result = await runScenario({
      scenario,
      images,
      seed,
      partitionTable,
      observers: [watchOracles(scenario.file.suspend), ...artifacts.observers, ...observers],
    });
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    const outcome = { path, seed, mishaps, result, seconds };
    const commit = programOrigin();
    const figures = { wallSeconds: seconds, commit, reproduce: reproduceLine(path, seed, mishaps) };
    const files = artifacts.write(result, figures);
    if (bundle !== undefined) {
      const failure = failureOf(outcome);
      writeBundle(bundle, { scenario, images, partitionTable, result, commit, failure });
      files.push(bundle);
    }
    return { ...outcome, files };
  } catch (error) {
    artifacts.abandon();
    throw error;
  }
}

/** The command that makes a run again, for a shell. */
export function reproduceLine(path: string, seed: string, mishaps: readonly Mishap[] = []): string {
  const flags = mishaps.map((one) => ` ${mishapFlag(one)}`).join('');
  return `ota sim run ${shellWord(path)} --seed ${shellWord(seed)}${flags}`;
}

function shellWord(text: string): string {
  return /^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
