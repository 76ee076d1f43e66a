import { readFileSync } from 'node:fs';
import { parsePartitionCsv } from '../../formats/partition-csv.ts';
import { buildPartitionTable } from '../../formats/partition-table.ts';

/** The binary table of a CSV file. @throws FormatError where it is not sound */
export function partitionTableFrom(csvFile: string): Uint8Array {
  return buildPartitionTable(parsePartitionCsv(readFileSync(csvFile, 'utf8')).partitions);
}
