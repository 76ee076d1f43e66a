import { locatePartitionTable } from '../../formats/flash-image/locate.ts';
import {
  checkPartitionTable,
  PARTITION_TABLE_OFFSET,
  PARTITION_TABLE_SIZE,
  type Partition,
  type PartitionCsvOptions,
  parsePartitionCsv,
} from '../../formats/partition-table.ts';
import { inputName, readInput } from '../support/input.ts';

/** A fault of a table, wherever it came from. */
export interface PartitionFault {
  code: string;
  message: string;
  severity: 'error' | 'warning';
  /** Of binary tables: who minds. */
  by?: 'bootloader' | 'app' | 'generator';
  /** Of binary tables: byte in the file. */
  offset?: number;
  /** Of CSV, from 1. */
  line?: number;
  column?: number;
}

/** A partition table out of a CSV file, a binary table or a flash dump. */
export interface PartitionInput {
  file: string;
  kind: 'csv' | 'table' | 'dump';
  /** Where the table stands, or is to stand, in flash. */
  tableOffset: number;
  partitions: Partition[];
  /** The checksum row; `missing` also where a CSV is to be built without. */
  md5: 'ok' | 'wrong' | 'missing';
  faults: PartitionFault[];
  /** No errors among the faults. */
  ok: boolean;
  /** A bootloader accepts it. */
  boots: boolean;
}

/** No table is larger as text. */
const CSV_MAX = 1024 * 1024;

/**
 * Reads whatever the file is; faults are told, not thrown.
 * @throws Error a sentence, where it cannot be read; FormatError where a dump has no table
 */
export async function readPartitions(
  file: string,
  options: PartitionCsvOptions,
): Promise<PartitionInput> {
  const bytes = await readInput(file);
  const name = inputName(file);
  if (bytes.length === 0) throw new Error(`${name} is empty`);
  if (isText(bytes)) return fromCsv(name, bytes, options);
  if (bytes[0] === 0xaa && bytes[1] === 0x50) return fromBinary(name, bytes, undefined, options);
  const { offset } = locatePartitionTable(bytes, { tableOffset: options.tableOffset });
  return fromBinary(name, bytes, offset, options);
}

/** Flash begins with 0xFF or an image. Text begins with a byte order mark, or most of it is ASCII. */
function isText(bytes: Uint8Array): boolean {
  const starts = (...mark: number[]): boolean => mark.every((byte, i) => bytes[i] === byte);
  if (bytes.length > CSV_MAX) return false;
  if (starts(0xff, 0xfe) || starts(0xfe, 0xff) || starts(0, 0, 0xfe, 0xff)) return true;
  const head = bytes.subarray(0, 4096);
  const ascii = head.reduce((sum, byte) => sum + (isAscii(byte) ? 1 : 0), 0);
  return head[0] !== 0xff && head[0] !== 0xe9 && ascii > head.length * 0.6;
}

function isAscii(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13;
}

function fromCsv(file: string, bytes: Uint8Array, options: PartitionCsvOptions): PartitionInput {
  const { partitions, problems, ok } = parsePartitionCsv(bytes, options);
  const md5 = options.md5 === false ? 'missing' : 'ok';
  const tableOffset = options.tableOffset ?? PARTITION_TABLE_OFFSET;
  return { file, kind: 'csv', tableOffset, partitions, md5, faults: problems, ok, boots: ok };
}

/** @param at where the table stands in a dump; undefined for a bare table */
function fromBinary(
  file: string,
  bytes: Uint8Array,
  at: number | undefined,
  options: PartitionCsvOptions,
): PartitionInput {
  const tableOffset = at ?? options.tableOffset ?? PARTITION_TABLE_OFFSET;
  const start = at ?? 0;
  const table = bytes.subarray(start, start + PARTITION_TABLE_SIZE);
  const found = checkPartitionTable(table, { ...options, tableOffset });
  const faults = found.findings.map((finding) => ({
    ...finding,
    ...(finding.offset !== undefined && { offset: start + finding.offset }),
  }));
  const sum = found.table?.md5;
  const md5 = sum ? (sum.ok ? 'ok' : 'wrong') : 'missing';
  const partitions = found.table?.partitions ?? [];
  const kind = at === undefined ? 'table' : 'dump';
  return { file, kind, tableOffset, partitions, md5, faults, ok: found.ok, boots: found.boots };
}
