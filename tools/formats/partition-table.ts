import {
  checkUint,
  copyBytes,
  equalBytes,
  hex,
  isFilled,
  readText,
  viewOf,
  writeText,
} from './bytes.ts';
import { FormatError } from './errors.ts';
import { md5 } from './md5.ts';
import { TABLE_ROWS } from './partition-rules.ts';
import { PARTITION_SUBTYPES, PARTITION_TYPE } from './partition-types.ts';

/** The partition table (ESP_FORMATS §2, esp_flash_partitions.h): 32-byte rows in 0xC00 bytes. */
export const PARTITION_TABLE_SIZE = 0xc00;
/** Where the table stands in flash unless the project moved it; its sector is 0x1000 bytes. */
export const PARTITION_TABLE_OFFSET = 0x8000;

const ROW = 32;
const MAX_ROWS = TABLE_ROWS;
const MAGIC = 0x50aa;
const MD5_MAGIC = 0xebeb;
const FLAG_ENCRYPTED = 1;
const FLAG_READONLY = 2;

/** `esp_partition_info_t`. */
export interface Partition {
  /** At most 16 bytes of UTF-8. */
  label: string;
  type: number;
  subtype: number;
  /** Bytes from the start of flash. */
  offset: number;
  size: number;
  encrypted: boolean;
  readonly: boolean;
  /** Flag bits without a name; absent where none is set. */
  unknownFlags?: number;
}

export interface PartitionTable {
  partitions: Partition[];
  /** The checksum row, over all rows before it. */
  md5?: { offset: number; stored: Uint8Array; computed: Uint8Array; ok: boolean };
  /** Rows behind the checksum row, which it does not cover; absent where there are none. */
  rowsAfterMd5?: number;
  /** An end row was found. */
  terminated: boolean;
}

/**
 * Reads rows up to the end row, or to the end of the bytes where it is missing. Whether a board
 * would take the table, verifyPartitionTable says.
 * @throws FormatError `partition-table-empty`, `partition-row-truncated`, `partition-magic`
 */
export function parsePartitionTable(bytes: Uint8Array): PartitionTable {
  if (bytes.length === 0 || isFilled(bytes.subarray(0, ROW), 0xff)) {
    throw new FormatError('partition-table-empty', 'there is no partition table here', {
      offset: 0,
      hint: 'the first row is erased flash',
    });
  }
  const table: PartitionTable = { partitions: [], terminated: false };
  const rows = Math.min(Math.ceil(bytes.length / ROW), MAX_ROWS);
  for (let i = 0; i < rows && !table.terminated; i++) {
    const at = i * ROW;
    const row = bytes.subarray(at, at + ROW);
    if (row.length < ROW) {
      throw new FormatError('partition-row-truncated', `row ${i} has only ${row.length} bytes`, {
        offset: at,
      });
    }
    const magic = viewOf(row).getUint16(0, true);
    if (magic === MAGIC) {
      table.partitions.push(parseRow(row));
      if (table.md5) table.rowsAfterMd5 = (table.rowsAfterMd5 ?? 0) + 1;
    } else if (magic === MD5_MAGIC) table.md5 ??= readMd5(bytes, at);
    else if (isEndRow(row)) table.terminated = true;
    else {
      throw new FormatError(
        'partition-magic',
        `row ${i} begins with 0x${magic.toString(16).padStart(4, '0')}, not 0x50aa`,
        { offset: at },
      );
    }
  }
  return table;
}

const isEndRow = (row: Uint8Array): boolean => isFilled(row.subarray(0, 4), 0xff);

function readMd5(bytes: Uint8Array, offset: number): NonNullable<PartitionTable['md5']> {
  const stored = copyBytes(bytes, offset + 16, offset + ROW);
  const computed = md5(bytes.subarray(0, offset));
  return { offset, stored, computed, ok: equalBytes(stored, computed) };
}

function parseRow(row: Uint8Array): Partition {
  const view = viewOf(row);
  const flags = view.getUint32(28, true);
  const unknownFlags = (flags & ~(FLAG_ENCRYPTED | FLAG_READONLY)) >>> 0;
  return {
    label: readText(row, 12, 16),
    type: row[2]!,
    subtype: row[3]!,
    offset: view.getUint32(4, true),
    size: view.getUint32(8, true),
    encrypted: (flags & FLAG_ENCRYPTED) !== 0,
    readonly: (flags & FLAG_READONLY) !== 0,
    ...(unknownFlags ? { unknownFlags } : {}),
  };
}

/**
 * The 0xC00 bytes of a table: rows, MD5 row unless `md5` is false, 0xFF to the end. Checks only what
 * the bytes cannot hold; the rules for sound tables are checkPartitions.
 * @throws FormatError `partition-table-full`, `out-of-range`, `text-too-long`, `text-has-nul`
 */
export function buildPartitionTable(
  partitions: readonly Partition[],
  options: { md5?: boolean } = {},
): Uint8Array {
  const withMd5 = options.md5 ?? true;
  const used = partitions.length + (withMd5 ? 1 : 0);
  if (used >= MAX_ROWS) {
    throw new FormatError(
      'partition-table-full',
      `${partitions.length} partitions do not fit: a table has ${MAX_ROWS} rows, checksum and end included`,
    );
  }
  const bytes = new Uint8Array(PARTITION_TABLE_SIZE).fill(0xff);
  for (const [i, partition] of partitions.entries()) bytes.set(buildRow(partition), i * ROW);
  if (withMd5) {
    const at = partitions.length * ROW;
    viewOf(bytes).setUint16(at, MD5_MAGIC, true);
    bytes.set(md5(bytes.subarray(0, at)), at + 16);
  }
  return bytes;
}

function buildRow(partition: Partition): Uint8Array {
  const row = new Uint8Array(ROW);
  const view = viewOf(row);
  const { label, encrypted, readonly, unknownFlags = 0 } = partition;
  const name = (field: string): string => `${field} of ${JSON.stringify(label)}`;
  view.setUint16(0, MAGIC, true);
  row[2] = checkUint(partition.type, 0xff, name('type'));
  row[3] = checkUint(partition.subtype, 0xff, name('subtype'));
  view.setUint32(4, checkUint(partition.offset, 0xffffffff, name('offset')), true);
  view.setUint32(8, checkUint(partition.size, 0xffffffff, name('size')), true);
  writeText(row, 12, label, 16, 'a partition label');
  const flags = (encrypted ? FLAG_ENCRYPTED : 0) | (readonly ? FLAG_READONLY : 0);
  view.setUint32(28, checkUint(unknownFlags, 0xffffffff, name('flags')) | flags, true);
  return row;
}

export interface TableProblem {
  code: string;
  message: string;
  /** Byte in the table. */
  offset?: number;
}

/** Judges a table as the bootloader does before it uses one (`esp_partition_table_verify`): it does
 * not look for overlaps or alignment. All problems are told; the bootloader stops at the first.
 * @param options.flashSize bytes of the flash chip */
export function verifyPartitionTable(
  bytes: Uint8Array,
  options: { flashSize?: number } = {},
): { ok: boolean; problems: TableProblem[]; table?: PartitionTable } {
  const problems: TableProblem[] = [];
  let table: PartitionTable | undefined;
  try {
    table = parsePartitionTable(bytes);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const { code, message, offset } = error;
    return { ok: false, problems: [{ code, message, offset }] };
  }
  const { partitions, md5: sum, terminated } = table;
  const flashSize = options.flashSize ?? 2 ** 32;
  for (const { label, offset, size } of partitions) {
    if (offset + size <= flashSize) continue;
    const message = `${JSON.stringify(label)} ends at 0x${(offset + size).toString(16)}, beyond a flash of 0x${flashSize.toString(16)} bytes`;
    problems.push({ code: 'partition-beyond-flash', message });
  }
  if (sum && !sum.ok) {
    const message = `the MD5 row says ${hex(sum.stored)}, the rows before it give ${hex(sum.computed)}`;
    problems.push({ code: 'partition-md5', message, offset: sum.offset });
  }
  const md5Rows = countMd5Rows(bytes);
  if (md5Rows > 1) {
    problems.push({ code: 'partition-md5-twice', message: `there are ${md5Rows} MD5 rows` });
  }
  if (!terminated) {
    problems.push({ code: 'partition-table-unterminated', message: 'the end row is missing' });
  }
  return { ok: problems.length === 0, problems, table };
}

function countMd5Rows(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at + ROW <= Math.min(bytes.length, PARTITION_TABLE_SIZE); at += ROW) {
    const row = bytes.subarray(at, at + ROW);
    if (at > 0 && isEndRow(row)) break;
    if (row[0] === 0xeb && row[1] === 0xeb) count++;
  }
  return count;
}

export interface PartitionQuery {
  type?: number | keyof typeof PARTITION_TYPE;
  /** A name counts only together with a type. */
  subtype?: number | string;
  label?: string;
}

/** The first partition that agrees with all that is asked for. */
export function findPartition(
  table: Pick<PartitionTable, 'partitions'>,
  query: PartitionQuery,
): Partition | undefined {
  const type = typeof query.type === 'string' ? PARTITION_TYPE[query.type] : query.type;
  const subtype =
    typeof query.subtype === 'string'
      ? (PARTITION_SUBTYPES[type ?? -1]?.[query.subtype] ?? Number.NaN)
      : query.subtype;
  return table.partitions.find(
    (p) =>
      (type === undefined || p.type === type) &&
      (subtype === undefined || p.subtype === subtype) &&
      (query.label === undefined || p.label === query.label),
  );
}

/** What the bootloader keeps of a table (`bootloader_utility_load_partition_table`): of two rows for
 * one place the later counts. It counts the rows without the checksum's and then reads that many from
 * the start, so that behind a checksum row in the middle it misses the last. */
export interface BootPartitions {
  factory?: Partition;
  test?: Partition;
  otadata?: Partition;
  /** By slot number; holes are undefined. */
  slots: readonly (Partition | undefined)[];
  /** Number of `ota_N` rows, by which sequence numbers are divided, holes or not. */
  appCount: number;
}

export function bootPartitions(
  table: Pick<PartitionTable, 'partitions' | 'rowsAfterMd5'>,
): BootPartitions {
  const slots: (Partition | undefined)[] = [];
  const found: BootPartitions = { slots, appCount: 0 };
  const { partitions, rowsAfterMd5 } = table;
  for (const partition of rowsAfterMd5 ? partitions.slice(0, -1) : partitions) {
    const { type, subtype } = partition;
    if (type === PARTITION_TYPE.data && subtype === 0x00) found.otadata = partition;
    if (type !== PARTITION_TYPE.app) continue;
    if (subtype === 0x00) found.factory = partition;
    if (subtype === 0x20) found.test = partition;
    if (subtype >= 0x10 && subtype < 0x20) {
      slots[subtype - 0x10] = partition;
      found.appCount++;
    }
  }
  found.slots = Array.from(slots);
  return found;
}

export { checkPartitionTable, type TableFinding } from './partition-check.ts';
export {
  formatPartitionCsv,
  type ParsedPartitionCsv,
  type PartitionCsvOptions,
  type PartitionCsvProblem,
  parsePartitionCsv,
} from './partition-csv.ts';
export { checkPartitions, type PartitionProblem, type PartitionRules } from './partition-rules.ts';
export {
  PARTITION_SUBTYPES,
  PARTITION_TYPE,
  partitionSubtypeName,
  partitionTypeName,
} from './partition-types.ts';
