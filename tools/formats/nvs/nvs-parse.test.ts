import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memoryFlash } from '../flash-region.ts';
import { fixture, formatErrorOf, SEED, survives } from '../testing/support.ts';
import { encodeItem, entryCrc, PAGE_STATE } from './entry.ts';
import { buildNvs } from './nvs-build.ts';
import { parseNvs } from './nvs-parse.ts';
import { openNvs } from './nvs-store.ts';

const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 31) & 0xff);

describe('the sample of ESP-IDF’s generator', () => {
  test('is read whole, without a complaint', () => {
    const dump = parseNvs(fixture('nvs-sample.bin'));
    expect(dump.problems).toEqual([]);
    expect(dump.pages).toEqual([
      { offset: 0, status: 'active', seq: 0, version: 2, written: 10, erased: 0 },
      { offset: 0x1000, status: 'empty', written: 0, erased: 0 },
      { offset: 0x2000, status: 'empty', written: 0, erased: 0 },
    ]);
    expect(dump.namespaces).toEqual([
      {
        index: 1,
        name: 'ota',
        entries: [
          { key: 'fw_ver', type: 'str', value: '1.2.3', offset: 0x60 },
          { key: 'boots', type: 'u32', value: 7, offset: 0xa0 },
          { key: 'neg', type: 'i8', value: -2, offset: 0xc0 },
          { key: 'big', type: 'u64', value: 0xffffffffffffffffn, offset: 0xe0 },
          { key: 'blob1', type: 'blob', value: expect.any(Uint8Array), offset: 0x160 },
        ],
      },
    ]);
  });
});

test('values are copies, of a Buffer too', () => {
  const buffer = Buffer.from(fixture('nvs-sample.bin'));
  const dump = parseNvs(buffer);
  buffer.fill(0);
  expect(dump).toEqual(parseNvs(fixture('nvs-sample.bin')));
  const version1 = Buffer.from(
    buildNvs(
      [
        { namespace: 'n', entry: { key: 'b', type: 'blob', value: bytes(40) } },
        { namespace: 'n', entry: { key: 's', type: 'str', value: Uint8Array.of(0xff, 0) } },
      ],
      { size: 0x3000, version: 1 },
    ),
  );
  const { entries } = parseNvs(version1).namespaces[0]!;
  version1.fill(0);
  expect(entries[0]!.value).toEqual(bytes(40));
  expect(entries[1]!.bytes).toEqual(Uint8Array.of(0xff, 0));
});

test('says the same as the live store after any workload', () => {
  const value = fc.oneof(
    fc.nat({ max: 255 }).map((v) => ['u8', v] as const),
    fc.nat({ max: 5000 }).map((n) => ['blob', bytes(n)] as const),
    fc.stringMatching(/^[a-z]{0,200}$/).map((s) => ['str', s] as const),
  );
  const set = fc.tuple(fc.constantFrom('x', 'y'), fc.constantFrom('a', 'b', 'c'), value);
  fc.assert(
    fc.property(fc.array(set, { maxLength: 60 }), (sets) => {
      const flash = memoryFlash(5 * 4096);
      const store = openNvs(flash);
      for (const [namespace, key, [type, v]] of sets) store.set(namespace, key, type, v);
      const live = [...store.entries()].map((e) => [
        e.namespace,
        e.key,
        e.type,
        store.get(e.namespace, e.key, e.type),
      ]);
      const dump = parseNvs(flash.bytes);
      const read = dump.namespaces.flatMap((n) =>
        n.entries.map((e) => [n.name, e.key, e.type, e.value]),
      );
      const byKey = (a: unknown[], b: unknown[]) =>
        `${a[0]}/${a[1]}` < `${b[0]}/${b[1]}` ? -1 : 1;
      expect(read.sort(byKey)).toEqual(live.sort(byKey));
      expect(dump.problems).toEqual([]);
    }),
    { seed: SEED, numRuns: 40 },
  );
});

describe('every inconsistency is named', () => {
  /** A page with ns (entry 0), s (1–2), b's piece (3–4), b's index (5), u (6). */
  const base = () => {
    const flash = memoryFlash(3 * 4096);
    const store = openNvs(flash);
    store.set('ns', 's', 'str', 'text');
    store.set('ns', 'b', 'blob', bytes(20));
    store.set('ns', 'u', 'u8', 9);
    return flash.bytes;
  };
  const at = (index: number) => 64 + index * 32;
  const codes = (edit: (page: Uint8Array) => void) => {
    const page = base();
    edit(page);
    return parseNvs(page).problems.map((p) => `${p.code}@${p.offset}`);
  };
  const reseal = (page: Uint8Array, index: number, change: (entry: Uint8Array) => void) => {
    const entry = page.subarray(at(index), at(index + 1));
    change(entry);
    new DataView(entry.buffer, entry.byteOffset).setUint32(4, entryCrc(entry), true);
  };
  const setState = (page: Uint8Array, index: number, state: number) => {
    const byte = 32 + (index >> 2);
    page[byte] = (page[byte]! & ~(3 << ((index & 3) * 2))) | (state << ((index & 3) * 2));
  };

  test.each<[string, string[], (page: Uint8Array) => void]>([
    ['page not blank', ['page-not-blank@4096'], (p) => void p.fill(0, 5000, 5001)],
    ['page header', ['page-header-crc@28'], (p) => void p.fill(9, 4, 5)],
    ['page state', ['page-state@0'], (p) => void p.fill(0, 0, 1)],
    ['entry CRC', [`entry-crc@${at(6)}`], (p) => void p.fill(8, at(6) + 24, at(6) + 25)],
    ['entry type', [`entry-type@${at(6)}`], (p) => reseal(p, 6, (e) => void e.fill(0x77, 1, 2))],
    ['entry span', [`entry-span@${at(6)}`], (p) => reseal(p, 6, (e) => void e.fill(2, 2, 3))],
    [
      'entry size',
      [`entry-size@${at(1)}`, `entry-crc@${at(2)}`],
      (p) => reseal(p, 1, (e) => void e.fill(0x7f, 24, 26)),
    ],
    [
      'blob piece without number',
      [`entry-chunk@${at(3)}`, `entry-crc@${at(4)}`, `blob-incomplete@${at(5)}`],
      (p) => reseal(p, 3, (e) => void e.fill(0xff, 3, 4)),
    ],
    ['value CRC', [`data-crc@${at(1)}`], (p) => void p.fill(0, at(2), at(2) + 1)],
    ['illegal state', [`entry-illegal-state@${at(6)}`], (p) => setState(p, 6, 1)],
    ['half-written', [`entry-not-blank@${at(7)}`], (p) => void p.fill(1, at(7), at(7) + 1)],
    ['half-erased', [`entry-incomplete@${at(1)}`], (p) => setState(p, 2, 0)],
    [
      'blob without a piece',
      [`blob-incomplete@${at(5)}`],
      (p) => {
        setState(p, 3, 0);
        setState(p, 4, 0);
      },
    ],
    ['piece without an index', [`blob-orphan@${at(3)}`], (p) => setState(p, 5, 0)],
    ['namespace without a name', [`namespace-unknown@${at(1)}`], (p) => setState(p, 0, 0)],
    [
      'bad namespace number',
      [`namespace-entry@${at(0)}`, `namespace-unknown@${at(1)}`],
      (p) => reseal(p, 0, (e) => void e.fill(0, 24, 25)),
    ],
  ])('%s', (_, expected, edit) => expect(codes(edit)).toEqual(expected));

  test('string without NUL, two names, an older value left behind', () => {
    const append = (...items: Parameters<typeof encodeItem>[0][]) =>
      codes((p) => {
        for (const [i, item] of items.entries()) {
          p.set(encodeItem(item), at(7 + i));
          setState(p, 7 + i, 2);
        }
      });
    const u8 = {
      nsIndex: 1,
      type: 1,
      span: 1,
      chunkIndex: 0xff,
      key: 'u',
      data: new Uint8Array(8),
    };
    expect(append(u8)).toEqual([`duplicate@${at(6)}`]);
    expect(append({ ...u8, nsIndex: 0, data: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0) })).toEqual([
      `namespace-twice@${at(7)}`,
    ]);
    expect(
      append({
        ...u8,
        type: 0x21,
        key: 'e',
        data: Uint8Array.of(0, 0, 255, 255, 255, 255, 255, 255),
      }),
    ).toEqual([`string-nul@${at(7)}`]);
  });

  test('pages: freeing, twice the same number, newer, none free', () => {
    const freeing = base();
    new DataView(freeing.buffer).setUint32(0, PAGE_STATE.freeing, true);
    expect(parseNvs(freeing).problems.map((p) => p.code)).toEqual(['page-freeing']);
    const twice = base();
    twice.copyWithin(4096, 0, 4096);
    expect(parseNvs(twice).problems.map((p) => p.code)).toContain('page-seq-twice');
    expect(parseNvs(base().subarray(0, 4096)).problems.map((p) => p.code)).toEqual([
      'no-free-page',
    ]);
    expect(formatErrorOf(() => parseNvs(new Uint8Array(100))).code).toBe('nvs-size');
  });

  test('survives damaged bytes', () => {
    survives(base(), parseNvs, 400);
    survives(
      base().subarray(0, 4096),
      (b) => parseNvs(b.length < 4096 ? b : b.subarray(0, 4096)),
      800,
    );
  });
});
