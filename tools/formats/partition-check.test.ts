import { describe, expect, test } from 'vitest';
import { hex } from './bytes.ts';
import { md5 } from './md5.ts';
import {
  bootPartitions,
  buildPartitionTable,
  checkPartitionTable,
  type Partition,
  type PartitionRules,
} from './partition-table.ts';
import { fixture, survives } from './testing/support.ts';

const sound = fixture('partition-table-factory-two-ota.bin');
const part = (label: string, type: number, subtype: number, offset: number): Partition => ({
  label,
  type,
  subtype,
  offset,
  size: 0x10000,
  encrypted: false,
  readonly: false,
});
const found = (bytes: Uint8Array, rules?: PartitionRules) =>
  checkPartitionTable(bytes, rules).findings.map(
    ({ by, code, offset }) => `${by} ${code}${offset === undefined ? '' : ` ${offset}`}`,
  );

test('the generator’s own table', () => {
  expect(checkPartitionTable(sound, { flashSize: 0x400000 })).toMatchObject({
    ok: true,
    boots: true,
    findings: [],
  });
});

describe('what the bootloader refuses', () => {
  test.each([
    ['nothing there', new Uint8Array(0xc00).fill(0xff), ['bootloader partition-table-empty 0']],
    ['a torn row', sound.with(64, 0), ['bootloader partition-magic 64']],
    ['a changed row', sound.with(40, 1), ['bootloader partition-md5 192']],
  ])('%s', (_, bytes, expected) => {
    expect(found(bytes).slice(0, 1)).toEqual(expected);
    expect(checkPartitionTable(bytes)).toMatchObject({ ok: false, boots: false });
  });

  test('a partition beyond the flash, told once', () => {
    expect(found(sound, { flashSize: 0x300000 })).toEqual(['bootloader partition-beyond-flash']);
  });
});

describe('what only others mind', () => {
  test('apps: no MD5 row', () => {
    const bytes = buildPartitionTable([part('app', 0, 0, 0x10000)], { md5: false });
    expect(found(bytes)).toEqual(['app partition-md5-missing']);
    expect(checkPartitionTable(bytes).ok).toBe(true);
  });

  test('apps: rows behind the MD5 row, of which the bootloader misses the last', () => {
    const rows = [part('nvs', 1, 2, 0x9000), part('f', 0, 0, 0x20000), part('o', 0, 16, 0x30000)];
    const bytes = buildPartitionTable(rows, { md5: false });
    bytes.copyWithin(64, 32, 96);
    bytes.fill(0xff, 32, 64).set([0xeb, 0xeb], 32);
    bytes.set(md5(bytes.subarray(0, 32)), 48);
    expect(found(bytes)).toEqual(['app partition-after-md5 64']);
    const { table, boots } = checkPartitionTable(bytes);
    expect([boots, table!.partitions.map(({ label }) => label)]).toEqual([true, ['nvs', 'f', 'o']]);
    expect(bootPartitions(table!)).toMatchObject({ factory: { label: 'f' }, appCount: 0 });
  });

  test('the generator: overlaps, alignment, names, by row', () => {
    const bytes = buildPartitionTable([
      part('a', 1, 0x81, 0x9000),
      part('a', 0, 0x10, 0x11000),
      part('b', 1, 0, 0x8000),
    ]);
    expect(found(bytes)).toEqual([
      'generator offset-unaligned 32',
      'generator label-twice 32',
      'generator offset-too-low 64',
      'generator overlap 0',
      'generator overlap 32',
      'generator otadata-size 64',
    ]);
    expect(checkPartitionTable(bytes)).toMatchObject({ ok: false, boots: true });
  });

  test('the generator: a label that is no text, flags, the end row', () => {
    const bytes = buildPartitionTable([{ ...part('x', 0, 0, 0x10000), unknownFlags: 4 }]);
    const label = bytes.with(12, 0xc3);
    label.set(md5(label.subarray(0, 32)), 48);
    expect(found(label)).toEqual(['generator label-not-utf8 12', 'generator unknown-flag 28']);
    expect(found(bytes.with(95, 0))).toEqual(['generator unknown-flag 28', 'generator end-row 64']);
    expect(hex(bytes.subarray(64, 68))).toBe('ffffffff');
  });
});

test('survives damaged bytes', () => {
  survives(sound.subarray(0, 288), (bytes) => checkPartitionTable(bytes));
});
