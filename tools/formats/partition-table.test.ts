import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hex } from './bytes.ts';
import {
  bootPartitions,
  buildPartitionTable,
  findPartition,
  type Partition,
  parsePartitionTable,
  verifyPartitionTable,
} from './partition-table.ts';
import { fixture, formatErrorOf, SEED, survives } from './testing/support.ts';

const bytes = fixture('partition-table-factory-two-ota.bin');
const part = (
  label: string,
  type: number,
  subtype: number,
  offset: number,
  size: number,
): Partition => ({
  label,
  type,
  subtype,
  offset,
  size,
  encrypted: false,
  readonly: false,
});

describe('the generator’s factory + two OTA table', () => {
  test('is read', () => {
    const table = parsePartitionTable(bytes);
    expect(table.partitions).toEqual([
      part('nvs', 1, 2, 0x9000, 0x4000),
      part('otadata', 1, 0, 0xd000, 0x2000),
      part('phy_init', 1, 1, 0xf000, 0x1000),
      part('factory', 0, 0, 0x10000, 0x100000),
      part('ota_0', 0, 0x10, 0x110000, 0x100000),
      part('ota_1', 0, 0x11, 0x210000, 0x100000),
    ]);
    expect(table.md5).toMatchObject({ ok: true, offset: 192 });
    expect(hex(table.md5!.stored)).toBe('bf25822c0fa6d8641bd930251e06b4c4');
    expect(table.terminated).toBe(true);
  });

  test('is rebuilt byte for byte', () => {
    expect(buildPartitionTable(parsePartitionTable(bytes).partitions)).toEqual(bytes);
  });

  test('gives the bootloader its partitions', () => {
    const boot = bootPartitions(parsePartitionTable(bytes));
    expect(boot).toMatchObject({
      appCount: 2,
      factory: { label: 'factory' },
      otadata: { label: 'otadata' },
    });
    expect(boot.slots.map((slot) => slot?.label)).toEqual(['ota_0', 'ota_1']);
    expect(boot.test).toBeUndefined();
  });
});

test('findPartition by type, subtype, label, by number and by name', () => {
  const table = parsePartitionTable(bytes);
  expect(findPartition(table, { type: 'app', subtype: 'ota_1' })?.offset).toBe(0x210000);
  expect(findPartition(table, { type: 1, subtype: 0 })?.label).toBe('otadata');
  expect(findPartition(table, { label: 'nvs' })?.size).toBe(0x4000);
  expect(findPartition(table, { type: 'app', label: 'nvs' })).toBeUndefined();
  expect(findPartition(table, { type: 'data', subtype: 'ota_1' })).toBeUndefined();
});

test('holes and double slots count as the bootloader counts', () => {
  const boot = bootPartitions({
    partitions: [
      part('a', 0, 0x12, 0x10000, 0x1000),
      part('b', 0, 0x12, 0x20000, 0x1000),
      part('t', 0, 0x20, 0x30000, 0x1000),
    ],
  });
  expect(boot.appCount).toBe(2);
  expect(boot.slots.map((slot) => slot?.label)).toEqual([undefined, undefined, 'b']);
  expect(boot.test?.label).toBe('t');
});

test('parse gives back what was built', () => {
  const partition = fc.record({
    label: fc.stringMatching(/^[ -~]{0,16}$/),
    type: fc.nat({ max: 0xff }),
    subtype: fc.nat({ max: 0xff }),
    offset: fc.nat({ max: 0xffffffff }),
    size: fc.nat({ max: 0xffffffff }),
    encrypted: fc.boolean(),
    readonly: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(partition, { minLength: 1, maxLength: 94 }),
      fc.boolean(),
      (partitions, md5) => {
        const table = parsePartitionTable(buildPartitionTable(partitions, { md5 }));
        expect(table.partitions).toEqual(partitions);
        expect([table.md5?.ok, table.terminated]).toEqual([md5 ? true : undefined, true]);
      },
    ),
    { seed: SEED, numRuns: 60 },
  );
});

test('unknown flag bits are kept', () => {
  const odd = { ...part('x', 1, 2, 0x9000, 0x3000), readonly: true, unknownFlags: 0x80000000 };
  expect(parsePartitionTable(buildPartitionTable([odd])).partitions).toEqual([odd]);
});

describe('verifyPartitionTable', () => {
  const codes = (table: Uint8Array, flashSize?: number) =>
    verifyPartitionTable(table, { flashSize }).problems.map((p) => p.code);

  test('passes what a board takes', () => {
    expect(verifyPartitionTable(bytes, { flashSize: 0x400000 })).toMatchObject({ ok: true });
  });

  test('the end of flash, the checksum, the end row', () => {
    expect(codes(bytes, 0x30ffff)).toEqual(['partition-beyond-flash']);
    expect(codes(bytes.with(33, 0))).toEqual(['partition-magic']);
    expect(codes(bytes.with(40, 1))).toEqual(['partition-md5']);
    expect(codes(bytes.subarray(0, 192))).toEqual(['partition-table-unterminated']);
    expect(codes(new Uint8Array(0xc00).fill(0xff))).toEqual(['partition-table-empty']);
    expect(codes(bytes.subarray(0, 200))).toEqual(['partition-row-truncated']);
    const twice = bytes.slice();
    twice.copyWithin(224, 192, 224);
    expect(codes(twice)).toEqual(['partition-md5-twice']);
  });

  test('overlaps and odd offsets are no concern of the bootloader', () => {
    const table = buildPartitionTable([
      part('a', 0, 0, 0x10001, 0x5000),
      part('b', 0, 0, 0x12000, 0x5000),
    ]);
    expect(codes(table)).toEqual([]);
  });
});

test('what cannot be written is refused', () => {
  const code = (p: Partition[]) => formatErrorOf(() => buildPartitionTable(p)).code;
  const good = part('x', 1, 2, 0x9000, 0x3000);
  expect(code(Array(95).fill(good))).toBe('partition-table-full');
  expect(code([{ ...good, label: 'seventeen letters' }])).toBe('text-too-long');
  expect(code([{ ...good, type: 256 }])).toBe('out-of-range');
});

test('survives damaged bytes', () => {
  survives(bytes.subarray(0, 288), (b) => verifyPartitionTable(b));
  survives(bytes.subarray(0, 288), parsePartitionTable);
});
