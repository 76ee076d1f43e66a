import { findChip } from '../chips.ts';
import { FormatError } from '../errors.ts';
import { IMAGE_HEADER_SIZE, IMAGE_MAGIC, parseImageHeader } from '../esp-image.ts';
import {
  findPartition,
  PARTITION_TABLE_OFFSET,
  PARTITION_TABLE_SIZE,
  type Partition,
  type PartitionQuery,
  type PartitionTable,
  type TableProblem,
  verifyPartitionTable,
} from '../partition-table.ts';

/** Partition tables in a flash dump: the table says nothing of where it stands itself. */
export interface LocatedTable {
  /** Byte in the dump; 0 where the bytes are a table and nothing else. */
  offset: number;
  table: PartitionTable;
  /** The bootloader would take it, the size of the chip aside. */
  ok: boolean;
  problems: TableProblem[];
}

export interface LocateOptions {
  /** Where the table stands; without it 0x8000 is tried first, then every sector. */
  tableOffset?: number;
}

const SECTOR = 0x1000;
const MAGIC = [0xaa, 0x50];

/**
 * Finds the table that a board would use: at 0x8000 where a sound one stands there, else the first
 * sound one at any sector (with a right MD5 row before those without), else a damaged one at 0x8000.
 * @throws FormatError `partition-table-not-found`
 */
export function locatePartitionTable(dump: Uint8Array, options: LocateOptions = {}): LocatedTable {
  const { tableOffset } = options;
  if (tableOffset !== undefined) {
    const found = tableAt(dump, tableOffset);
    if (found) return found;
    throw new FormatError(
      'partition-table-not-found',
      `there is no partition table at 0x${tableOffset.toString(16)}`,
      { offset: tableOffset, hint: 'without an offset every sector is searched' },
    );
  }
  const usual = tableAt(dump, PARTITION_TABLE_OFFSET);
  if (usual?.ok) return usual;
  const others = soundTables(dump);
  const found = others.find(({ table }) => table.md5?.ok) ?? others[0] ?? usual;
  if (found) return found;
  throw new FormatError(
    'partition-table-not-found',
    `there is no partition table at 0x8000, nor at any other sector of these ${dump.length} bytes`,
    {
      offset: 0,
      hint: 'the dump must begin at flash address 0, and must not be of an encrypted flash',
    },
  );
}

/** Every sound table of the dump, in order. A partition may hold the copy of one, so a row that
 * begins before the table's own end disqualifies it. */
export function soundTables(dump: Uint8Array): LocatedTable[] {
  const found: LocatedTable[] = [];
  for (let at = 0; at < dump.length; at += SECTOR) {
    const table = tableAt(dump, at);
    if (table?.ok && (at === 0 || standsBelow(table))) found.push(table);
  }
  return found;
}

function standsBelow({ offset, table }: LocatedTable): boolean {
  const { partitions } = table;
  // Bootloader and table may list themselves.
  const apps = partitions.filter(({ type }) => type !== 2 && type !== 3);
  return apps.length > 0 && apps.every((partition) => partition.offset >= offset + SECTOR);
}

/** The table that begins here, sound or not; undefined where no row does. */
function tableAt(dump: Uint8Array, offset: number): LocatedTable | undefined {
  if (!MAGIC.every((byte, i) => dump[offset + i] === byte)) return undefined;
  const bytes = dump.subarray(offset, offset + PARTITION_TABLE_SIZE);
  const { ok, problems, table } = verifyPartitionTable(bytes);
  const moved = problems.map((problem) =>
    problem.offset === undefined ? problem : { ...problem, offset: offset + problem.offset },
  );
  return { offset, table: table ?? { partitions: [], terminated: false }, ok, problems: moved };
}

/**
 * Where the bootloader stands: the place before the table at which an image begins and its own chip's
 * ROM would look for one. Undefined where there is none.
 */
export function findBootloader(dump: Uint8Array, tableOffset: number): number | undefined {
  return [0, 0x1000, 0x2000].find((at) => {
    const header = dump.subarray(at, Math.max(at, tableOffset));
    if (header[0] !== IMAGE_MAGIC || header.length < IMAGE_HEADER_SIZE) return false;
    return findChip(chipIdOf(header))?.bootloaderOffset === at;
  });
}

/** -1 where the header is none of an ESP32's. */
function chipIdOf(header: Uint8Array): number {
  try {
    return parseImageHeader(header).chipId;
  } catch (error) {
    if (error instanceof FormatError) return -1;
    throw error;
  }
}

/**
 * The bytes of a partition, a view of the dump.
 * @throws FormatError `partition-beyond-dump`
 */
export function partitionBytes(dump: Uint8Array, partition: Partition): Uint8Array {
  const { label, offset, size } = partition;
  if (offset + size <= dump.length) return dump.subarray(offset, offset + size);
  throw new FormatError(
    'partition-beyond-dump',
    `partition ${JSON.stringify(label)} ends at 0x${(offset + size).toString(16)}, but the dump has only 0x${dump.length.toString(16)} bytes`,
    { offset: dump.length, hint: 'read the whole flash' },
  );
}

/**
 * Finds the table, and in it the first partition that agrees with the query.
 * @throws FormatError `partition-table-not-found`, `partition-not-found`, `partition-beyond-dump`
 */
export function openPartition(
  dump: Uint8Array,
  query: PartitionQuery,
  options: LocateOptions = {},
): { table: LocatedTable; partition: Partition; bytes: Uint8Array } {
  const table = locatePartitionTable(dump, options);
  const partition = findPartition(table.table, query);
  if (partition) return { table, partition, bytes: partitionBytes(dump, partition) };
  const wanted = Object.entries(query).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const there = table.table.partitions.map(({ label }) => JSON.stringify(label));
  throw new FormatError('partition-not-found', `there is no partition with ${wanted.join(', ')}`, {
    hint: `the table has ${there.join(', ') || 'no partitions'}`,
  });
}
