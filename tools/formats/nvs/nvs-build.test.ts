import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, hex, utf8 } from '../bytes.ts';
import { memoryFlash } from '../flash-region.ts';
import { type NvsFact, readNvsFacts } from '../testing/independent/nvs.ts';
import { fixture, formatErrorOf, SEED } from '../testing/support.ts';
import { ITEM_TYPE } from './entry.ts';
import { buildNvs, type NvsRow } from './nvs-build.ts';
import { buildNvsFromCsv, parseNvsCsv } from './nvs-csv.ts';
import { parseNvs } from './nvs-parse.ts';
import { openNvs } from './nvs-store.ts';
import { formatNvsCsv, nvsRowsOf } from './nvs-to-csv.ts';
import { isScalarType, SCALARS, scalarData } from './value.ts';

const integer = (type: 'u8' | 'i16' | 'u32') => {
  const bits = Number(type.slice(1));
  const min = type[0] === 'i' ? -(2 ** (bits - 1)) : 0;
  return fc.record({
    type: fc.constant(type),
    value: fc.integer({ min, max: min + 2 ** bits - 1 }),
  });
};
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.stringMatching(/^[a-z#"',\n\r ]{0,400}$/),
);
const blob = fc
  .tuple(fc.oneof(fc.nat({ max: 80 }), fc.nat({ max: 9000 })), fc.nat({ max: 255 }))
  .map(([length, seed]) => Uint8Array.from({ length }, (_, i) => (i * seed + 7) & 0xff));
const value = fc.oneof(
  integer('u8'),
  integer('i16'),
  integer('u32'),
  fc.record({
    type: fc.constant('u64' as const),
    value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  }),
  fc.record({
    type: fc.constant('i64' as const),
    value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  }),
  fc.record({ type: fc.constant('double' as const), value: fc.double() }),
  fc.record({ type: fc.constant('str' as const), value: text.filter((t) => !t.includes('\0')) }),
  fc.record({ type: fc.constant('blob' as const), value: blob }),
);
const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 15 })
  .filter((t) => utf8(t).length <= 15 && !/[\0\r\n]/.test(t));
/** Namespaces in a row each, keys once, in the order in which a tree lists them. */
const rows = fc
  .uniqueArray(
    fc.tuple(name, fc.uniqueArray(fc.tuple(name, value), { selector: ([k]) => k, maxLength: 12 })),
    {
      selector: ([n]) => n,
      maxLength: 4,
    },
  )
  .map((namespaces) =>
    namespaces.flatMap(([namespace, entries]): NvsRow[] => [
      { namespace },
      ...entries.map(([key, v]) => ({ namespace, entry: { key, ...v } })),
    ]),
  );

function factOf({ namespace, entry }: NvsRow): NvsFact {
  const { key, type, value: v } = entry!;
  const code = type === 'blob' ? 0x42 : ITEM_TYPE[type];
  const bytes = isScalarType(type)
    ? scalarData(type, v).subarray(0, SCALARS[type].size)
    : type === 'str'
      ? utf8(`${v}\0`)
      : (v as Uint8Array);
  return { namespace, key, type: code, hex: hex(bytes) };
}

describe('a built partition', () => {
  test('is read back the same, by this library, by one that shares no code with it, and by the live store', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const bytes = buildNvs(given, { size: 0x20000 });
        const entries = given.filter(({ entry }) => entry);
        expect(readNvsFacts(bytes)).toEqual(entries.map(factOf));
        const dump = parseNvs(bytes);
        expect(dump.problems).toEqual([]);
        expect(nvsRowsOf(dump)).toEqual(given);
        const flash = memoryFlash(bytes, { strict: true });
        const store = openNvs(flash);
        expect(flash.bytes, 'a mount finds nothing to repair').toEqual(bytes);
        for (const { namespace, entry } of entries) {
          expect(store.get(namespace, entry!.key, entry!.type)).toEqual(entry!.value);
        }
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  test('build ∘ parse is the identity on what the generator makes', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(0x20000, 0x30000), (given, size) => {
        const bytes = buildNvs(given, { size });
        expect(buildNvs(nvsRowsOf(parseNvs(bytes)), { size })).toEqual(bytes);
      }),
      { seed: SEED, numRuns: 40 },
    );
    const sample = fixture('nvs-sample.bin');
    expect(buildNvs(nvsRowsOf(parseNvs(sample)), { size: sample.length })).toEqual(sample);
  });

  test('goes to CSV and back', () => {
    let files = 0;
    fc.assert(
      fc.property(rows, (given) => {
        const bytes = buildNvs(given, { size: 0x20000 });
        const said = formatNvsCsv(parseNvs(bytes));
        expect(said.problems).toEqual([]);
        files += said.files.length;
        const readFile = (path: string) => said.files.find((f) => f.path === path)!.bytes;
        const built = buildNvsFromCsv(said.csv, { size: 0x20000, readFile });
        expect(built.problems).toEqual([]);
        expect(built.bytes).toEqual(bytes);
      }),
      { seed: SEED, numRuns: 60 },
    );
    expect(files, 'some values go into files').toBeGreaterThan(5);
  });

  test('text that CSV would change goes into files', () => {
    const texts = ['a\r\nb', 'a\n#b', '"\n# c"', '# d', 'x'.repeat(3000), ' e ', '"', ',', '\n'];
    const given = texts.map((value, i): NvsRow => {
      return { namespace: '#n,"', entry: { key: `"k${i}`, type: 'str', value } };
    });
    const { csv, files } = formatNvsCsv(parseNvs(buildNvs(given, { size: 0x4000 })));
    expect(files.map(({ bytes }) => new TextDecoder().decode(bytes))).toEqual(texts.slice(0, 3));
    const readFile = (path: string) => files.find((f) => f.path === path)!.bytes;
    const { rows, problems } = parseNvsCsv(csv, { readFile });
    expect(problems).toEqual([]);
    expect(rows.slice(1).map(({ namespace, entry }) => ({ namespace, entry }))).toEqual(given);
  });

  test('what CSV cannot say is named, and left out', () => {
    const odd: NvsRow[] = [
      { namespace: 'n', entry: { key: 'latin', type: 'str', value: Uint8Array.of(0xe9, 0) } },
      { namespace: 'n', entry: { key: 'a\rb', type: 'u8', value: 1 } },
      { namespace: 'n', entry: { key: 'ok', type: 'u8', value: 2 } },
    ];
    const bytes = buildNvs(odd, { size: 0x3000 });
    expect(parseNvs(bytes).namespaces[0]!.entries[0]).toMatchObject({
      bytes: Uint8Array.of(0xe9, 0),
    });
    expect(formatNvsCsv(parseNvs(bytes))).toMatchObject({
      csv: 'key,type,encoding,value\nn,namespace,,\nok,data,u8,2\n',
      problems: [
        { code: 'entry-not-csv', offset: 0x60 },
        { code: 'entry-not-csv', offset: 0xa0 },
      ],
    });
    // Its first entry is cleared: the namespace loses its name.
    bytes[32] = 0b10101000;
    const [problem] = formatNvsCsv(parseNvs(bytes)).problems;
    expect(problem).toMatchObject({
      code: 'namespace-not-csv',
      message: 'namespace 1 has no name',
    });
  });
});

describe('limits', () => {
  const row = (key: string, type: 'str' | 'blob', v: string | Uint8Array): NvsRow => ({
    namespace: 'n',
    entry: { key, type, value: v },
  });
  const code = (call: () => unknown) => formatErrorOf(call).code;
  const build = (given: NvsRow[], size = 0x3000, version: 1 | 2 = 2) =>
    buildNvs(given, { size, version });

  test('sizes, names and values that no partition has', () => {
    expect(code(() => build([], 1000))).toBe('nvs-size');
    expect(code(() => build([], 0))).toBe('nvs-size');
    expect(code(() => build([], 2 ** 40))).toBe('nvs-size');
    expect(code(() => build([{ namespace: '' }]))).toBe('ESP_ERR_NVS_INVALID_NAME');
    expect(code(() => build([{ namespace: 'ünÿëxpéçtëd' }]))).toBe('ESP_ERR_NVS_KEY_TOO_LONG');
    expect(code(() => build([row('k\0', 'str', '')]))).toBe('ESP_ERR_INVALID_ARG');
    expect(code(() => build([row('k', 'str', 'a'), row('k', 'str', 'b')]))).toBe('duplicate-key');
    expect(code(() => build([row('k', 'str', 'x'.repeat(4000))]))).toBe(
      'ESP_ERR_NVS_VALUE_TOO_LONG',
    );
    expect(code(() => build([row('k', 'blob', 'text')]))).toBe('ESP_ERR_INVALID_ARG');
    const many = Array.from({ length: 255 }, (_, i) => ({ namespace: `n${i}` }));
    expect(build(many.slice(0, 254), 0x10000).length).toBe(0x10000);
    expect(code(() => build(many, 0x10000))).toBe('ESP_ERR_NVS_NOT_ENOUGH_SPACE');
  });

  test('the longest string has a page of its own', () => {
    const longest = 'x'.repeat(3999);
    const dump = parseNvs(build([row('k', 'str', longest)], 0x4000));
    expect(dump.problems).toEqual([]);
    expect(dump.namespaces[0]!.entries[0]).toMatchObject({ value: longest });
  });

  test('a full partition says how large it must be', () => {
    const large = [row('k', 'blob', new Uint8Array(9000))];
    const error = formatErrorOf(() => build(large));
    expect([error.code, error.hint]).toEqual(['nvs-full', 'make it 0x4000 bytes']);
    expect(readNvsFacts(build(large, 0x4000))).toHaveLength(1);
  });

  test('one and two pages are for reading only, and use all pages', () => {
    const blob = row('k', 'blob', new Uint8Array(3900));
    expect(readNvsFacts(build([blob], 0x1000))).toHaveLength(1);
    expect(parseNvs(build([blob], 0x1000)).problems.map((p) => p.code)).toEqual(['no-free-page']);
    expect(code(() => build([blob, row('l', 'blob', new Uint8Array(200))], 0x1000))).toBe(
      'nvs-full',
    );
  });

  test('format version 1 stores blobs in one piece', () => {
    const given = [
      row('b', 'blob', new Uint8Array(1984).fill(3)),
      row('c', 'blob', new Uint8Array(0)),
    ];
    const bytes = build(given, 0x4000, 1);
    expect(readNvsFacts(bytes).map((f) => f.type)).toEqual([0x41, 0x41]);
    expect(parseNvs(bytes)).toMatchObject({ problems: [], pages: [{ version: 1 }, {}, {}, {}] });
    expect(openNvs(memoryFlash(bytes)).get('n', 'b', 'blob')).toEqual(new Uint8Array(1984).fill(3));
    const long = concatBytes([new Uint8Array(1985)]);
    expect(code(() => build([row('b', 'blob', long)], 0x4000, 1))).toBe(
      'ESP_ERR_NVS_VALUE_TOO_LONG',
    );
  });
});
