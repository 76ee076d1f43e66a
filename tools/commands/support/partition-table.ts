import { readFileSync } from 'node:fs';
import { tableOfCsv } from '../../formats/table-of-csv.ts';

/** The binary table of a CSV file. @throws FormatError where it is not sound */
export function partitionTableFrom(csvFile: string): Uint8Array {
  return tableOfCsv(readFileSync(csvFile, 'utf8'));
}
