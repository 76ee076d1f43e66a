import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hex } from './bytes.ts';
import { memoryFlash } from './flash-region.ts';
import {
  applyOtadataWrites,
  bootOrder,
  buildOtadata,
  buildOtadataEntry,
  initialOtadataWrite,
  invalidateInactive,
  lastInvalidSlot,
  markInvalid,
  markValid,
  nextSeqForSlot,
  OTA_STATE,
  type OtadataEntries,
  type OtadataEntry,
  otadataCrc,
  otaStateName,
  parseOtadata,
  rollbackSlot,
  selectBootSlot,
  setBootSlot,
  stateOfSlot,
} from './otadata.ts';
import { fixture, formatErrorOf, SEED, survives } from './testing/support.ts';

interface Case {
  rollback: number;
  app_count: number;
  factory: number;
  e0: OtadataEntry;
  e1: OtadataEntry;
  slot: number;
  init: number;
  writes: string[];
  target: number;
  new_seq_from_e0: number;
}
const { cases } = JSON.parse(new TextDecoder().decode(fixture('otadata-cases.json'))) as {
  cases: Case[];
};

const { NEW, PENDING_VERIFY, VALID, INVALID, ABORTED, UNDEFINED } = OTA_STATE;
const entry = (seq: number, state: number): OtadataEntry => ({ seq, state, crc: otadataCrc(seq) });
const empty: OtadataEntry = { seq: 0xffffffff, state: UNDEFINED, crc: 0xffffffff };
const two = (a: OtadataEntry, b: OtadataEntry = empty): OtadataEntries => [a, b];
const brief = (writes: { entry: number; state: number; bytes?: Uint8Array }[]) =>
  writes.map((w) => `${w.entry}:${w.bytes ? w.state : 'erase'}`);

describe('the 1,500 cases of the bootloader’s own C', () => {
  test('there are 1,500', () => expect(cases.length).toBe(1500));

  test('selectBootSlot decides and writes as it does', () => {
    for (const c of cases) {
      const selection = selectBootSlot({
        entries: [c.e0, c.e1],
        appCount: c.app_count,
        hasFactory: c.factory === 1,
        rollback: c.rollback === 1,
      });
      expect(
        { slot: selection.slot, init: Number(selection.initial), writes: brief(selection.writes) },
        JSON.stringify(c),
      ).toEqual({ slot: c.slot, init: c.init, writes: c.writes });
    }
  });

  test('nextSeqForSlot gives its sequence numbers', () => {
    // From 0x7fffffff on the recorder did not run the loop and wrote 0.
    const recorded = cases.filter((c) => c.e0.seq < 0x7fffffff);
    expect(recorded.length).toBeGreaterThan(1000);
    for (const c of recorded) {
      expect(nextSeqForSlot(c.e0.seq, c.target, c.app_count)).toBe(c.new_seq_from_e0);
    }
  });
});

describe('entries', () => {
  test('reference bytes of ESP_FORMATS §1', () => {
    const ff20 = 'ff'.repeat(20);
    expect(hex(buildOtadataEntry({ seq: 1, state: VALID }))).toBe(
      `01000000${ff20}020000009a984347`,
    );
    expect(hex(buildOtadataEntry({ seq: 2, state: NEW }))).toBe(`02000000${ff20}000000007437f655`);
  });

  test('parse gives back what was built, label and wrong CRC included', () => {
    const seqLabel = new Uint8Array(20).fill(3);
    const bytes = buildOtadata({ seq: 5, state: VALID, seqLabel, crc: 1 }, { seq: 6, state: NEW });
    expect(parseOtadata(bytes)).toEqual([
      { seq: 5, state: VALID, seqLabel, crc: 1 },
      { seq: 6, state: NEW, seqLabel: new Uint8Array(20).fill(0xff), crc: otadataCrc(6) },
    ]);
    expect(bytes[0x1000]).toBe(6);
  });

  test('names and bad input', () => {
    expect([0, 4, UNDEFINED, 7].map(otaStateName)).toEqual(['NEW', 'ABORTED', 'UNDEFINED', '0x7']);
    expect(formatErrorOf(() => parseOtadata(new Uint8Array(0x1fff))).code).toBe('otadata-size');
    expect(formatErrorOf(() => buildOtadataEntry({ seq: -1, state: 0 })).code).toBe('out-of-range');
    survives(
      buildOtadata({ seq: 1, state: VALID }),
      (bytes) => {
        const entries = parseOtadata(bytes);
        selectBootSlot({ entries, appCount: 2, hasFactory: false, rollback: true });
      },
      200,
    );
  });
});

describe('selectBootSlot', () => {
  const base = { appCount: 2, hasFactory: false, rollback: true };

  test('no otadata partition: factory', () => {
    expect(selectBootSlot(base)).toEqual({ slot: -1, initial: false, writes: [], active: -1 });
  });

  test('a new app gets one attempt', () => {
    const first = selectBootSlot({ ...base, entries: two(entry(1, VALID), entry(2, NEW)) });
    expect(first).toMatchObject({ slot: 1, active: 1 });
    expect(brief(first.writes)).toEqual([`1:${PENDING_VERIFY}`]);
    const again = selectBootSlot({
      ...base,
      entries: two(entry(1, VALID), entry(2, PENDING_VERIFY)),
    });
    expect(again).toMatchObject({ slot: 0, active: 0 });
    expect(brief(again.writes)).toEqual([`1:${ABORTED}`]);
  });

  test('an aborted app boots again where nothing else is left', () => {
    const entries = two(entry(1, ABORTED), entry(2, ABORTED));
    expect(selectBootSlot({ ...base, entries })).toMatchObject({ slot: 0, initial: false });
  });

  test('seq 0 with an erased CRC field counts as valid', () => {
    const zero = { seq: 0, state: UNDEFINED, crc: 0xffffffff };
    expect(selectBootSlot({ ...base, entries: two(zero) })).toMatchObject({ slot: 1 });
  });

  test('its writes, carried out, are what the next boot reads', () => {
    const otadata = memoryFlash(buildOtadata({ seq: 1, state: VALID }, { seq: 2, state: NEW }));
    for (const [slot, second] of [
      [1, PENDING_VERIFY],
      [0, ABORTED],
      [0, ABORTED],
    ] as const) {
      const entries = parseOtadata(otadata.bytes);
      const selection = selectBootSlot({ ...base, entries });
      applyOtadataWrites(otadata, selection.writes);
      expect(selection.slot).toBe(slot);
      expect(parseOtadata(otadata.bytes)[1]).toMatchObject({ seq: 2, state: second });
    }
  });

  test('an initial selection is recorded in entry 0, factory never', () => {
    expect(selectBootSlot({ ...base, entries: two(empty, empty) })).toMatchObject({
      slot: 0,
      initial: true,
    });
    expect(hex(initialOtadataWrite(0)!.bytes!)).toContain('9a984347');
    expect(initialOtadataWrite(-1)).toBeUndefined();
  });

  test('bootOrder walks down to factory, then up', () => {
    expect(bootOrder(1, 4)).toEqual([1, 0, -1, 2, 3]);
    expect(bootOrder(-1, 2)).toEqual([-1, 0, 1]);
  });
});

describe('nextSeqForSlot', () => {
  /** The C loop, word for word in 32-bit arithmetic, from a start near the answer's range. */
  function counted(current: number, slot: number, appCount: number): number {
    const base = (slot + 1) % appCount;
    for (let i = 0; ; i++) {
      const value = (base + i * appCount) >>> 0;
      if (current <= value) return value;
    }
  }

  test('equals counting', () => {
    const small = fc.nat({ max: 5000 });
    fc.assert(
      fc.property(small, fc.nat({ max: 15 }), fc.integer({ min: 1, max: 16 }), (cur, slot, n) => {
        expect(nextSeqForSlot(cur, slot, n)).toBe(counted(cur, slot, n));
      }),
      { seed: SEED },
    );
  });

  test('near 2^32: at once, wrapping as the chip does', () => {
    expect(nextSeqForSlot(0xfffffffe, 0, 1)).toBe(0xfffffffe);
    expect(nextSeqForSlot(0xfffffffe, 1, 2)).toBe(0xfffffffe);
    expect(nextSeqForSlot(0xfffffffd, 0, 3)).toBe(0xfffffffd);
    // 2^32 mod 3 = 1, so the wrap leads into the next residue class, which reaches 0xfffffffe...
    expect(nextSeqForSlot(0xfffffffe, 0, 3)).toBe(0xffffffff);
    expect(formatErrorOf(() => nextSeqForSlot(0xfffffffe, 3, 4)).code).toBe(
      'otadata-seq-exhausted',
    );
  });
});

describe('writers', () => {
  test('setBootSlot: empty, same slot, other slot, factory', () => {
    const set = (entries: OtadataEntries, slot: number, rollback = true, appCount = 2) =>
      setBootSlot({ entries, slot, rollback, appCount });
    const seqOf = (w: { bytes?: Uint8Array }) =>
      parseOtadata(buildOtadata({ seq: 0, state: 0 }).with(0, w.bytes![0]!))[0].seq;
    const fresh = set(two(empty), 1);
    expect([brief(fresh), seqOf(fresh[0]!)]).toEqual([['0:0'], 2]);
    const same = set(two(entry(3, VALID)), 0);
    expect([brief(same), seqOf(same[0]!)]).toEqual([['0:0'], 3]);
    const other = set(two(entry(3, VALID), entry(2, VALID)), 1);
    expect([brief(other), seqOf(other[0]!)]).toEqual([['1:0'], 4]);
    expect(brief(set(two(entry(3, VALID)), 1, false))).toEqual([`1:${UNDEFINED}`]);
    expect(brief(set(two(entry(3, VALID)), -1))).toEqual(['0:erase', '1:erase']);
    expect(formatErrorOf(() => set(two(empty), 2)).code).toBe('ESP_ERR_INVALID_ARG');
  });

  test('after setBootSlot the bootloader selects that slot, whatever was there', () => {
    const anyEntry = fc.record({
      seq: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(0xffffffff)),
      state: fc.constantFrom(0, 1, 2, 3, 4, UNDEFINED, 9),
    });
    const slots = fc
      .integer({ min: 1, max: 16 })
      .chain((appCount) =>
        fc.record({ appCount: fc.constant(appCount), slot: fc.nat({ max: appCount - 1 }) }),
      );
    fc.assert(
      fc.property(anyEntry, anyEntry, slots, fc.boolean(), (a, b, { appCount, slot }, rollback) => {
        const otadata = memoryFlash(buildOtadata(a, b));
        const entries = parseOtadata(otadata.bytes);
        applyOtadataWrites(otadata, setBootSlot({ entries, slot, appCount, rollback }));
        const after = parseOtadata(otadata.bytes);
        expect(selectBootSlot({ entries: after, appCount, hasFactory: false, rollback }).slot).toBe(
          slot,
        );
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('from seq 0, which no writer makes, the chip’s arithmetic may miss the slot', () => {
    const entries = two({ seq: 0, state: VALID, crc: 0xffffffff });
    const [write] = setBootSlot({ entries, slot: 11, appCount: 12, rollback: false });
    expect([...write!.bytes!.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
    expect(selectBootSlot({ entries, appCount: 12, hasFactory: false, rollback: false }).slot).toBe(
      3,
    );
  });

  test('markValid confirms once; the factory app cannot be confirmed', () => {
    const entries = two(entry(1, VALID), entry(2, PENDING_VERIFY));
    expect(brief(markValid({ entries, appCount: 2 }))).toEqual([`1:${VALID}`]);
    expect(markValid({ entries: two(entry(1, VALID)), appCount: 2 })).toEqual([]);
    expect(formatErrorOf(() => markValid({ entries: two(empty), appCount: 2 })).code).toBe(
      'ESP_FAIL',
    );
  });

  test('markInvalid needs another app that boots', () => {
    const base = { appCount: 2, hasFactory: false };
    const pair = two(entry(1, VALID), entry(2, PENDING_VERIFY));
    const asked: number[] = [];
    const canBoot = (slot: number) => asked.push(slot) > 0;
    expect(brief(markInvalid({ ...base, entries: pair, canBoot }))).toEqual([`1:${INVALID}`]);
    expect(asked).toEqual([0]);
    const refused = (call: () => unknown) => formatErrorOf(call).code;
    expect(refused(() => markInvalid({ ...base, entries: pair, canBoot: () => false }))).toBe(
      'ESP_ERR_OTA_ROLLBACK_FAILED',
    );
    const alone = two(empty, entry(2, PENDING_VERIFY));
    expect(refused(() => markInvalid({ ...base, entries: alone, canBoot }))).toBe(
      'ESP_ERR_OTA_ROLLBACK_FAILED',
    );
    expect(rollbackSlot({ ...base, hasFactory: true, entries: alone })).toBe(-1);
  });

  test('stateOfSlot reads the first entry that maps there, stale or not', () => {
    const entries = two(entry(1, VALID), entry(3, PENDING_VERIFY));
    expect(stateOfSlot({ entries, appCount: 2, slot: 0 })).toBe(VALID);
    expect(stateOfSlot({ entries, appCount: 2, slot: 1 })).toBeUndefined();
    expect(stateOfSlot({ entries, appCount: 0, slot: 0 })).toBeUndefined();
  });

  test('lastInvalidSlot names the rejected slot', () => {
    expect(lastInvalidSlot({ entries: two(entry(1, VALID), entry(2, ABORTED)), appCount: 2 })).toBe(
      1,
    );
    expect(
      lastInvalidSlot({ entries: two(entry(3, INVALID), entry(2, ABORTED)), appCount: 2 }),
    ).toBe(1);
    expect(lastInvalidSlot({ entries: two(entry(1, VALID)), appCount: 2 })).toBeUndefined();
  });

  test('esp_ota_begin drops the other slot’s entry, and only that', () => {
    const drop = (entries: OtadataEntries, runningSlot: number) =>
      brief(invalidateInactive({ entries, appCount: 2, runningSlot }));
    expect(drop(two(entry(1, VALID), entry(2, VALID)), 1)).toEqual(['0:erase']);
    expect(drop(two(entry(1, VALID), entry(3, VALID)), 0)).toEqual([]);
    expect(drop(two(entry(1, VALID)), 0)).toEqual([]);
    expect(drop(two({ ...entry(1, VALID), crc: 0 }, entry(2, VALID)), 1)).toEqual([]);
  });
});
