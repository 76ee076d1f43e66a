import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { type JUnitCase, junitXml } from '../../../simulator/report/junit.ts';
import { buildScenario } from '../../../simulator/scenario/run/firmware.ts';
import { watchOracles } from '../../../simulator/scenario/run/oracle-watch.ts';
import { runScenario } from '../../../simulator/scenario/run/run.ts';
import { BuildError, cancelBuilds, closeCompilers } from '../../firmware/index.ts';
import { formatDiagnostics } from '../firmware-diagnostics.ts';
import { BuildProgress } from '../firmware-progress.ts';
import { wholeNumber } from '../remote/values.ts';
import { colorsFor } from '../support/page.ts';
import { type Job, type JobOutcome, runJobs } from './job.ts';
import { liveView } from './live.ts';
import { loadScenario, scenarioPartitionTable } from './load.ts';
import { failureOf, outcomeLines, resultLines } from './result-page.ts';
import { parseSeeds } from './seeds.ts';

interface Flags {
  seed?: string;
  seeds?: string[];
  jobs: number;
  junit?: string;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  $ ota sim run power-cut.yaml
  $ ota sim run scenarios/*.yaml --jobs 2 --junit report.xml
  $ ota sim run swarm.yaml --seeds 1..500 --jobs 2

A run ends with 0 when everything expected holds and no oracle found anything, else with 1.`;

/** Exit code of a program that Ctrl-C ended, as shells know it. */
const INTERRUPTED = 130;

export function runCommand(): Command {
  return new Command('run')
    .description(
      'Run scenario files: virtual boards, a server, what goes wrong, and what must come of it.',
    )
    .argument('<file...>', 'scenario files (YAML)')
    .option('--seed <text>', "what every random draw comes from; default the file's own")
    .option('--seeds <range>', 'one run for each, such as 1..500', parseSeeds)
    .option('--jobs <n>', 'runs at the same time', wholeNumber(1, 64), 1)
    .option('--junit <file>', 'write a JUnit report')
    .option('--json', 'print the results as JSON, and nothing else on standard output')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(files: string[], flags: Flags): Promise<void> {
  if (flags.seed !== undefined && flags.seeds) {
    throw new InvalidArgumentError('Give --seed or --seeds, not both.');
  }
  const scenarios = files.map(loadScenario);
  const jobs = scenarios.flatMap(({ path, file }): Job[] =>
    (flags.seeds ?? [flags.seed ?? String(file.seed)]).map((seed) => ({ path, seed })),
  );
  for (const { file } of scenarios) watchOracles(file.suspend);
  const stop = new AbortController();
  const onInterrupt = () => stop.abort();
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  try {
    const images = await build(scenarios, stop.signal);
    const outcomes =
      jobs.length === 1
        ? [await runHere(scenarios[0]!, images[0]!, jobs[0]!, flags, stop.signal)]
        : await runMany(jobs, flags, stop.signal);
    if (stop.signal.aborted) throw new Error('stopped');
    finish(outcomes, flags);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    console.error('stopped');
    process.exitCode = INTERRUPTED;
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}

type Scenario = ReturnType<typeof loadScenario>;
type Images = Awaited<ReturnType<typeof buildScenario>>;

async function build(scenarios: readonly Scenario[], signal: AbortSignal): Promise<Images[]> {
  const progress = new BuildProgress(process.stderr);
  const onProgress = (event: Parameters<BuildProgress['show']>[0]) =>
    signal.aborted || progress.show(event);
  signal.addEventListener('abort', cancelBuilds);
  try {
    const images: Images[] = [];
    for (const scenario of scenarios) {
      images.push(await buildScenario(scenario, { onProgress, signal }));
    }
    return images;
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    progress.end();
    throw new Error(formatDiagnostics(error.diagnostics, process.stderr));
  } finally {
    progress.end();
    signal.removeEventListener('abort', cancelBuilds);
    closeCompilers();
  }
}

/** One run, in this process, shown as it goes. */
async function runHere(
  scenario: Scenario,
  images: Images,
  job: Job,
  flags: Flags,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const output = flags.json ? process.stderr : process.stdout;
  const view = liveView(output);
  const started = process.hrtime.bigint();
  output.write(`${scenario.file.name}\n`);
  const breathe = {
    tick() {
      if (signal.aborted) throw new Error('stopped');
    },
  };
  try {
    const result = await runScenario({
      scenario,
      images,
      seed: job.seed,
      partitionTable: scenarioPartitionTable(),
      observers: [watchOracles(scenario.file.suspend), view, breathe],
    });
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    if (!flags.json)
      output.write(`${resultLines(result, seconds, colorsFor(output)).join('\n')}\n`);
    return { ...job, result, seconds };
  } finally {
    view.clear();
  }
}

async function runMany(jobs: Job[], flags: Flags, signal: AbortSignal): Promise<JobOutcome[]> {
  const output = flags.json ? process.stderr : process.stdout;
  const colour = colorsFor(output);
  const outcomes: JobOutcome[] = [];
  await runJobs(
    jobs,
    flags.jobs,
    (outcome) => {
      outcomes.push(outcome);
      output.write(`${outcomeLines(outcome, colour).join('\n')}\n`);
    },
    signal,
  );
  // In the order of the jobs, whichever came first.
  const place = ({ path, seed }: Job) =>
    jobs.findIndex((job) => job.path === path && job.seed === seed);
  return outcomes.sort((a, b) => place(a) - place(b));
}

function finish(outcomes: readonly JobOutcome[], { junit, json }: Flags): void {
  const failed = outcomes.filter((outcome) => failureOf(outcome) !== undefined);
  if (junit !== undefined) writeFileSync(junit, junitXml(outcomes.map(caseOf)));
  if (json) console.log(JSON.stringify(outcomes.map(forJson), null, 2));
  else if (outcomes.length > 1) {
    console.log(`\n${outcomes.length - failed.length} of ${outcomes.length} runs passed`);
  }
  for (const { path, seed } of failed.slice(0, 10)) {
    console.error(`to see it again: ota sim run ${path} --seed ${seed}`);
  }
  process.exitCode = failed.length > 0 ? 1 : 0;
}

function forJson({ path, seed, seconds, result, error }: JobOutcome): object {
  return result ? { ...result, wallSeconds: seconds } : { path, seed, ok: false, error };
}

function caseOf(outcome: JobOutcome): JUnitCase {
  const message = failureOf(outcome);
  const { path, seed, seconds } = outcome;
  const plain = colorsFor({});
  return {
    suite: path,
    name: `seed ${seed}`,
    seconds,
    ...(message !== undefined && {
      failure: { message, details: outcomeLines(outcome, plain).join('\n') },
    }),
  };
}
