import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type MemoryFlash, memoryFlash } from '../flash-region.ts';
import {
  contentsAfter,
  contentsOf,
  type NvsModel,
  type NvsOperation,
  neitherOldNorNew,
  runOperation,
} from '../testing/nvs-workload.ts';
import { type Cut, cutFlash, PowerCut, type Tear } from '../testing/power-cut.ts';
import { SEED } from '../testing/support.ts';
import { openNvs } from './nvs-store.ts';
import type { NvsType, NvsValue } from './value.ts';

const bytes = (length: number, seed: number) =>
  Uint8Array.from({ length }, (_, i) => (i % 5 === 0 ? 0xff : (i * seed) & 0xff));
const namespace = fc.constantFrom('one', 'two');
const key = fc.constantFrom('a', 'b', 'c', 'd');
const size = fc.oneof(fc.nat({ max: 120 }), fc.nat({ max: 5000 }));
const seed = fc.nat({ max: 255 });
const small = fc.nat({ max: 255 });
const typed: fc.Arbitrary<{ type: NvsType; value: NvsValue }> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constantFrom<NvsType>('u8', 'u32', 'i64'), value: small }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant<NvsType>('blob'),
      value: fc.tuple(size, seed).map(([n, s]) => bytes(n, s)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant<NvsType>('str'),
      value: fc
        .tuple(fc.nat({ max: 900 }), seed)
        .map(([n, s]) => String.fromCharCode(48 + (s % 70)).repeat(n)),
    }),
  },
);
const operation: fc.Arbitrary<NvsOperation> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .tuple(namespace, key, typed)
      .map(([n, k, t]) => ({ do: 'set' as const, namespace: n, key: k, ...t })),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('eraseKey' as const), namespace, key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('eraseAll' as const), namespace }) },
);

const never: Cut = { at: -1, progress: 1, bits: 0 };

/** Draws how far the cut operation gets: not begun, torn somewhere, or done. */
function* tears(first: number): Generator<Tear, never> {
  for (let n = first >>> 0; ; n = (Math.imul(n, 1664525) + 1013904223) >>> 0) {
    const choice = n >>> 30;
    const progress = choice === 0 ? 0 : choice === 1 ? 1 : (n % 4093) / 4093;
    yield { progress, bits: (n >>> 12) & 0xff };
  }
}

/** Cuts power in every flash operation of `op`, and once more while the mount after it repairs. */
function enumerateCuts(
  flash: MemoryFlash,
  op: NvsOperation,
  before: NvsModel,
  seedOfTears: number,
): number {
  const counted = cutFlash(memoryFlash(flash.bytes, { strict: true }), never);
  runOperation(openNvs(counted), op);
  const after = contentsAfter(before, op);
  const tear = tears(seedOfTears);
  for (let at = 0; at < counted.operations; at++) {
    const once = memoryFlash(flash.bytes);
    cutAt(once, { at, ...tear.next().value }, (f) => runOperation(openNvs(f), op));
    const repairs = cutFlash(memoryFlash(once.bytes), never);
    openNvs(repairs);
    if (repairs.operations > 0) {
      const again = { at: at % repairs.operations, ...tear.next().value };
      const twice = memoryFlash(once.bytes);
      cutAt(twice, again, (f) => openNvs(f));
      const wrong = neitherOldNorNew(contentsOf(openNvs(twice)), before, after);
      expect(wrong, `cut at ${at}, again at ${again.at}`).toEqual([]);
    }
    const mounted = openNvs(once);
    expect(neitherOldNorNew(contentsOf(mounted), before, after), `cut at ${at}`).toEqual([]);
    // What was interrupted can be done again, and everything holds what it should.
    if (op.do === 'set' && runOperation(mounted, op)) {
      const name = `${op.namespace}/${op.key}`;
      expect(contentsOf(openNvs(once)).get(name)).toBe(after.get(name));
    }
  }
  return counted.operations;
}

function cutAt(
  flash: MemoryFlash,
  cut: Cut,
  action: (flash: ReturnType<typeof cutFlash>) => void,
): void {
  expect(() => action(cutFlash(flash, cut))).toThrow(PowerCut);
}

test('after power is lost anywhere, every key has its old or its new value', () => {
  let cuts = 0;
  const plan = fc.record({
    pages: fc.integer({ min: 3, max: 5 }),
    operations: fc.array(operation, { minLength: 25, maxLength: 45 }),
    seedOfTears: fc.nat(),
  });
  fc.assert(
    fc.property(plan, ({ pages, operations, seedOfTears }) => {
      const flash = memoryFlash(pages * 4096, { strict: true });
      let model: NvsModel = new Map();
      for (const op of operations) {
        cuts += enumerateCuts(flash, op, model, seedOfTears + cuts);
        if (runOperation(openNvs(flash), op)) model = contentsAfter(model, op);
        expect(contentsOf(openNvs(flash))).toEqual(model);
      }
    }),
    { seed: SEED, numRuns: 4 },
  );
  expect(cuts).toBeGreaterThan(1000);
});

test('a store whose flash failed in the middle of a change refuses further work', () => {
  const flash = memoryFlash(3 * 4096);
  openNvs(flash).set('ns', 'k', 'u8', 1);
  const store = openNvs(cutFlash(flash, { at: 0, progress: 0.5, bits: 0 }));
  expect(() => store.set('ns', 'k', 'u8', 2)).toThrow(PowerCut);
  for (const call of [
    () => store.set('ns', 'k', 'u8', 3),
    () => store.get('ns', 'k', 'u8'),
    () => store.commit(),
  ]) {
    expect(call).toThrow(expect.objectContaining({ code: 'ESP_ERR_NVS_INVALID_STATE' }));
  }
  expect(openNvs(flash).get('ns', 'k', 'u8')).toBe(1);
});
