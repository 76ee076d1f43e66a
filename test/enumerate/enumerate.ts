/**
 * Tries every point at which something may go wrong: `npm run enumerate [-- NAME…]`. Prints how many
 * points there are, that none was skipped, and each that failed; exits with 1 where one did.
 */

import { pickNamed } from '../support/pick.ts';
import type { Enumeration, EnumerationResult } from './enumeration.ts';
import { ENUMERATIONS } from './registry.ts';

const FAILURES_SHOWN = 20;
/** Between two lines of progress. */
const PROGRESS_NS = 10_000_000_000n;

function print(
  { name, summary }: Enumeration,
  result: EnumerationResult,
  seconds: number,
): boolean {
  const { points, tried, failures, facts } = result;
  const ok = failures.length === 0 && tried === points && points > 0;
  console.log(`${ok ? '✓' : '✗'} ${name}: ${summary}`);
  for (const [fact, count] of Object.entries(facts)) console.log(`    ${fact}: ${count}`);
  const skipped = points - tried;
  console.log(
    `    points: ${points}, tried: ${tried}, skipped: ${skipped} (${seconds.toFixed(1)} s)`,
  );
  for (const failure of failures.slice(0, FAILURES_SHOWN)) console.log(`    ✗ ${failure}`);
  if (failures.length > FAILURES_SHOWN) console.log(`    … ${failures.length} failures in all`);
  return ok;
}

try {
  for (const enumeration of pickNamed(ENUMERATIONS, process.argv.slice(2), 'enumeration')) {
    const start = process.hrtime.bigint();
    let last = start;
    const result = await enumeration.run({
      onPoint(tried, wanted, failed) {
        const now = process.hrtime.bigint();
        if (now - last < PROGRESS_NS) return;
        last = now;
        console.log(`  ${enumeration.name}: ${tried} of ${wanted} points, ${failed} failures`);
      },
    });
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    if (!print(enumeration, result, seconds)) process.exitCode = 1;
  }
} catch (error) {
  console.error(`enumerate: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
