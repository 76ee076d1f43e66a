import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FormatError } from '../errors.ts';
import { type FlashRegion, memoryFlash } from '../flash-region.ts';
import { applyTorn, journaledFlash } from '../testing/power-cut.ts';
import { SEED } from '../testing/support.ts';
import { parseNvs } from './nvs-parse.ts';
import { type NvsStore, openNvs } from './nvs-store.ts';

/** The parser repairs nothing and the store repairs everything: both must come to the same values. */

const page = fc.nat({ max: 4 });
const key = fc.constantFrom('a', 'b', 'c', 'd');
const operation = fc.record({
  namespace: fc.constantFrom('x', 'y'),
  key,
  size: fc.oneof(fc.nat({ max: 90 }), fc.nat({ max: 5000 })),
  what: fc.nat({ max: 6 }),
});
/** Damage where it tells: page states, entry states, and anywhere. */
const damage = fc.oneof(
  fc.tuple(page, fc.nat({ max: 3 }), fc.constantFrom(0xff, 0xfe, 0xfc, 0xf8)),
  fc.tuple(page, fc.integer({ min: 32, max: 63 }), fc.nat({ max: 255 })),
  fc.tuple(page, fc.nat({ max: 4095 }), fc.nat({ max: 255 })),
  // Four entries that were erased, and whose bytes are still there, count as written again.
  fc.tuple(page, fc.integer({ min: 32, max: 63 }), fc.constant(0xaa)),
);

function fill(
  flash: FlashRegion,
  operations: { namespace: string; key: string; size: number; what: number }[],
): void {
  const store = openNvs(flash);
  for (const { namespace, key: k, size, what } of operations) {
    try {
      if (what === 0) store.eraseKey(namespace, k);
      else if (what < 3) store.set(namespace, k, 'blob', new Uint8Array(size).fill(size));
      else if (what === 3) store.set(namespace, k, 'str', 'q'.repeat(size % 400));
      else store.set(namespace, k, 'u16', size);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
    }
  }
}

function read(store: NvsStore): string[] {
  return [...store.entries()].flatMap(({ namespace, key: k, type }) => {
    try {
      return [`${namespace}/${k} ${type} ${store.get(namespace, k, type)}`];
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      return [];
    }
  });
}

test('the parser tells of damaged flash what the store reads after it has mounted it', () => {
  const counts = { compared: 0, damaged: 0 };
  const plan = fc.record({
    operations: fc.array(operation, { maxLength: 70 }),
    /** The last flash operations, before which power was cut. */
    forgotten: fc.oneof(fc.constant(0), fc.nat({ max: 8 })),
    damages: fc.array(damage, { maxLength: 4 }),
  });
  fc.assert(
    fc.property(plan, ({ operations, forgotten, damages }) => {
      const journaled = journaledFlash(memoryFlash(5 * 4096));
      fill(journaled, operations);
      const flash = memoryFlash(5 * 4096);
      const done = Math.max(0, journaled.journal.length - forgotten);
      for (const op of journaled.journal.slice(0, done)) {
        applyTorn(flash, op, { progress: 1, bits: 0 });
      }
      for (const [at, offset, value] of damages) flash.bytes[at * 4096 + offset] = value;
      const dump = parseNvs(flash.bytes);
      const codes = dump.problems.map((problem) => problem.code);
      // Which of two names counts, and which of two pages is older, is no part of the format.
      if (codes.some((code) => /^namespace-|^page-seq-twice|^no-free-page/.test(code))) return;
      const told = dump.namespaces.flatMap(({ name, entries }) =>
        entries.map((entry) => `${name}/${entry.key} ${entry.type} ${entry.value}`),
      );
      // Where a key stands twice in older pages, the store lists it twice, as the chip does.
      expect(told.sort()).toEqual([...new Set(read(openNvs(flash)))].sort());
      counts.compared++;
      if (codes.length > 0) counts.damaged++;
    }),
    { seed: SEED, numRuns: 1500 },
  );
  expect(counts.compared).toBeGreaterThan(1000);
  expect(counts.damaged).toBeGreaterThan(500);
});
