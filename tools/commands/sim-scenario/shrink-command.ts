import { readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { Command } from 'commander';
import { parse, stringify } from 'yaml';
import { formatSeconds } from '../../../simulator/report/duration.ts';
import { readScenario } from '../../../simulator/scenario/language/check.ts';
import { ScenarioError } from '../../../simulator/scenario/language/problem.ts';
import type { Scenario } from '../../../simulator/scenario/language/scenario.ts';
import { buildScenario, type ScenarioImages } from '../../../simulator/scenario/run/firmware.ts';
import { watchOracles } from '../../../simulator/scenario/run/oracle-watch.ts';
import { runScenario, type ScenarioResult } from '../../../simulator/scenario/run/run.ts';
import { closeCompilers } from '../../firmware/index.ts';
import { BuildProgress } from '../firmware-progress.ts';
import { wholeNumber } from '../remote/values.ts';
import { writeOutput } from '../support/output.ts';
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
    .action(shrinkFile);
}

async function shrinkFile(path: string, flags: Flags): Promise<void> {
  const scenario = loadScenario(path);
  const seed = flags.seed ?? String(scenario.file.seed);
  const images = await build(scenario);
  const first = await attempt(scenario, images, seed);
  const failure = failureKind(first);
  if (!failure)
    throw new Error(`${path} does not fail with seed ${seed}: there is nothing to shrink`);
  console.error(
    `fails by ${describeFailure(failure)} after ${formatSeconds(first.virtualSeconds)}`,
  );
  const draft = parse(readFileSync(path, 'utf8')) as Draft;
  const outcome = await shrink(
    draft,
    { failure, seconds: first.virtualSeconds },
    async (cut) => {
      const result = await tryDraft(cut.draft, { path, images, seed, failure });
      if (result)
        console.error(`  ${cut.what}: still fails, ${formatSeconds(result.virtualSeconds)}`);
      return result && { seconds: result.virtualSeconds };
    },
    flags.tries,
  );
  const output = flags.output ?? smallName(path);
  const text = `# Shrunk from ${basename(path)}, seed ${seed}: fails by ${describeFailure(failure)}\n${stringify({ ...outcome.draft, seed })}`;
  await writeOutput(output, new TextEncoder().encode(text), 'the scenario');
  const end = outcome.done ? 'nothing more can go' : 'stopped by --tries';
  console.error(`${outcome.tries} runs, ${end}`);
  if (output === '-') return;
  process.stdout.write(`wrote ${output}; see it fail: ${reproduceLine(output, seed)}\n`);
}

async function build(scenario: Scenario): Promise<ScenarioImages> {
  const progress = new BuildProgress(process.stderr);
  try {
    return await buildScenario(scenario, { onProgress: (event) => progress.show(event) });
  } finally {
    progress.end();
    closeCompilers();
  }
}

/** The run of a draft where it is a scenario and fails alike. Pieces only go away, so the images of the whole are enough. */
async function tryDraft(
  draft: Draft,
  {
    path,
    images,
    seed,
    failure,
  }: { path: string; images: ScenarioImages; seed: string; failure: Failure },
): Promise<ScenarioResult | undefined> {
  let scenario: Scenario;
  try {
    scenario = readScenario(stringify(draft), path);
  } catch (error) {
    if (error instanceof ScenarioError) return undefined;
    throw error;
  }
  const own = new Map([...images].filter(([name]) => scenario.images.has(name)));
  const result = await attempt(scenario, own, seed);
  return showsFailure(result, failure) ? result : undefined;
}

async function attempt(scenario: Scenario, images: ScenarioImages, seed: string) {
  // Ctrl-C is heard between two runs.
  await new Promise((resolve) => setImmediate(resolve));
  return runScenario({
    scenario,
    images,
    seed,
    partitionTable: scenarioPartitionTable(),
    observers: [watchOracles(scenario.file.suspend)],
  });
}

/** Beside the file, as its paths are from there. */
function smallName(path: string): string {
  const extension = extname(path);
  return join(dirname(path), `${basename(path, extension)}.small${extension}`);
}
