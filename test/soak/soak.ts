import { Command } from 'commander';
import { formatSeconds } from '../../simulator/report/duration.ts';
import { wholeNumber } from '../../tools/commands/remote/values.ts';
import { parseSeeds } from '../../tools/commands/sim-scenario/seeds.ts';
import { interruptible } from '../../tools/commands/support/interrupt.ts';
import { ROOT } from '../support/bench.ts';
import { ENTRIES } from './entries.ts';
import type { SoakFailure } from './entry.ts';

interface Flags {
  seeds?: string[];
  jobs: number;
  list?: boolean;
}

const program = new Command('soak')
  .description('Runs what takes longer than npm test may: swarms, many seeds, enumerations.')
  .argument('[entry...]', 'which; default all')
  .option('--seeds <range>', 'other seeds than the entries have, such as 1..1000', parseSeeds)
  .option('--jobs <n>', 'processes at the same time', wholeNumber(1, 64), 2)
  .option('--list', 'say what there is, and run nothing')
  .addHelpText('after', '\nEnds with 0 when nothing failed, else with 1.')
  .action(soak);

async function soak(names: string[], { seeds, jobs, list }: Flags): Promise<void> {
  if (list) {
    for (const { name, about } of ENTRIES) console.log(`${name.padEnd(24)} ${about}`);
    return;
  }
  const unknown = names.find((name) => !ENTRIES.some((entry) => entry.name === name));
  if (unknown !== undefined) {
    const known = ENTRIES.map(({ name }) => name).join(', ');
    throw new Error(`there is no entry ${unknown}; there are ${known}`);
  }
  const chosen = ENTRIES.filter(({ name }) => names.length === 0 || names.includes(name));
  // Paths of scenarios are from there, so that the lines that show a failure again work there.
  process.chdir(ROOT);
  await interruptible(async (signal) => {
    const failures: SoakFailure[] = [];
    for (const { name, about, run } of chosen) {
      console.log(`${name}: ${about}`);
      const began = process.hrtime.bigint();
      const outcome = await run({ seeds, jobs, signal, say: (line) => console.log(`  ${line}`) });
      if (signal.aborted) return;
      const seconds = Number(process.hrtime.bigint() - began) / 1e9;
      const failed = outcome.failures.length;
      console.log(
        `${name}: ${outcome.runs} runs in ${formatSeconds(seconds)}, ${failed} failed; ${outcome.figures}`,
      );
      failures.push(...outcome.failures);
    }
    for (const { what, reproduce } of failures) console.error(`✗ ${what}\n    ${reproduce}`);
    process.exitCode = failures.length > 0 ? 1 : 0;
  });
}

try {
  await program.parseAsync();
} catch (error) {
  console.error(`soak: ${(error as Error).message}`);
  process.exitCode = 2;
}
