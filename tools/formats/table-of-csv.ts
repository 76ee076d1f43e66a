import { FormatError } from './errors.ts';
import { type PartitionCsvOptions, parsePartitionCsv } from './partition-csv.ts';
import { buildPartitionTable } from './partition-table.ts';

/** The binary table of a CSV. @throws FormatError its first error; warnings pass */
export function tableOfCsv(csv: string, options?: PartitionCsvOptions): Uint8Array {
  const { partitions, problems } = parsePartitionCsv(csv, options);
  const wrong = problems.find(({ severity }) => severity === 'error');
  if (wrong) throw new FormatError(wrong.code, `line ${wrong.line}: ${wrong.message}`);
  return buildPartitionTable(partitions);
}
