import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildAppDesc } from '../app-desc.ts';
import { buildImage } from '../esp-image.ts';
import { buildPartitionTable, type Partition } from '../partition-table.ts';
import { fixture, formatErrorOf, SEED, survives } from '../testing/support.ts';
import { mergeParts } from './merge.ts';
import { splitDump } from './split.ts';

const row = (label: string, type: number, subtype: number, offset: number, size: number) =>
  ({ label, type, subtype, offset, size, encrypted: false, readonly: false }) satisfies Partition;

const ROWS = [
  row('nvs', 1, 2, 0x9000, 0x3000),
  row('ota_0', 0, 0x10, 0x10000, 0x8000),
  row('ota_1', 0, 0x11, 0x18000, 0x8000),
];
const bootloader = (chipId = 0) =>
  buildImage({ chipId, entryAddress: 0, segments: [], hashAppended: true });

function dumpOf(rows = ROWS, chipId = 0, bootAt = 0x1000): Uint8Array {
  return mergeParts(
    [
      { offset: bootAt, data: bootloader(chipId) },
      { offset: 0x8000, data: buildPartitionTable(rows) },
      { offset: 0x9000, data: new Uint8Array(32).fill(7) },
      { offset: 0x10000, data: fixture('sample.bin') },
    ],
    { padTo: 0x20000 },
  );
}

describe('splitDump', () => {
  test('names the parts, whole where they are data and short where they are images', () => {
    const parts = splitDump(dumpOf());
    expect(parts.map((p) => [p.fileName, p.kind, p.size, p.data.length, p.erased])).toEqual([
      ['0x1000-bootloader.bin', 'bootloader', 0x7000, 64, false],
      ['0x8000-partition-table.bin', 'partition-table', 0x1000, 0x1000, false],
      ['0x9000-nvs.bin', 'partition', 0x3000, 0x3000, false],
      ['0x10000-ota_0.bin', 'partition', 0x8000, 9344, false],
      ['0x18000-ota_1.bin', 'partition', 0x8000, 0x8000, true],
    ]);
    expect(parts[3]?.data).toEqual(fixture('sample.bin'));
  });

  test('an image whose hash ends in 0xFF is not cut into', () => {
    for (let i = 0; ; i++) {
      const data = buildAppDesc({ version: String(i) });
      const image = buildImage({
        chipId: 0,
        entryAddress: i,
        segments: [{ loadAddress: 0x3f400020, data }],
      });
      if (image.at(-1) !== 0xff) continue;
      const dump = dumpOf().fill(0xff, 0x10000);
      dump.set(image, 0x10000);
      expect(splitDump(dump)[3]?.data).toEqual(image);
      break;
    }
  });

  test('what stands behind an image is kept', () => {
    const dump = dumpOf();
    dump[0x13010] = 0;
    expect(splitDump(dump)[3]?.data.length).toBe(0x4000);
    dump.set(fixture('sample-signed-rsa.bin'), 0x10000);
    expect(splitDump(dump)[3]?.data.length).toBe(0x4000);
  });

  test('the bootloader is sought where its chip’s ROM looks', () => {
    const at = (chipId: number, place: number) =>
      splitDump(dumpOf(ROWS, chipId, place)).find((p) => p.kind === 'bootloader')?.offset;
    expect([at(0, 0x1000), at(5, 0), at(0x17, 0x2000)]).toEqual([0x1000, 0, 0x2000]);
    expect(at(5, 0x1000)).toBeUndefined();
  });

  test('bytes without an owner are kept as gaps', () => {
    const dump = dumpOf();
    dump[0xe123] = 1;
    dump[0x10] = 2;
    expect(
      splitDump(dump)
        .filter((p) => p.kind === 'gap')
        .map((p) => [p.offset, p.data.length, p.fileName]),
    ).toEqual([
      [0, 0x1000, '0x0-unassigned.bin'],
      [0xe000, 0x1000, '0xe000-unassigned.bin'],
    ]);
  });

  test('a table may name bootloader and table itself', () => {
    const rows = [row('boot', 2, 0, 0x1000, 0x7000), row('table', 3, 0, 0x8000, 0x1000), ...ROWS];
    expect(splitDump(dumpOf(rows)).map((p) => p.name)).toEqual([
      'boot',
      'table',
      'nvs',
      'ota_0',
      'ota_1',
    ]);
  });

  test('a dump that ends early says which parts it cuts', () => {
    const parts = splitDump(dumpOf().subarray(0, 0x11000));
    expect(parts.map((p) => [p.name, p.truncated, p.data.length])).toEqual([
      ['bootloader', false, 64],
      ['partition-table', false, 0x1000],
      ['nvs', false, 0x3000],
      ['ota_0', true, 0x1000],
      ['ota_1', true, 0],
    ]);
  });

  test('labels become file names that stay in their folder and differ', () => {
    const rows = [row('../../etc', 1, 6, 0x9000, 0x1000), row('A b', 1, 6, 0x9000, 0x1000)];
    expect(splitDump(dumpOf(rows)).map((p) => p.fileName)).toContain('0x9000-______etc.bin');
    expect(splitDump(dumpOf(rows)).map((p) => p.fileName)).toContain('0x9000-A_b-2.bin');
  });

  test('nothing is lost: the parts merged give the dump', () => {
    const noise = fc.array(
      fc.record({ at: fc.nat({ max: 0x1ffff }), value: fc.integer({ min: 0, max: 255 }) }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(noise, fc.integer({ min: 0x9000, max: 0x20000 }), (edits, length) => {
        const dump = dumpOf().slice(0, length);
        for (const { at, value } of edits) {
          if (at < length && (at < 0x8000 || at >= 0x9000)) dump[at] = value;
        }
        const parts = splitDump(dump).filter((part) => !part.erased);
        expect(mergeParts(parts, { padTo: length })).toEqual(dump);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  test('says where it looked for a table in vain', () => {
    expect(formatErrorOf(() => splitDump(new Uint8Array(0x8000))).code).toBe(
      'partition-table-not-found',
    );
    const broken = dumpOf();
    broken[0x8000 + 32] = 0;
    expect(formatErrorOf(() => splitDump(broken))).toMatchObject({
      code: 'partition-table-unreadable',
      offset: 0x8020,
    });
    const moved = new Uint8Array(0x11000).fill(0xff);
    moved.set(buildPartitionTable(ROWS), 0x10000);
    const names = splitDump(moved, { tableOffset: 0x10000 }).map((p) => p.name);
    expect(names).toContain('partition-table');
  });

  test('survives damaged tables', () => {
    const table = buildPartitionTable(ROWS);
    const dump = dumpOf();
    survives(
      table,
      (bytes) => {
        dump.fill(0xff, 0x8000, 0x9000);
        dump.set(bytes.subarray(0, 0x1000), 0x8000);
        splitDump(dump);
      },
      1000,
    );
  });
});
