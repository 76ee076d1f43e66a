import { describe, expect, test } from 'vitest';
import { buildAppDesc } from '../app-desc.ts';
import { buildBootloaderDesc } from '../bootloader-desc.ts';
import { buildImage } from '../esp-image.ts';
import { md5 } from '../md5.ts';
import { buildOtadata, OTA_STATE, type OtadataEntry } from '../otadata.ts';
import { buildPartitionTable, parsePartitionCsv } from '../partition-table.ts';
import { tableOfCsv } from '../table-of-csv.ts';
import { fixture, formatErrorOf, survives } from '../testing/support.ts';
import { inspectFlash } from './inspect.ts';

const CSV = `nvs,data,nvs,0x9000,0x4000
otadata,data,ota,,0x2000
phy,data,phy,,0x1000
ota_0,app,ota_0,0x10000,64K
ota_1,app,ota_1,,64K
coredump,data,coredump,,64K
`;
const tableOf = (csv: string) => tableOfCsv(csv);
const app = (version: string, chipId = 0) =>
  buildImage({
    chipId,
    entryAddress: 0x40080000,
    segments: [
      { loadAddress: 0x3f400020, data: buildAppDesc({ version, projectName: 'door' }) },
      { loadAddress: 0x40080000, data: new Uint8Array(4096).fill(0x36) },
    ],
  });
const bootloader = (chipId = 0) =>
  buildImage({
    chipId,
    entryAddress: 0x40080000,
    segments: [{ loadAddress: 0x3fff0020, data: buildBootloaderDesc({ idfVersion: 'v5.5' }) }],
  });
const { NEW, PENDING_VERIFY, VALID, ABORTED } = OTA_STATE;
type Entry = Pick<OtadataEntry, 'seq' | 'state'> & { crc?: number };

interface Content {
  table?: Uint8Array;
  otadata?: Entry[];
  parts?: [at: number, bytes: Uint8Array][];
  size?: number;
}

/** A 4 MB ESP32 with 1.0.0 in ota_0 and 2.0.0 in ota_1. */
function dump({ table = tableOf(CSV), otadata = [], parts, size = 0x400000 }: Content = {}) {
  const bytes = new Uint8Array(size).fill(0xff);
  bytes.set(bootloader(), 0x1000);
  bytes.set(table, 0x8000);
  bytes.set(buildOtadata(...otadata), 0xd000);
  for (const [at, part] of parts ?? [
    [0x10000, app('1.0.0')],
    [0x20000, app('2.0.0')],
  ]) {
    bytes.set(part, at);
  }
  return bytes;
}
const afterUpdate: Entry[] = [
  { seq: 1, state: VALID },
  { seq: 2, state: NEW },
];

describe('what is where', () => {
  const report = inspectFlash(dump({ otadata: afterUpdate }));

  test('bootloader, table, images', () => {
    expect(report.bootloader).toMatchObject({ offset: 0x1000, state: 'ok', chip: 'ESP32' });
    expect(report.table).toEqual({ offset: 0x8000, ok: true, boots: true, findings: [] });
    expect(
      report.partitions.map(({ label, typeName, subtypeName, used }) => [
        label,
        typeName,
        subtypeName,
        used > 0,
      ]),
    ).toEqual([
      ['nvs', 'data', 'nvs', false],
      ['otadata', 'data', 'ota', true],
      ['phy', 'data', 'phy', false],
      ['ota_0', 'app', 'ota_0', true],
      ['ota_1', 'app', 'ota_1', true],
      ['coredump', 'data', 'coredump', false],
    ]);
    expect(report.partitions[4]!.image).toMatchObject({
      state: 'ok',
      hash: 'ok',
      length: app('2.0.0').length,
      identity: { project: 'door', version: '2.0.0' },
    });
    expect(report.partitions[0]!.nvs).toMatchObject({ state: 'empty', pages: 4, pagesUsed: 0 });
  });

  test('NVS content', () => {
    const nvs = fixture('nvs-sample.bin');
    const table = tableOf(CSV.replace('0x4000', `0x${nvs.length.toString(16)}`));
    const { partitions } = inspectFlash(dump({ table, parts: [[0x9000, nvs]] }));
    expect(partitions[0]!.nvs).toMatchObject({ state: 'ok', problems: [] });
    expect(partitions[0]!.nvs!.namespaces.length).toBeGreaterThan(0);
  });

  test('the dump of a board whose table stands elsewhere', () => {
    const bytes = dump({ table: new Uint8Array(0), otadata: afterUpdate });
    const csv = 'otadata,data,ota,0xd000,0x2000\nota_0,app,ota_0,0x10000,64K\nota_1,app,ota_1,,64K';
    bytes.set(tableOfCsv(csv, { tableOffset: 0x9000 }), 0x9000);
    expect(inspectFlash(bytes)).toMatchObject({
      table: { offset: 0x9000 },
      boot: { boots: { slot: 1 } },
    });
  });
});

describe('what boots next, and why', () => {
  const forecast = (content: Content, options = {}) => inspectFlash(dump(content), options).boot;

  test('a new image, on trial', () => {
    expect(forecast({ otadata: afterUpdate })).toEqual({
      boots: { slot: 1, partition: 'ota_1', offset: 0x20000 },
      writes: [{ entry: 1, state: 'PENDING_VERIFY' }],
      attempts: [{ slot: 1, partition: 'ota_1', ok: true }],
      why: [
        'Entry 0 (number 1 for ota_0, VALID) counts.',
        'Entry 1 (number 2 for ota_1, NEW) counts.',
        'Entry 1 decides, by its higher number: ota_1 is selected.',
        'Entry 1 becomes PENDING_VERIFY: it is started for the first time, on trial.',
        'ota_1 holds a sound image, and boots.',
      ],
    });
    expect(forecast({ otadata: afterUpdate }, { rollback: false }).writes).toEqual([]);
  });

  test('the old image, where the new one was not confirmed', () => {
    const pending = [
      { seq: 1, state: VALID },
      { seq: 2, state: PENDING_VERIFY },
    ];
    const { boots, why, writes } = forecast({ otadata: pending });
    expect([boots?.slot, writes]).toEqual([0, [{ entry: 1, state: 'ABORTED' }]]);
    expect(why).toContain(
      'Entry 1 (number 2 for ota_1) becomes ABORTED: it was PENDING_VERIFY, that is, started and not confirmed before the reset.',
    );
    expect(why.at(-2)).toBe('Entry 0 decides: ota_0 is selected.');
  });

  test('the other slot, where the selected image is damaged', () => {
    const torn = app('2.0.0').subarray(0, 3000);
    const { boots, attempts, why } = forecast({
      otadata: afterUpdate,
      parts: [
        [0x10000, app('1.0.0')],
        [0x20000, torn],
      ],
    });
    expect(boots?.slot).toBe(0);
    expect(attempts.map(({ slot, ok }) => [slot, ok])).toEqual([
      [1, false],
      [0, true],
    ]);
    expect(why.at(-2)).toMatch(/^ota_1 cannot boot: the checksum is/);
  });

  test('the first slot, which is recorded, where otadata was never written', () => {
    const { boots, writes } = forecast({});
    expect([boots?.slot, writes]).toEqual([0, [{ entry: 0, state: 'VALID' }]]);
  });

  test('nothing', () => {
    const { boots, why } = forecast({ otadata: afterUpdate, parts: [] });
    expect(boots).toBeUndefined();
    expect(why.slice(-3)).toEqual([
      'ota_1 cannot boot: it is empty.',
      'ota_0 cannot boot: it is empty.',
      'Nothing is left to try: the bootloader resets, again and again.',
    ]);
    const table = tableOf(CSV).with(40, 1);
    expect(forecast({ table, otadata: afterUpdate })).toMatchObject({ attempts: [], writes: [] });
    expect(inspectFlash(dump().subarray(0, 0xd100)).boot.why).toEqual([
      'The otadata partition cannot be read, so that the bootloader resets.',
    ]);
  });

  test('an image for another chip is none, a chip may be named', () => {
    const parts: [number, Uint8Array][] = [[0x10000, app('1.0.0', 5)]];
    expect(forecast({ parts }).boots).toBeUndefined();
    expect(forecast({ parts }, { chipId: 5 }).boots?.slot).toBe(0);
  });

  test('a row behind the MD5 row, which the bootloader misses', () => {
    const { partitions } = parsePartitionCsv(CSV.split('\n').slice(0, 5).join('\n'));
    const table = buildPartitionTable(partitions, { md5: false });
    table.copyWithin(5 * 32, 4 * 32, 5 * 32);
    table.fill(0xff, 4 * 32, 5 * 32).set([0xeb, 0xeb], 4 * 32);
    table.set(md5(table.subarray(0, 4 * 32)), 4 * 32 + 16);
    const report = inspectFlash(dump({ table, otadata: afterUpdate }));
    expect(report.partitions.map(({ label }) => label)).toContain('ota_1');
    expect([report.boot.boots?.slot, report.table.boots, report.table.ok]).toEqual([
      0,
      true,
      false,
    ]);
  });

  test('a partition of more than 16 MB, which an ESP32 cannot map', () => {
    const csv = 'otadata,data,ota,0xd000,0x2000\na,app,ota_0,0x10000,17M\n';
    const bytes = dump({ table: tableOf(csv), size: 18 * 1024 * 1024 });
    expect(inspectFlash(bytes).boot).toMatchObject({ attempts: [{ slot: 0, ok: false }] });
  });

  test('a hole in the table', () => {
    const table = tableOf(
      'otadata,data,ota,0xd000,0x2000\nb,app,ota_1,0x20000,64K\nc,app,ota_2,,64K',
    );
    const { why, boots } = forecast({ table, otadata: [{ seq: 1, state: VALID }] });
    expect([boots?.slot, why.includes('The table has no ota_0.')]).toEqual([1, true]);
  });
});

describe('broken images', () => {
  const imageOf = (bytes: Uint8Array) =>
    inspectFlash(dump({ parts: [[0x20000, bytes]] })).partitions[4]!.image!;

  test('how, and where the writing ended', () => {
    const image = app('2.0.0');
    expect(imageOf(image.with(1000, 1))).toMatchObject({
      state: 'broken',
      checksumOk: false,
      hash: 'wrong',
      identity: { version: '2.0.0' },
    });
    expect(imageOf(image.with(1000, 1)).writtenTo).toBeUndefined();
    expect(imageOf(image.subarray(0, 3000))).toMatchObject({ state: 'broken', writtenTo: 3000 });
    expect(imageOf(image.subarray(0, 16))).toMatchObject({ state: 'broken', writtenTo: 16 });
    expect(imageOf(new Uint8Array(0x10000))).toMatchObject({
      state: 'broken',
      used: 0x10000,
      problems: [{ code: 'image-magic' }],
    });
  });
});

test('otadata in words', () => {
  const entries = (...otadata: Entry[]) => inspectFlash(dump({ otadata })).otadata!.entries;
  expect(entries({ seq: 3, state: ABORTED }, { seq: 2, state: VALID, crc: 7 })).toEqual([
    { seq: 3, state: 'ABORTED', crcOk: true, verdict: 'rejected', slot: 0 },
    { seq: 2, state: 'VALID', crcOk: false, verdict: 'bad-crc', slot: 1 },
  ]);
  expect(entries({ seq: 5, state: VALID })[1]).toEqual({
    seq: 0xffffffff,
    state: 'UNDEFINED',
    crcOk: false,
    verdict: 'empty',
  });
});

test('what is no dump is refused', () => {
  const code = (bytes: Uint8Array) => formatErrorOf(() => inspectFlash(bytes)).code;
  expect(code(tableOf(CSV))).toBe('partition-table-not-found');
  expect(code(new Uint8Array(0))).toBe('partition-table-not-found');
  expect(code(app('1.0.0'))).toBe('partition-table-not-found');
});

test('survives damaged dumps', () => {
  const small = tableOf(
    'nvs,data,nvs,0x9000,0x3000\notadata,data,ota,0xc000,0x2000\na,app,ota_0,0x10000,4K',
  );
  const bytes = dump({ table: small, otadata: afterUpdate, size: 0x11000, parts: [] });
  survives(
    small.subarray(0, 160),
    (table) => {
      const copy = bytes.slice();
      copy.set(table, 0x8000);
      inspectFlash(copy);
    },
    300,
  );
  survives(bytes, (mutated) => inspectFlash(mutated), 150);
});
