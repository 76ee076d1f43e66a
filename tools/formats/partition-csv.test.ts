import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  buildPartitionTable,
  formatPartitionCsv,
  type PartitionCsvOptions,
  parsePartitionCsv,
  parsePartitionTable,
} from './partition-table.ts';
import { fixture, formatErrorOf, SEED } from './testing/support.ts';

const TWO_OTA = `# Name,   Type, SubType, Offset,  Size, Flags
nvs,      data, nvs,     ,        0x4000,
otadata,  data, ota,     ,        0x2000,
phy_init, data, phy,     ,        0x1000,
factory,  app,  factory, ,        1M,
ota_0,    app,  ota_0,   ,        1M,
ota_1,    app,  ota_1,   ,        1M,
`;
const problemsOf = (csv: string, options?: PartitionCsvOptions) =>
  parsePartitionCsv(csv, options).problems.map((p) => `${p.line}:${p.column} ${p.code}`);

test('factory + two OTA gives the generator’s bytes', () => {
  const { partitions, problems, ok } = parsePartitionCsv(TWO_OTA);
  expect([problems, ok]).toEqual([[], true]);
  expect(buildPartitionTable(partitions)).toEqual(fixture('partition-table-factory-two-ota.bin'));
});

test('CSV of a table reads back as the same table', () => {
  const { partitions } = parsePartitionTable(fixture('partition-table-factory-two-ota.bin'));
  const csv = formatPartitionCsv(partitions);
  expect(csv.split('\n').slice(0, 3)).toEqual([
    '# ESP-IDF Partition Table',
    '# Name, Type, SubType, Offset, Size, Flags',
    'nvs,data,nvs,0x9000,16K,',
  ]);
  expect(parsePartitionCsv(csv).partitions).toEqual(partitions);
  expect(formatErrorOf(() => formatPartitionCsv([{ ...partitions[0]!, label: 'a,b' }])).code).toBe(
    'label-not-csv',
  );
});

describe('filling in', () => {
  const offsets = (csv: string, options?: PartitionCsvOptions) => {
    const parsed = parsePartitionCsv(csv, options);
    expect(parsed.problems).toEqual([]);
    return parsed.partitions.map((p) => [p.offset, p.size]);
  };

  test('a blank offset is the aligned end of the row before', () => {
    expect(offsets('a,data,nvs,,0x3000\nb,0x40,7,,0x123\nc,app,test,,64k\nd,data,fat,,1M')).toEqual(
      [
        [0x9000, 0x3000],
        [0xc000, 0x123],
        [0x10000, 0x10000],
        [0x20000, 0x100000],
      ],
    );
  });

  test('a negative size is an end address', () => {
    expect(offsets('a,app,ota_0,0x10000,-1M\nb,data,fat,,-0x200000')).toEqual([
      [0x10000, 0xf0000],
      [0x100000, 0x100000],
    ]);
  });

  test('the table may stand elsewhere', () => {
    expect(offsets('a,data,nvs,,0x3000', { tableOffset: 0xf000 })).toEqual([[0x10000, 0x3000]]);
  });

  test('bootloader and table rows take their places from the options', () => {
    const csv =
      'b,bootloader,primary,N/A,N/A\nt,partition_table,primary,,\nr,bootloader,recovery,,\nn,data,nvs,,0x3000';
    const parsed = parsePartitionCsv(csv, {
      primaryBootloaderOffset: 0x1000,
      recoveryBootloaderOffset: 0x3f0000,
    });
    expect(parsed.partitions.map((p) => [p.offset, p.size])).toEqual([
      [0x1000, 0x7000],
      [0x8000, 0x1000],
      [0x3f0000, 0x7000],
      [0x3f7000, 0x3000],
    ]);
    expect(problemsOf(csv).map((p) => p.split(' ')[1])).toEqual(
      Array(5).fill('bootloader-offset-missing').slice(0, 4),
    );
    expect(problemsOf('b,bootloader,primary,,', { primaryBootloaderOffset: 0x8000 })).toContain(
      '1:22 bootloader-above-table',
    );
  });

  test('subtype of data may be blank, numbers may be written in many ways', () => {
    const { partitions } = parsePartitionCsv(
      'a,1,,,0b11_0000_0000_0000\nb,DATA,FAT,0o100000000,+4kk,encrypted:readonly',
    );
    expect(partitions).toMatchObject([
      { type: 1, subtype: 6, size: 0x3000 },
      {
        type: 1,
        subtype: 0x81,
        offset: 0x1000000,
        size: 0x400000,
        encrypted: true,
        readonly: true,
      },
    ]);
  });

  test('variables', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the CSV, not of this text
    const csv = '$ROW,app,ota_0,$AT,${SIZE}\n# $UNKNOWN in a comment';
    const { partitions } = parsePartitionCsv(csv, {
      variables: { ROW: 'x', AT: '0x20000', SIZE: '64K' },
    });
    expect(partitions).toMatchObject([{ label: 'x', offset: 0x20000, size: 0x10000 }]);
    expect(problemsOf(csv, { variables: { SIZE: '1' } })).toEqual([
      '1:1 unknown-variable',
      '1:16 unknown-variable',
    ]);
    expect(problemsOf('x,app,$A,4K', { variables: { A: 'ota_0,0x11000' } })).toContain(
      '1:7 offset-unaligned',
    );
  });

  test('byte order marks', () => {
    const text = 'é,data,nvs,,0x3000\n';
    const utf16 = (le: boolean) =>
      Uint8Array.from(
        [...`\ufeff${text}`].flatMap((c) => {
          const unit = [c.charCodeAt(0) & 0xff, c.charCodeAt(0) >> 8];
          return le ? unit : unit.reverse();
        }),
      );
    const utf32 = (le: boolean) =>
      Uint8Array.from(
        [...`\ufeff${text}`].flatMap((c) => {
          const unit = [c.codePointAt(0)! & 0xff, c.codePointAt(0)! >> 8, 0, 0];
          return le ? unit : unit.reverse();
        }),
      );
    const plain = new TextEncoder().encode(text);
    const marked = new TextEncoder().encode(`\ufeff${text}`);
    for (const input of [
      text,
      plain,
      marked,
      utf16(true),
      utf16(false),
      utf32(true),
      utf32(false),
    ]) {
      expect(parsePartitionCsv(input)).toMatchObject({ ok: true, partitions: [{ label: 'é' }] });
    }
  });
});

describe('every violation has its line and column, all at once', () => {
  test.each([
    ['type left empty', 'nvs', ['1:4 type-empty', '1:4 size-empty']],
    ['unknown type', 'a, fat, x,,1', ['1:4 not-a-number']],
    ['unknown subtype', 'a, data, ota_0,,1', ['1:10 not-a-number']],
    ['app without subtype', 'a,app,,,4K', ['1:7 subtype-empty']],
    [
      'bad offset, bad size, bad flag',
      'a,data,nvs, here ,010,rw',
      ['1:13 not-a-number', '1:19 not-a-number', '1:23 unknown-flag'],
    ],
    ['no size', 'a,data,nvs,0x9000', ['1:18 size-empty']],
    ['type too large', 'a,0xff,1,,1', ['1:3 out-of-range']],
    ['label too long', 'seventeen_letters,data,fat,,4K', ['1:1 label-too-long']],
    [
      'what follows a bad label or flag',
      'seventeen_letters,data,fat,,4K\nb,data,fat,,4K,rw\nc,data,fat,0x9000,4K',
      ['1:1 label-too-long', '2:16 unknown-flag', '3:12 overlap'],
    ],
    ['below the table', 'a,data,nvs,0x8000,0x3000', ['1:12 offset-too-low']],
    ['overlap', 'a,data,nvs,,0x3000\nb,data,fat,0xb000,0x1000', ['2:12 overlap']],
    ['ends before it starts', 'a,data,fat,0x20000,-0x10000', ['1:20 size-negative']],
    ['app offset', 'a,app,ota_0,0x11000,4K', ['1:13 offset-unaligned']],
    ['data offset', 'a,data,fat,0x9800,4K', ['1:12 offset-unaligned']],
    ['app size', 'a,app,ota_0,,0x1800', ['1:14 size-unaligned']],
    ['same name', 'a,data,fat,,4K\na,data,spiffs,,4K', ['2:1 label-twice']],
    ['two otadata', 'a,data,ota,,8K\nb,data,ota,,8K', ['2:8 otadata-twice']],
    [
      'otadata size',
      'a,data,ota,,4K\nt,data,tee_ota,,4K',
      ['1:13 otadata-size', '2:17 otadata-size'],
    ],
    ['readonly otadata', 'a,data,ota,,8K,readonly', ['1:16 must-be-writable']],
    ['readonly coredump', 'a,data,coredump,,8K,encrypted:readonly', ['1:21 must-be-writable']],
    ['small nvs', 'a,data,nvs,,0x2000', ['1:13 nvs-too-small']],
    ['label of another type', 'app,data,fat,,4K', ['1:1 label-is-type']],
    ['label of another subtype', 'spiffs,data,fat,,4K', ['1:1 label-is-subtype']],
    [
      'several lines',
      'x,y,z\n\n# ok\nq,app,ota_0,0x10000,1\nr,data,nvs,0,4',
      [
        '1:3 not-a-number',
        '1:6 size-empty',
        '4:21 size-unaligned',
        '5:12 overlap',
        '5:12 offset-too-low',
        '5:14 nvs-too-small',
      ],
    ],
  ])('%s', (_, csv, expected) => {
    const got = problemsOf(csv);
    expect(got).toEqual(expected);
  });

  test('text that is none, a NUL, blanks before a suffix', () => {
    const bytes = new TextEncoder().encode('# ok\na,data,nvs,,12 K\nbc,data,fat,,4K\n');
    expect(parsePartitionCsv(bytes)).toMatchObject({
      ok: true,
      partitions: [{ size: 0x3000 }, {}],
    });
    const damaged = bytes.with(bytes.indexOf(0x62) + 1, 0xff);
    expect(parsePartitionCsv(damaged).problems).toMatchObject([
      { code: 'bad-encoding', line: 3, column: 2 },
    ]);
    expect(parsePartitionCsv(Uint8Array.of(0xff, 0xfe, 0, 0, 0x61)).ok).toBe(false);
    expect(problemsOf('a\0b,data,fat,,4K')).toEqual(['1:1 label-has-nul']);
  });

  test('more than fit, and beyond 4 GB', () => {
    const rows = (n: number) =>
      Array.from({ length: n }, (_, i) => `n${i},data,fat,,4K`).join('\n');
    expect(problemsOf(rows(94))).toEqual([]);
    expect(problemsOf(rows(97))).toEqual(['95:1 table-full']);
    expect(problemsOf(rows(95), { md5: false })).toEqual([]);
    expect(problemsOf(rows(96), { md5: false })).toEqual(['96:1 table-full']);
    expect(problemsOf('a,data,fat,,0xfffff000\nb,data,fat,,4K')).toEqual([
      '1:13 beyond-flash',
      '2:13 beyond-flash',
    ]);
    expect(problemsOf('a,data,fat,,0')).toEqual(['1:13 size-zero']);
    expect(parsePartitionCsv('a,data,fat,,0').ok).toBe(true);
  });

  test('hostile text takes no time', () => {
    for (const text of ['${'.repeat(200_000), `a${' '.repeat(400_000)}b`, '$'.repeat(400_000)]) {
      expect(parsePartitionCsv(text).ok).toBe(false);
    }
    const many = 'a,data,fat,0x9000,4K\n'.repeat(20_000);
    expect(parsePartitionCsv(many).problems.length).toBeGreaterThan(39_000);
  });

  test('small nvs may be readonly; warnings do not refuse', () => {
    expect(problemsOf('a,data,nvs,,0x1000,readonly')).toEqual([]);
    expect(parsePartitionCsv('spiffs,data,fat,,4K').ok).toBe(true);
    expect(parsePartitionCsv('a,data,nvs,,4K').ok).toBe(false);
  });

  test('secure boot v1 and the flash size', () => {
    expect(problemsOf('a,app,ota_0,,4K', { secureBoot: 'v1' })).toEqual(['1:14 size-unaligned']);
    expect(problemsOf(TWO_OTA, { flashSize: 0x300000 })).toEqual(['7:35 beyond-flash']);
  });
});

test('survives any text', () => {
  const cell = fc.oneof(
    fc.constantFrom(
      'app',
      'data',
      'ota_0',
      '',
      '-1M',
      '0x9000',
      '$A',
      '${',
      '1M',
      'readonly',
      '#',
      '\u2028',
    ),
    fc.string({ maxLength: 8 }),
  );
  const csv = fc
    .array(fc.array(cell, { maxLength: 8 }), { maxLength: 8 })
    .map((rows) => rows.map((r) => r.join(',')).join('\n'));
  fc.assert(
    fc.property(fc.oneof(csv, fc.string({ unit: 'binary', maxLength: 200 })), (text) => {
      const { partitions, ok } = parsePartitionCsv(text);
      if (ok) buildPartitionTable(partitions);
    }),
    { seed: SEED, numRuns: 1500 },
  );
});
