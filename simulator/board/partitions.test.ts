import { expect, it } from 'vitest';
import {
  buildPartitionTable,
  PARTITION_TABLE_OFFSET,
} from '../../tools/formats/partition-table.ts';
import { NorFlash } from './nor-flash.ts';
import { Partitions } from './partitions.ts';

it('keeps slots at their numbers, also with a hole between them, and counts what is there', () => {
  const app = { type: 0, size: 0x10000, encrypted: false, readonly: false };
  const rows = [
    { ...app, label: 'app0', subtype: 0x10, offset: 0x10000 },
    { ...app, label: 'app2', subtype: 0x12, offset: 0x20000 },
  ];
  const flash = new NorFlash(0x40000);
  flash.write(PARTITION_TABLE_OFFSET, buildPartitionTable(rows));
  const partitions = Partitions.read(flash) as Partitions;
  expect([0, 1, 2].map((slot) => partitions.slot(slot)?.label)).toEqual([
    'app0',
    undefined,
    'app2',
  ]);
  expect(partitions.appCount).toBe(2);
});
