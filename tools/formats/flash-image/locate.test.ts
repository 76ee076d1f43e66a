import { describe, expect, test } from 'vitest';
import { buildImage } from '../esp-image.ts';
import { buildPartitionTable, type Partition } from '../partition-table.ts';
import { fixture, formatErrorOf, survives } from '../testing/support.ts';
import {
  findBootloader,
  locatePartitionTable,
  openPartition,
  partitionBytes,
  soundTables,
} from './locate.ts';

const part = (label: string, type: number, subtype: number, offset: number): Partition => ({
  label,
  type,
  subtype,
  offset,
  size: 0x3000,
  encrypted: false,
  readonly: false,
});
const table = fixture('partition-table-factory-two-ota.bin');
const moved = buildPartitionTable([part('nvs', 1, 2, 0x11000), part('app', 0, 0, 0x20000)]);

function dump(size: number, ...contents: [at: number, bytes: Uint8Array][]): Uint8Array {
  const bytes = new Uint8Array(size).fill(0xff);
  for (const [at, content] of contents) bytes.set(content, at);
  return bytes;
}

describe('locatePartitionTable', () => {
  test('at 0x8000, though another stands before or behind it', () => {
    const bytes = dump(0x400000, [0x3000, moved], [0x8000, table], [0x20000, moved]);
    expect(locatePartitionTable(bytes)).toMatchObject({ offset: 0x8000, ok: true });
    expect(soundTables(bytes).map(({ offset }) => offset)).toEqual([0x3000, 0x8000]);
  });

  test('elsewhere: a copy inside an app is none', () => {
    const bytes = dump(0x400000, [0x10000, moved], [0x30000, table]);
    expect(locatePartitionTable(bytes)).toMatchObject({ offset: 0x10000, ok: true });
  });

  test('one with an MD5 row before one without', () => {
    const bare = buildPartitionTable([part('app', 0, 0, 0x20000)], { md5: false });
    const bytes = dump(0x20000, [0x9000, bare], [0x10000, moved]);
    expect(locatePartitionTable(bytes).offset).toBe(0x10000);
    expect(locatePartitionTable(dump(0x20000, [0x9000, bare])).offset).toBe(0x9000);
  });

  test('a damaged one at 0x8000, where there is no other', () => {
    const bytes = dump(0x10000, [0x8000, table.with(40, 1)]);
    expect(locatePartitionTable(bytes)).toMatchObject({
      offset: 0x8000,
      ok: false,
      problems: [{ code: 'partition-md5', offset: 0x8000 + 192 }],
    });
    const torn = dump(0x10000, [0x8000, table.with(33, 1)]);
    expect(locatePartitionTable(torn)).toMatchObject({ ok: false, table: { partitions: [] } });
  });

  test('only where it is said to be', () => {
    const bytes = dump(0x20000, [0x8000, table], [0x10000, moved]);
    expect(locatePartitionTable(bytes, { tableOffset: 0x10000 }).offset).toBe(0x10000);
    const error = formatErrorOf(() => locatePartitionTable(bytes, { tableOffset: 0x9000 }));
    expect([error.code, error.offset]).toEqual(['partition-table-not-found', 0x9000]);
  });

  test('nowhere', () => {
    for (const bytes of [dump(0), dump(0x400000), new Uint8Array(100_001)]) {
      const { code, hint } = formatErrorOf(() => locatePartitionTable(bytes));
      expect([code, hint]).toEqual(['partition-table-not-found', expect.stringMatching(/encrypt/)]);
    }
  });
});

describe('partitions', () => {
  test('by name, as a view', () => {
    const bytes = dump(0x40000, [0x10000, moved]);
    const found = openPartition(bytes, { label: 'nvs' });
    expect([found.partition.offset, found.bytes.byteOffset]).toEqual([0x11000, 0x11000]);
    expect([found.bytes.length, found.bytes.buffer]).toEqual([0x3000, bytes.buffer]);
  });

  test('a name that is not there, and a dump that ends before it', () => {
    const bytes = dump(0x22fff, [0x10000, moved]);
    const missing = formatErrorOf(() => openPartition(bytes, { label: 'otadata' }));
    expect([missing.code, missing.hint]).toEqual([
      'partition-not-found',
      'the table has "nvs", "app"',
    ]);
    expect(formatErrorOf(() => openPartition(bytes, { label: 'app' })).code).toBe(
      'partition-beyond-dump',
    );
    expect(partitionBytes(dump(0x23000), part('app', 0, 0, 0x20000)).length).toBe(0x3000);
  });
});

test('survives damaged dumps', () => {
  survives(table.subarray(0, 288), (bytes) => {
    openPartition(dump(0xc000, [0x8000, bytes]), { label: 'nvs' });
  });
});

describe('findBootloader', () => {
  const image = (chipId: number) =>
    buildImage({
      chipId,
      entryAddress: 0,
      segments: [{ loadAddress: 0, data: new Uint8Array(16) }],
    });

  test('where the ROM of the image’s own chip looks', () => {
    const [esp32, c3, p4] = [image(0), image(5), image(0x12)];
    expect(findBootloader(dump(0x9000, [0x1000, esp32]), 0x8000)).toBe(0x1000);
    expect(findBootloader(dump(0x9000, [0, c3]), 0x8000)).toBe(0);
    expect(findBootloader(dump(0x9000, [0x2000, p4]), 0x8000)).toBe(0x2000);
    expect(findBootloader(dump(0x9000, [0, esp32], [0x2000, c3]), 0x8000)).toBeUndefined();
    expect(findBootloader(dump(0x9000, [0x1000, esp32]), 0x1000)).toBeUndefined();
    expect(findBootloader(dump(0x1004, [0x1000, esp32.subarray(0, 4)]), 0x8000)).toBeUndefined();
    expect(findBootloader(dump(0x9000, [0x1000, image(0x8000)]), 0x8000)).toBe(0x1000);
  });
});
