import { isFilled } from '../bytes.ts';
import { FormatError } from '../errors.ts';
import { imageLength } from '../esp-image.ts';
import { PARTITION_TYPE, type Partition } from '../partition-table.ts';
import { findBootloader, type LocateOptions, locatePartitionTable } from './locate.ts';
import type { FlashPart } from './merge.ts';

/** A span of a dump. */
export interface DumpPart extends FlashPart {
  name: string;
  /** `gap`: bytes of no known owner that are not erased flash. */
  kind: 'bootloader' | 'partition-table' | 'partition' | 'gap';
  /** A view of the dump. Erased flash behind an image is left off; other parts are whole. */
  data: Uint8Array;
  /** Bytes the part has in flash; more than `data` where erased flash was left off, or the dump ends
   * early. */
  size: number;
  partition?: Partition;
  /** Nothing but erased flash, or beyond the end of the dump. */
  erased: boolean;
  /** The dump ends before the part does. */
  truncated: boolean;
  /** Safe on any file system, unlike any other of the same dump: `0x10000-ota_0.bin`. */
  fileName: string;
}

const SECTOR = 0x1000;

/**
 * Splits a dump of a whole flash, from offset 0, by its partition table. Nothing is lost: merging the
 * parts that are not erased and padding to the dump's length gives the dump again, unless partitions overlap.
 * @returns in order of their offsets
 * @throws FormatError as locatePartitionTable; `partition-table-unreadable`
 */
export function splitDump(dump: Uint8Array, options: LocateOptions = {}): DumpPart[] {
  const { offset: tableOffset, table, problems } = locatePartitionTable(dump, options);
  const { partitions } = table;
  if (partitions.length === 0) {
    const reason = problems[0]?.message ?? 'it lists nothing';
    throw new FormatError(
      'partition-table-unreadable',
      `the partition table cannot be used: ${reason}`,
      { offset: problems[0]?.offset ?? tableOffset },
    );
  }
  const own = (type: number): boolean => partitions.some((row) => row.type === type);
  const spans: Span[] = partitions.map((partition) => ({
    kind: 'partition',
    name: partition.label,
    offset: partition.offset,
    size: partition.size,
    partition,
  }));
  if (!own(PARTITION_TYPE.partition_table)) {
    const name = 'partition-table';
    spans.push({ kind: 'partition-table', name, offset: tableOffset, size: SECTOR });
  }
  const bootloader = own(PARTITION_TYPE.bootloader) ? undefined : findBootloader(dump, tableOffset);
  if (bootloader !== undefined) {
    const size = tableOffset - bootloader;
    spans.push({ kind: 'bootloader', name: 'bootloader', offset: bootloader, size });
  }
  spans.sort((a, b) => a.offset - b.offset);
  return [...spans, ...gaps(dump, spans)]
    .sort((a, b) => a.offset - b.offset)
    .map((span, index, all) => partOf(dump, span, all.slice(0, index)));
}

interface Span {
  kind: DumpPart['kind'];
  name: string;
  offset: number;
  size: number;
  partition?: Partition;
}

/** 0 where there is no image. */
function imageLengthOrZero(bytes: Uint8Array): number {
  try {
    return imageLength(bytes);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return 0;
  }
}

/** What no span covers and is not erased, from its first used sector to its last. */
function gaps(dump: Uint8Array, sorted: readonly Span[]): Span[] {
  const found: Span[] = [];
  let at = 0;
  for (const { offset, size } of [...sorted, { offset: dump.length, size: 0 }]) {
    const end = Math.min(offset, dump.length);
    if (end > at) {
      const bytes = dump.subarray(at, end);
      const first = bytes.findIndex((byte) => byte !== 0xff);
      if (first >= 0) {
        const start = at + first - ((at + first) % SECTOR);
        const from = Math.max(at, start);
        found.push({ kind: 'gap', name: 'unassigned', offset: from, size: end - from });
      }
    }
    at = Math.max(at, offset + size);
  }
  return found;
}

function partOf(dump: Uint8Array, span: Span, before: readonly Span[]): DumpPart {
  const there = dump.subarray(span.offset, span.offset + span.size);
  const erased = isFilled(there, 0xff);
  const image = span.kind === 'bootloader' || span.partition?.type === PARTITION_TYPE.app;
  const data = erased || !(image || span.kind === 'gap') ? there : withoutErased(there);
  return {
    ...span,
    data,
    erased,
    truncated: there.length < span.size,
    fileName: fileNameOf(span, before),
  };
}

/** Without the erased flash at the end, but never cut within an image: its hash may end in 0xFF. */
function withoutErased(bytes: Uint8Array): Uint8Array {
  let used = bytes.length;
  while (used > 0 && bytes[used - 1] === 0xff) used--;
  const image = imageLengthOrZero(bytes);
  return bytes.subarray(0, image >= used ? image : Math.ceil(used / SECTOR) * SECTOR);
}

function fileNameOf(span: Span, before: readonly Span[]): string {
  const plain = span.name.replace(/[^A-Za-z0-9_-]/g, '_') || 'unnamed';
  const same = before.filter((other) => other.offset === span.offset).length;
  return `0x${span.offset.toString(16)}-${plain}${same > 0 ? `-${same + 1}` : ''}.bin`;
}
