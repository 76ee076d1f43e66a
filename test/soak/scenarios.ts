import { basename } from 'node:path';
import { formatSeconds } from '../../simulator/report/duration.ts';
import { buildAllScenarios } from '../../tools/commands/sim-scenario/build.ts';
import { builtImages, type JobOutcome, runJobs } from '../../tools/commands/sim-scenario/job.ts';
import { loadScenario } from '../../tools/commands/sim-scenario/load.ts';
import { reproduceLine } from '../../tools/commands/sim-scenario/recorded-run.ts';
import { failureOf, outcomeLines } from '../../tools/commands/sim-scenario/result-page.ts';
import { parseSeeds } from '../../tools/commands/sim-scenario/seeds.ts';
import { colorsFor } from '../../tools/commands/support/page.ts';
import type { SoakEntry, SoakOptions, SoakOutcome } from './entry.ts';

/** So many lines of a failed run are shown. */
const LINES_MAX = 12;
/** Between two lines of progress, ms of wall time. */
const PROGRESS_MS = 15_000;

/** Scenario files, each with many seeds. */
export function scenarioEntry(
  name: string,
  about: string,
  paths: readonly string[],
  seeds: string,
): SoakEntry {
  return {
    name,
    about,
    run: (options) => runSeeds(paths, options.seeds ?? parseSeeds(seeds), options),
  };
}

async function runSeeds(
  paths: readonly string[],
  seeds: readonly string[],
  { jobs, say, signal }: SoakOptions,
): Promise<SoakOutcome> {
  const scenarios = paths.map((path) => loadScenario(path));
  const images = await buildAllScenarios(scenarios, signal);
  const queue = seeds.flatMap((seed) => paths.map((path) => ({ path, seed })));
  const done: JobOutcome[] = [];
  const progress = setInterval(() => {
    const failed = done.filter(({ result }) => !result?.ok).length;
    say(`${done.length} of ${queue.length} runs, ${failed} failed; ${figures(done)}`);
  }, PROGRESS_MS);
  try {
    await runJobs(
      queue,
      jobs,
      (outcome) => {
        done.push(outcome);
        if (outcome.result?.ok) return;
        for (const line of outcomeLines(outcome, colorsFor({})).slice(0, LINES_MAX)) say(line);
        say(`  see it again: ${reproduceLine(outcome.path, outcome.seed)}`);
      },
      signal,
      builtImages(scenarios, images),
    );
  } finally {
    clearInterval(progress);
  }
  const failures = done.flatMap((outcome) => {
    const { path, seed } = outcome;
    const failure = failureOf(outcome);
    if (failure === undefined) return [];
    const what = `${basename(path)} seed ${seed}: ${failure}`;
    return [{ what, reproduce: reproduceLine(path, seed) }];
  });
  return { runs: done.length, failures, figures: figures(done) };
}

/** Per run: CPU, which a busy machine changes less than time, and virtual time. */
function figures(done: readonly JobOutcome[]): string {
  const results = done.filter(({ result }) => result);
  if (results.length === 0) return 'no run yet';
  const mean = (of: (outcome: JobOutcome) => number) =>
    results.reduce((sum, outcome) => sum + of(outcome), 0) / results.length;
  const cpu = mean(({ cpuSeconds = 0 }) => cpuSeconds);
  const virtual = mean(({ result }) => result!.virtualSeconds);
  return `${cpu.toFixed(2)} s of CPU a run, ${formatSeconds(virtual)} of virtual time`;
}
