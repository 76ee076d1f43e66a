/**
 * Feeds damaged input to every parser: `npm run fuzz [-- --inputs N --seed S --jobs J TARGET…]`.
 * Each target prints how many inputs it read and refused; a failure prints its input in hexadecimal.
 * Exits with 1 where there was one.
 */

import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { pickNamed } from '../support/pick.ts';
import type { FuzzReport } from './engine.ts';
import { FUZZ_TARGETS } from './registry.ts';
import { fuzzWatched } from './watch.ts';

const HEX_SHOWN = 4096;

function numberOf(text: string, option: string, min: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= min) return value;
  throw new Error(`--${option} is a whole number from ${min} on, not "${text}"`);
}

function print({ target, inputs, accepted, refused, memory, failures }: FuzzReport): void {
  const all = Object.values(refused).reduce((sum, count) => sum + count, 0);
  const codes = Object.keys(refused).length;
  console.log(
    `${failures.length === 0 ? '✓' : '✗'} ${target}: ${inputs} inputs, ${accepted} read, ` +
      `${all} refused in ${codes} ways; at most ${memory.allocated} bytes allocated, for ${memory.input}`,
  );
  for (const { index, reason, input } of failures) {
    console.log(`    ✗ input ${index}, ${input.length} bytes: ${reason}`);
    console.log(`      ${Buffer.from(input.subarray(0, HEX_SHOWN)).toString('hex')}`);
  }
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      inputs: { type: 'string', default: '200000' },
      seed: { type: 'string', default: '1' },
      jobs: { type: 'string', default: String(availableParallelism()) },
    },
  });
  const inputs = numberOf(values.inputs, 'inputs', 1);
  const seed = numberOf(values.seed, 'seed', 0);
  const waiting = [...pickNamed(FUZZ_TARGETS, positionals, 'target')];
  console.log(`${waiting.length} targets, ${inputs} inputs each, seed ${seed}`);
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const report = await fuzzWatched({ name: next.name, inputs, seed });
      print(report);
      if (report.failures.length > 0 || report.inputs !== inputs) process.exitCode = 1;
    }
  };
  await Promise.all(Array.from({ length: numberOf(values.jobs, 'jobs', 1) }, work));
} catch (error) {
  console.error(`fuzz: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
