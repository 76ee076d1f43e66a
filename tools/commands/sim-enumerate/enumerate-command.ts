import { dirname } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CUT_PHASES, type CutPhase } from '../../../simulator/board/torn-flash.ts';
import { OFF_US, PHASES } from '../../../simulator/scenario/enumerate/cut-point.ts';
import {
  type PlannedPoint,
  planCuts,
  planDrops,
} from '../../../simulator/scenario/enumerate/plan.ts';
import {
  boardsOfInterest,
  type Reference,
  runReference,
} from '../../../simulator/scenario/enumerate/reference.ts';
import { formatDuration, parseDuration } from '../../../simulator/scenario/language/quantities.ts';
import type { Scenario } from '../../../simulator/scenario/language/scenario.ts';
import type { ScenarioImages } from '../../../simulator/scenario/run/firmware.ts';
import { wholeNumber } from '../remote/values.ts';
import { buildAllScenarios, stopsWith } from '../sim-scenario/build.ts';
import { makeFolder } from '../sim-scenario/folder.ts';
import { loadScenario, scenarioPartitionTable } from '../sim-scenario/load.ts';
import { interruptible } from '../support/interrupt.ts';
import { writeFile } from '../support/output.ts';
import { colorsFor } from '../support/page.ts';
import { printable } from '../support/text.ts';
import { type Enumerated, enumerate } from './enumerate.ts';
import { enumerationJson, enumerationJUnit, planLines, resultLines } from './page.ts';
import { EnumerateProgress } from './progress.ts';

export interface EnumerateFlags {
  cut?: 'flash';
  drop?: 'frames';
  board?: string[];
  partition?: string[];
  phases: CutPhase[];
  off: number;
  from?: string;
  to?: string;
  seed?: string;
  jobs: number;
  sample?: number;
  junit?: string;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  $ ota sim enumerate update.yaml --cut flash --jobs 2
  $ ota sim enumerate update.yaml --cut flash --board pir-1 --partition otadata --phases half,torn
  $ ota sim enumerate update.yaml --drop frames --from gateway --to pir-1
  $ ota sim enumerate update.yaml --cut flash --sample 50

The file must describe a run that goes well. It is made once; then once more for each point, with that one thing wrong. What the
file expects must come true each time, and no oracle may find anything. Ends with 0 when no point failed, else with 1.`;

export function enumerateCommand(): Command {
  return new Command('enumerate')
    .description('Run a scenario once for every point at which one thing may go wrong.')
    .argument('<file>', 'a scenario file (YAML)')
    .addOption(
      new Option(
        '--cut <what>',
        'power of a board goes: before, in the middle of and after every operation of its flash',
      ).choices(['flash']),
    )
    .addOption(
      new Option(
        '--drop <what>',
        'every mesh frame is lost once, from the first offer of an image on',
      ).choices(['frames']),
    )
    .option(
      '--board <name...>',
      'cut these boards or groups; default those that start another image in the run, or all where none does',
    )
    .option('--partition <label...>', 'cut only operations in these partitions')
    .option(
      '--phases <list>',
      `how much of the operation is done, of ${CUT_PHASES.join(', ')}`,
      parsePhases,
      [...PHASES],
    )
    .addOption(
      new Option('--off <time>', 'how long the power stays away')
        .argParser(parseOff)
        .default(OFF_US, formatDuration(OFF_US)),
    )
    .option('--from <board>', 'drop only frames that this board gives to its neighbour')
    .option('--to <board>', 'drop only frames that this board is given')
    .option('--seed <text>', "what every random draw comes from; default the file's own")
    .option('--jobs <n>', 'runs at the same time', wholeNumber(1, 64), 2)
    .option('--sample <n>', 'whole runs for so many points only, drawn by the seed', wholeNumber(1))
    .option('--junit <file>', 'write a JUnit report: a case for each point')
    .option('--json', 'print the result as JSON, and nothing else on standard output')
    .addHelpText('after', EXAMPLES)
    .action((path: string, flags: EnumerateFlags) =>
      interruptible((signal) => run(path, flags, signal)),
    );
}

async function run(path: string, flags: EnumerateFlags, signal: AbortSignal): Promise<void> {
  if ((flags.cut === undefined) === (flags.drop === undefined)) {
    throw new InvalidArgumentError('Give --cut flash or --drop frames.');
  }
  const scenario = loadScenario(path);
  // A place that cannot be is told before the runs.
  if (flags.junit !== undefined) makeFolder(dirname(flags.junit));
  const boards = namedBoards(scenario, flags);
  const output = flags.json ? process.stderr : process.stdout;
  const colour = colorsFor(output);
  const [images] = (await buildAllScenarios([scenario], signal)) as [ScenarioImages];
  const seed = flags.seed ?? String(scenario.file.seed);
  output.write(`${printable(scenario.file.name)}, seed ${printable(seed)}\n`);
  const breathe = { tick: () => new Promise<void>((resolve) => setImmediate(resolve)) };
  const reference = await runReference({
    scenario,
    images,
    seed,
    partitionTable: scenarioPartitionTable(),
    frames: flags.drop !== undefined,
    observers: [breathe, stopsWith(signal)],
  });
  const points = planOf(reference, flags, boards);
  if (points.length === 0) throw new Error('the run has no such point');
  output.write(`${planLines(reference, points).join('\n')}\n`);
  const progress = new EnumerateProgress(output);
  const began = process.hrtime.bigint();
  const onOutcome = (sofar: Enumerated) => progress.show(sofar);
  const { jobs, sample } = flags;
  const outcome = await enumerate({
    scenario,
    images,
    seed,
    points,
    jobs,
    sample,
    signal,
    onOutcome,
  });
  progress.end();
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const bed = { path, seed, seconds };
  output.write(`${resultLines(outcome, bed, colour).join('\n')}\n`);
  if (flags.json) console.log(JSON.stringify(enumerationJson(outcome, bed), null, 2));
  if (flags.junit !== undefined) {
    const xml = enumerationJUnit(outcome, points, bed);
    writeFile(flags.junit, new TextEncoder().encode(xml), 'the JUnit report');
  }
  process.exitCode = outcome.failures.length > 0 ? 1 : 0;
}

function planOf(
  reference: Reference,
  flags: EnumerateFlags,
  named: string[] | undefined,
): PlannedPoint[] {
  if (flags.drop !== undefined) return planDrops(reference, flags);
  const boards = named ?? boardsOfInterest(reference);
  const { phases, off: offUs, partition: labels } = flags;
  return [...planCuts(reference, { boards, phases, labels, offUs })];
}

/** Groups spelled out. @throws Error for a name that the scenario does not have */
function namedBoards(
  scenario: Scenario,
  { board, from, to }: EnumerateFlags,
): string[] | undefined {
  const all = scenario.boards.map(({ name }) => name);
  const known = [...scenario.groups.keys(), ...all].join(', ');
  for (const name of [from, to]) {
    if (name === undefined || all.includes(name)) continue;
    throw new Error(`${scenario.path} has no board ${name}; it has ${all.join(', ')}`);
  }
  const named = board?.flatMap((name) => {
    const members = all.includes(name) ? [name] : scenario.groups.get(name);
    if (!members)
      throw new Error(`${scenario.path} has no board or group ${name}; it has ${known}`);
    return members;
  });
  return named && [...new Set(named)];
}

function parsePhases(text: string): CutPhase[] {
  return text.split(',').map((word) => {
    const phase = CUT_PHASES.find((one) => one === word.trim());
    if (!phase) throw new InvalidArgumentError(`There are ${CUT_PHASES.join(', ')}.`);
    return phase;
  });
}

function parseOff(text: string): number {
  const us = parseDuration(text);
  if (us) return us;
  throw new InvalidArgumentError(`Give a time such as ${formatDuration(OFF_US)}.`);
}
