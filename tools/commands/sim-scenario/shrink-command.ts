import { readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { Command } from 'commander';
import { stringify } from 'yaml';
import { formatSeconds } from '../../../simulator/report/duration.ts';
import { readScenario } from '../../../simulator/scenario/language/check.ts';
import { ScenarioError } from '../../../simulator/scenario/language/problem.ts';
import type { Scenario } from '../../../simulator/scenario/language/scenario.ts';
import { type ScenarioImages, tableName } from '../../../simulator/scenario/run/firmware.ts';
import { watchOracles } from '../../../simulator/scenario/run/oracle-watch.ts';
import { runScenario, type ScenarioResult } from '../../../simulator/scenario/run/run.ts';
import { wholeNumber } from '../remote/values.ts';
import { interruptible } from '../support/interrupt.ts';
import { writeOutput } from '../support/output.ts';
import { buildAllScenarios, stopsWith } from './build.ts';
import { loadScenario, scenarioPartitionTable } from './load.ts';
import { reproduceLine } from './recorded-run.ts';
import {
  type Draft,
  describeFailure,
  type Failure,
  failureKind,
  showsFailure,
  shrink,
} from './shrink.ts';
import { unrolledDraft } from './unroll-draft.ts';

const EXAMPLES = `
Examples:
  $ ota sim shrink swarm.yaml --seed 17
  $ ota sim shrink swarm.yaml --seed 17 --output small.yaml --tries 500`;

interface Flags {
  seed?: string;
  output?: string;
  tries: number;
}

export function shrinkCommand(): Command {
  return new Command('shrink')
    .description('Take boards, steps, faults and time out of a scenario while its failure stays.')
    .argument('<file>', 'a scenario file that fails')
    .option('--seed <text>', "the seed that it fails with; default the file's own")
    .option('-o, --output <file>', 'where the smaller one goes; default FILE.small.yaml beside it')
    .option('--tries <n>', 'runs at the most', wholeNumber(1, 100_000), 200)
    .addHelpText('after', EXAMPLES)
    .action((path: string, flags: Flags) =>
      interruptible((signal) => shrinkFile(path, flags, signal)),
    );
}

async function shrinkFile(path: string, flags: Flags, signal: AbortSignal): Promise<void> {
  const scenario = loadScenario(path);
  const seed = flags.seed ?? String(scenario.file.seed);
  const [images] = (await buildAllScenarios([scenario], signal)) as [ScenarioImages];
  const bed: Bed = { path, images, seed, signal };
  const first = await attempt(scenario, bed);
  const failure = failureKind(first);
  if (!failure) {
    throw new Error(`${path} does not fail with seed ${seed}: there is nothing to shrink`);
  }
  const fails = `fails by ${describeFailure(failure)}`;
  console.error(`${fails} after ${formatSeconds(first.virtualSeconds)}`);
  const output = flags.output ?? smallName(path);
  const write = (draft: Draft) => {
    const text = `# Shrunk from ${basename(path)}, seed ${seed}: ${fails}\n${stringify({ ...draft, seed })}`;
    return writeOutput(output, new TextEncoder().encode(text), 'the scenario');
  };
  const outcome = await shrink(
    unrolledDraft(readFileSync(path, 'utf8'), scenario, images, seed),
    { failure, seconds: first.virtualSeconds },
    async (cut) => {
      const result = await tryDraft(cut.draft, failure, bed);
      if (!result) return undefined;
      console.error(`  ${cut.what}: still fails, ${formatSeconds(result.virtualSeconds)}`);
      // Whoever stops it here has the smallest so far.
      if (output !== '-') await write(cut.draft);
      return { seconds: result.virtualSeconds };
    },
    flags.tries,
  );
  await write(outcome.draft);
  console.error(
    `${outcome.tries} runs, ${outcome.done ? 'nothing more can go' : 'stopped by --tries'}`,
  );
  if (output === '-') return;
  process.stdout.write(`wrote ${output}; see it fail: ${reproduceLine(output, seed)}\n`);
}

/** What all tries have in common. */
interface Bed {
  path: string;
  images: ScenarioImages;
  seed: string;
  signal: AbortSignal;
}

/** The run of a draft where it is a scenario and fails alike. Pieces only go away, so the images of the whole are enough. */
async function tryDraft(
  draft: Draft,
  failure: Failure,
  bed: Bed,
): Promise<ScenarioResult | undefined> {
  let scenario: Scenario;
  try {
    scenario = readScenario(stringify(draft), bed.path);
  } catch (error) {
    if (error instanceof ScenarioError) return undefined;
    throw error;
  }
  const tables = new Set(scenario.file.boards.map(tableName));
  const images = new Map(
    [...bed.images].filter(([name]) => scenario.images.has(name) || tables.has(name)),
  );
  try {
    const result = await attempt(scenario, { ...bed, images });
    return showsFailure(result, failure) ? result : undefined;
  } catch (error) {
    // A step that cannot be done without one that is gone: no smaller scenario, but none that fails alike.
    if (bed.signal.aborted) throw error;
    return undefined;
  }
}

function attempt(scenario: Scenario, { images, seed, signal }: Bed): Promise<ScenarioResult> {
  // The process takes signals here.
  const breathe = { tick: () => new Promise<void>((resolve) => setImmediate(resolve)) };
  return runScenario({
    scenario,
    images,
    seed,
    partitionTable: scenarioPartitionTable(),
    observers: [watchOracles(scenario.file.suspend), breathe, stopsWith(signal)],
  });
}

/** Beside the file, as its paths are from there. */
function smallName(path: string): string {
  const extension = extname(path);
  return join(dirname(path), `${basename(path, extension)}.small${extension}`);
}
