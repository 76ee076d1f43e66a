import { basename, dirname, extname, join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { type JUnitCase, junitXml } from '../../../simulator/report/junit.ts';
import {
  type Mishap,
  mishapStep,
  parseMishap,
  watchMishap,
} from '../../../simulator/scenario/enumerate/mishap.ts';
import type { Scenario } from '../../../simulator/scenario/language/scenario.ts';
import type { ScenarioImages } from '../../../simulator/scenario/run/firmware.ts';
import { wholeNumber } from '../remote/values.ts';
import { interruptible } from '../support/interrupt.ts';
import { writeFile } from '../support/output.ts';
import { colorsFor } from '../support/page.ts';
import { printable } from '../support/text.ts';
import { type ArtifactPlaces, placesIn } from './artifacts.ts';
import { buildAllScenarios, stopsWith } from './build.ts';
import { makeFolder } from './folder.ts';
import { type BuiltImages, builtImages, type Job, type JobOutcome, runJobs } from './job.ts';
import { liveView } from './live.ts';
import { loadScenario, scenarioPartitionTable } from './load.ts';
import { programOrigin } from './origin.ts';
import { reproduceLine, runRecorded } from './recorded-run.ts';
import { failureOf, missedOf, outcomeLines, resultLines } from './result-page.ts';
import { parseSeeds } from './seeds.ts';

interface Flags {
  seed?: string;
  seeds?: string[];
  jobs: number;
  cut: Mishap[];
  drop: Mishap[];
  junit?: string;
  json?: boolean;
  report?: string;
  trace?: string;
  pcap?: string;
  serial?: string;
  dumps?: string;
  bundle?: string;
  artifacts?: string;
}

const EXAMPLES = `
Examples:
  $ ota sim run power-cut.yaml
  $ ota sim run scenarios/*.yaml --jobs 2 --junit report.xml
  $ ota sim run power-cut.yaml --report report.html --pcap traffic.pcapng
  $ ota sim run power-cut.yaml --cut pir-1:17:half --drop gateway:pir-1:40
  $ ota sim run swarm.yaml --seeds 1..500 --jobs 2 --artifacts failed

A run ends with 0 when everything expected holds, no oracle found anything, and it came to each --cut and --drop; else with 1.`;

const CUT_HELP =
  'power of a board goes at an operation of its flash, as board:operation:phase[:time without power]; may be given again';
const DROP_HELP = 'a mesh frame is lost, as from:to:number; may be given again';

/** So many failed runs are named and kept. */
const KEPT_MAX = 10;
/** Flags that name what one run leaves. */
const SINGLE = ['report', 'trace', 'pcap', 'serial', 'dumps', 'bundle'] as const;

export function runCommand(): Command {
  return new Command('run')
    .description(
      'Run scenario files: virtual boards, a server, what goes wrong, and what must come of it.',
    )
    .argument('<file...>', 'scenario files (YAML)')
    .option('--seed <text>', "what every random draw comes from; default the file's own")
    .option('--seeds <range>', 'one run for each, such as 1..500', parseSeeds)
    .option('--cut <where>', CUT_HELP, mishapsOf('cut'), [])
    .option('--drop <frame>', DROP_HELP, mishapsOf('drop'), [])
    .option('--jobs <n>', 'runs at the same time', wholeNumber(1, 64), 1)
    .option('--junit <file>', 'write a JUnit report')
    .option('--report <file>', 'write the run as one HTML page')
    .option('--trace <file>', 'write every record of the trace, as JSON lines')
    .option('--pcap <file>', 'write mesh and HTTP traffic as pcapng, for Wireshark')
    .option('--serial <dir>', 'write the serial log of each board')
    .option('--dumps <dir>', 'write the flash of each board, before and after')
    .option('--bundle <dir>', 'write all that ota sim replay needs')
    .option('--artifacts <dir>', 'write all of these; of many runs, a folder for each that failed')
    .option('--json', 'print the results as JSON, and nothing else on standard output')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(files: string[], flags: Flags): Promise<void> {
  if (flags.seed !== undefined && flags.seeds) {
    throw new InvalidArgumentError('Give --seed or --seeds, not both.');
  }
  const single = SINGLE.find((name) => flags[name] !== undefined);
  const mishaps = [...flags.cut, ...flags.drop];
  const steps = mishaps.map(mishapStep);
  const scenarios = files.map((file) => loadScenario(file, steps));
  const jobs = scenarios.flatMap(({ path, file }): Job[] =>
    (flags.seeds ?? [flags.seed ?? String(file.seed)]).map((seed) => ({ path, seed, mishaps })),
  );
  if (single && jobs.length > 1) {
    throw new InvalidArgumentError(
      `--${single} is of one run, and these are ${jobs.length}: give --artifacts DIR.`,
    );
  }
  // A place that cannot be is told before the runs.
  if (flags.junit !== undefined) makeFolder(dirname(flags.junit));
  await interruptible(async (signal) => {
    const images = await buildAllScenarios(scenarios, signal);
    const outcomes =
      jobs.length === 1
        ? [await runHere(scenarios[0]!, images[0]!, jobs[0]!, flags, signal)]
        : await runMany(jobs, flags, signal, builtImages(scenarios, images));
    // Of one run that is stopped there is nothing to tell, of many what came of those that were made.
    if (signal.aborted && jobs.length === 1) return;
    if (jobs.length > 1 && !signal.aborted)
      await keepFailed(outcomes, flags, { scenarios, images });
    finish(outcomes, jobs.length, flags);
  });
}

/** Reads a flag that may be given again. Throws what was expected instead. */
function mishapsOf(kind: 'cut' | 'drop') {
  return (text: string, before: Mishap[]): Mishap[] => {
    try {
      return [...before, parseMishap(kind, text)];
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  };
}

/** What was asked for by a flag of its own. */
function given({ report, trace, pcap, serial, dumps }: Flags): ArtifactPlaces {
  const places = Object.entries({ report, trace, pcap, serial, dumps });
  return Object.fromEntries(places.filter(([, place]) => place !== undefined));
}

/** One run, in this process, shown as it goes. */
async function runHere(
  scenario: Scenario,
  images: ScenarioImages,
  job: Job,
  flags: Flags,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const output = flags.json ? process.stderr : process.stdout;
  const view = liveView(output);
  output.write(`${printable(scenario.file.name)}\n`);
  const { artifacts, bundle } = flags;
  const all = artifacts === undefined ? {} : placesIn(artifacts);
  const { mishaps = [] } = job;
  const watches = mishaps.map(watchMishap);
  try {
    const recorded = await runRecorded({
      scenario,
      images,
      seed: job.seed,
      mishaps,
      partitionTable: scenarioPartitionTable(),
      places: { ...all, ...given(flags) },
      bundle: bundle ?? (artifacts === undefined ? undefined : join(artifacts, 'bundle')),
      observers: [...watches, view, stopsWith(signal)],
    });
    const { result, seconds, files } = recorded;
    const outcome = { ...recorded, seen: watches.map(({ seen }) => seen) };
    const missed = missedOf(outcome);
    if (missed !== undefined) console.error(missed);
    if (!flags.json) {
      output.write(`${resultLines(result, seconds, colorsFor(output)).join('\n')}\n`);
      for (const file of files) output.write(`wrote         ${file}\n`);
    }
    return outcome;
  } finally {
    view.clear();
  }
}

async function runMany(
  jobs: Job[],
  flags: Flags,
  signal: AbortSignal,
  images: BuiltImages,
): Promise<JobOutcome[]> {
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
    images,
  );
  // In the order of the jobs, whichever came first.
  const place = ({ path, seed }: Job) =>
    jobs.findIndex((job) => job.path === path && job.seed === seed);
  return outcomes.sort((a, b) => place(a) - place(b));
}

/** Runs that failed are made again, and leave behind what there is to see. */
async function keepFailed(
  outcomes: readonly JobOutcome[],
  { artifacts, json }: Flags,
  { scenarios, images }: { scenarios: Scenario[]; images: ScenarioImages[] },
): Promise<void> {
  if (artifacts === undefined) return;
  const failed = outcomes.filter(({ result }) => result && !result.ok);
  for (const { path, seed, result, mishaps } of failed.slice(0, KEPT_MAX)) {
    const i = scenarios.findIndex((scenario) => scenario.path === path);
    // A seed may be any text.
    const name = `${basename(path, extname(path))}-${i + 1}-seed-${seed.replace(/[^\w.-]/g, '_')}`;
    const folder = join(artifacts, name);
    const again = await runRecorded({
      scenario: scenarios[i]!,
      images: images[i]!,
      seed,
      mishaps,
      partitionTable: scenarioPartitionTable(),
      places: placesIn(folder),
      bundle: join(folder, 'bundle'),
    });
    const output = json ? process.stderr : process.stdout;
    output.write(`wrote ${folder}\n`);
    if (again.result.trace !== result!.trace) {
      console.error(`${path} seed ${seed} went another way when it was made again`);
    }
  }
}

function finish(outcomes: readonly JobOutcome[], wanted: number, { junit, json }: Flags): void {
  const failed = outcomes.filter((outcome) => wrongWith(outcome) !== undefined);
  if (junit !== undefined) {
    writeFile(junit, new TextEncoder().encode(junitXml(outcomes.map(caseOf))), 'the JUnit report');
  }
  if (json) process.stdout.write(`${JSON.stringify(outcomes.map(forJson), null, 2)}\n`);
  else if (wanted > 1) {
    const left = wanted - outcomes.length;
    const passed = `${outcomes.length - failed.length} of ${outcomes.length} runs passed`;
    process.stdout.write(`\n${passed}${left > 0 ? `, ${left} not made` : ''}\n`);
  }
  if (failed.length > 0) {
    console.error(`to see it again, at ${programOrigin()}:`);
    for (const { path, seed, mishaps } of failed.slice(0, KEPT_MAX)) {
      console.error(`  ${printable(reproduceLine(path, seed, mishaps))}`);
    }
  }
  process.exitCode = failed.length > 0 ? 1 : 0;
}

function wrongWith(outcome: JobOutcome): string | undefined {
  return failureOf(outcome) ?? missedOf(outcome);
}

function forJson(outcome: JobOutcome): object {
  const { path, seed, seconds, result, error } = outcome;
  if (!result) return { path, seed, ok: false, error };
  const missed = missedOf(outcome);
  return { ...result, ...(missed && { ok: false, missed }), wallSeconds: seconds };
}

function caseOf(outcome: JobOutcome): JUnitCase {
  const message = wrongWith(outcome);
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
