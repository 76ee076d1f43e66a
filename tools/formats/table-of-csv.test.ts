import { expect, test } from 'vitest';
import { parsePartitionTable } from './partition-table.ts';
import { tableOfCsv } from './table-of-csv.ts';

test('a CSV becomes a table, or its first error with its line', () => {
  const csv = 'otadata,data,ota,0x9000,0x2000\napp0,app,ota_0,0x10000,64K\n';
  const { partitions } = parsePartitionTable(tableOfCsv(csv));
  expect(partitions.map(({ label }) => label)).toEqual(['otadata', 'app0']);
  expect(() => tableOfCsv(`${csv}bad,app,ota_1,0x10000,64K\n`)).toThrow(/^line 3: /);
});
