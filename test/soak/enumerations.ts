import { OFF_US, PHASES } from '../../simulator/scenario/enumerate/cut-point.ts';
import { type PlannedPoint, planCuts, planDrops } from '../../simulator/scenario/enumerate/plan.ts';
import {
  boardsOfInterest,
  type Reference,
  runReference,
} from '../../simulator/scenario/enumerate/reference.ts';
import type { ScenarioImages } from '../../simulator/scenario/run/firmware.ts';
import { enumerate } from '../../tools/commands/sim-enumerate/enumerate.ts';
import { failureLines, outcomeFigures } from '../../tools/commands/sim-enumerate/page.ts';
import { EnumerateProgress } from '../../tools/commands/sim-enumerate/progress.ts';
import { buildAllScenarios } from '../../tools/commands/sim-scenario/build.ts';
import { loadScenario, scenarioPartitionTable } from '../../tools/commands/sim-scenario/load.ts';
import { reproduceLine } from '../../tools/commands/sim-scenario/recorded-run.ts';
import type { SoakEntry, SoakFailure, SoakOptions, SoakOutcome } from './entry.ts';

/** Everything that one kind of mishap may hit in a scenario, one by one. */
export function enumerationEntry(
  name: string,
  about: string,
  path: string,
  kind: 'cut' | 'drop',
): SoakEntry {
  return { name, about, run: (options) => run(path, kind, options) };
}

async function run(path: string, kind: 'cut' | 'drop', options: SoakOptions): Promise<SoakOutcome> {
  const { jobs, say, signal } = options;
  const scenario = loadScenario(path);
  const [images] = (await buildAllScenarios([scenario], signal)) as [ScenarioImages];
  const partitionTable = scenarioPartitionTable();
  const failures: SoakFailure[] = [];
  let runs = 0;
  let figures = '';
  for (const seed of options.seeds ?? [String(scenario.file.seed)]) {
    if (signal.aborted) break;
    const bed = { scenario, images, seed };
    const reference = await runReference({ ...bed, partitionTable, frames: kind === 'drop' });
    const points = pointsOf(reference, kind);
    const progress = new EnumerateProgress({ write: (text) => say(text.trim()) });
    const outcome = await enumerate({
      ...bed,
      points,
      jobs,
      signal,
      onOutcome: (sofar) => progress.show(sofar),
    });
    for (const line of failureLines(outcome.failures)) say(line);
    runs += outcome.runs.size;
    figures = outcomeFigures(outcome);
    failures.push(
      ...outcome.failures.map(({ point, message }) => ({
        what: message,
        reproduce: reproduceLine(path, seed, [point.mishap]),
      })),
    );
  }
  return { runs, failures, figures };
}

function pointsOf(reference: Reference, kind: 'cut' | 'drop'): PlannedPoint[] {
  if (kind === 'drop') return planDrops(reference, {});
  const boards = boardsOfInterest(reference);
  return [...planCuts(reference, { boards, phases: PHASES, offUs: OFF_US })];
}
