import { styleText } from 'node:util';
import { ORACLES_SUITE } from '../oracles/suite.ts';
import { C_CLIENT } from './c-client.ts';
import type { MutantSuite } from './suite.ts';

/**
 * `npm run test:mutants [-- PART OF A NAME]`: plants deliberate bugs, one at a time, in copies of our own code, and shows which test
 * catches each. Ends with 1 when one survives.
 */
const SUITES: readonly MutantSuite[] = [C_CLIENT, ORACLES_SUITE];

async function judgeAll(part: string): Promise<{ planted: number; survived: number }> {
  let planted = 0;
  let survived = 0;
  for (const suite of SUITES) {
    const mutants = suite.mutants.filter(({ name }) => name.includes(part));
    if (mutants.length === 0) continue;
    const bench = await suite.open();
    const width = Math.max(...mutants.map(({ name }) => name.length));
    console.log(`${suite.title}, by ${bench.by}`);
    try {
      for (const mutant of mutants) {
        const { caught, by } = await bench.judge(mutant);
        const word = caught ? styleText('green', 'caught by') : styleText('red', 'SURVIVED');
        console.log(`  ${mutant.name.padEnd(width)}  ${word}  ${by}`);
        planted++;
        if (!caught) survived++;
      }
    } finally {
      bench.close();
    }
  }
  return { planted, survived };
}

try {
  const [part = ''] = process.argv.slice(2);
  const { planted, survived } = await judgeAll(part);
  console.log(`${planted} planted, ${planted - survived} caught, ${survived} survived`);
  if (planted === 0) console.error(`there is no mutant with "${part}" in its name`);
  if (survived > 0 || planted === 0) process.exitCode = 1;
} catch (error) {
  // A mutant that does not fit the code any more says so in a sentence.
  console.error(`mutants: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
