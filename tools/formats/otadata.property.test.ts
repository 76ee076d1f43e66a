import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hex } from './bytes.ts';
import { memoryFlash } from './flash-region.ts';
import {
  applyOtadataWrites,
  buildOtadata,
  describeOtadata,
  markInvalid,
  markValid,
  OTA_STATE,
  type OtadataEntry,
  parseOtadata,
  selectBootSlot,
  setBootSlot,
} from './otadata.ts';
import { decidingEntry, readSelectEntries } from './testing/independent/otadata.ts';
import { SEED } from './testing/support.ts';

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const near = fc.oneof(
  fc.integer({ min: 0, max: 40 }),
  fc.integer({ min: 0xfffffff0, max: 0xffffffff }),
  fc.integer({ min: 0x7ffffff8, max: 0x80000008 }),
  u32,
);
const state = fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 0xffffffff), u32);
const entry = fc.record(
  { seq: near, state, crc: u32, seqLabel: fc.uint8Array({ minLength: 20, maxLength: 20 }) },
  { requiredKeys: ['seq', 'state'] },
);
const runs = { seed: SEED, numRuns: 400 };

test('values → bytes: another reader finds every field; → values: the same', () => {
  fc.assert(
    fc.property(entry, entry, (a, b) => {
      const bytes = buildOtadata(a, b);
      const parsed = parseOtadata(bytes);
      const seen = readSelectEntries(bytes);
      for (const [i, given] of [a, b].entries()) {
        const { seq, state: stored, crc, label, sound } = seen[i]!;
        expect([seq, stored]).toEqual([given.seq, given.state]);
        expect(label).toBe(given.seqLabel ? hex(given.seqLabel) : 'ff'.repeat(20));
        if (given.crc === undefined) expect(sound).toBe(true);
        expect(parsed[i]).toMatchObject({ seq, state: stored, crc });
      }
      expect(buildOtadata(...parsed)).toEqual(bytes);
    }),
    runs,
  );
});

test('which entry decides, by another opinion', () => {
  fc.assert(
    fc.property(entry, entry, fc.integer({ min: 1, max: 16 }), (a, b, appCount) => {
      const bytes = buildOtadata(a, b);
      const entries = parseOtadata(bytes);
      const seen = readSelectEntries(bytes);
      const decides = decidingEntry(seen);
      const { slot, active } = selectBootSlot({
        entries,
        appCount,
        hasFactory: false,
        rollback: false,
      });
      expect(active < 0 ? undefined : seen[active]).toBe(decides);
      if (decides)
        expect(slot).toBe(
          Number(((BigInt(decides.seq) + 0xffffffffn) % 2n ** 32n) % BigInt(appCount)),
        );
      const verdicts = describeOtadata(entries, appCount).map(({ verdict }) => verdict);
      expect(verdicts.indexOf('active')).toBe(active);
    }),
    runs,
  );
});

/** Entries as the writers leave them: sound CRCs, numbers from 1. */
const written = fc.record({
  seq: fc.integer({ min: 1, max: 0xfffffffe }),
  state: fc.constantFrom(0, 1, 2, 3, 4, 0xffffffff),
});

test('each writer touches the one sector that it says, and its effect is seen at the next boot', () => {
  fc.assert(
    fc.property(written, written, fc.integer({ min: 1, max: 16 }), (a, b, appCount) => {
      const before = buildOtadata(a, b);
      const entries = parseOtadata(before);
      const active = selectBootSlot({
        entries,
        appCount,
        hasFactory: false,
        rollback: false,
      }).active;
      if (active < 0) return;
      for (const [writes, wanted] of [
        [markValid({ entries, appCount }), OTA_STATE.VALID],
        [attempt(entries, appCount), OTA_STATE.INVALID],
      ] as const) {
        const flash = memoryFlash(before);
        applyOtadataWrites(flash, writes);
        const seen = readSelectEntries(flash.bytes);
        expect(seen.every(({ sound }) => sound)).toBe(true);
        if (writes.length > 0) expect(seen[active]!.state).toBe(wanted);
        const other = (1 - active) * 0x1000;
        expect(flash.bytes.slice(other, other + 0x1000)).toEqual(
          before.slice(other, other + 0x1000),
        );
      }
    }),
    runs,
  );
});

function attempt(entries: [OtadataEntry, OtadataEntry], appCount: number) {
  return markInvalid({ entries, appCount, hasFactory: true, canBoot: () => true });
}

test('one slot near 2^32: at once, and the same number again', () => {
  for (const seq of [0x7fffffff, 0x80000000, 0xfffffffe]) {
    const entries = parseOtadata(buildOtadata({ seq, state: OTA_STATE.VALID }));
    const [write] = setBootSlot({ entries, appCount: 1, slot: 0, rollback: true });
    const flash = memoryFlash(buildOtadata());
    applyOtadataWrites(flash, [write!]);
    expect(readSelectEntries(flash.bytes)[0]).toMatchObject({ seq, state: 0, sound: true });
  }
});
