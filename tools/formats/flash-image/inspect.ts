import { realChipId } from '../chips.ts';
import { FormatError } from '../errors.ts';
import { parseImageHeader } from '../esp-image.ts';
import {
  describeOtadata,
  OTADATA_SIZE,
  type OtadataEntries,
  type OtadataEntryReport,
  parseOtadata,
} from '../otadata.ts';
import {
  bootPartitions,
  checkPartitionTable,
  PARTITION_TABLE_SIZE,
  PARTITION_TYPE,
  type Partition,
  partitionSubtypeName,
  partitionTypeName,
  type TableFinding,
} from '../partition-table.ts';
import { type BootForecast, forecastBoot } from './boot-forecast.ts';
import { findBootloader, type LocateOptions, locatePartitionTable } from './locate.ts';
import { type NvsSummary, summarizeNvs } from './nvs-summary.ts';
import { describeSlotImage, type SlotImage, usedBytes } from './slot-image.ts';

export interface InspectOptions extends LocateOptions {
  /** The board's chip; without it, the one whose bootloader the dump holds. */
  chipId?: number;
  /** The board's chip revision, major * 100 + minor; without it revisions are not compared. */
  chipRevision?: number;
  /** CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE of its bootloader, which bytes do not show; default true,
   * which matters only to entries in state NEW or PENDING_VERIFY. */
  rollback?: boolean;
}

/** A partition and what it holds. */
export interface PartitionReport extends Partition {
  typeName?: string;
  subtypeName?: string;
  /** Bytes up to the last one that is not erased; of what the dump has of it. */
  used: number;
  beyondDump: boolean;
  /** Of app partitions. */
  image?: SlotImage;
  /** Of NVS partitions. */
  nvs?: NvsSummary;
}

/** All of a flash dump, in plain values. */
export interface FlashReport {
  /** Bytes of the dump. */
  size: number;
  bootloader?: SlotImage & { offset: number };
  table: { offset: number; ok: boolean; boots: boolean; findings: TableFinding[] };
  partitions: PartitionReport[];
  otadata?: { partition: string; entries: OtadataEntryReport[]; problem?: string };
  /** Of the bootloader, as assumed. */
  rollback: boolean;
  boot: BootForecast;
}

/**
 * Reads a dump from flash address 0 as a developer wants to after a failed update: what is where,
 * which images are sound, which boots next and why.
 * @throws FormatError `partition-table-not-found`; nothing else is an obstacle
 */
export function inspectFlash(dump: Uint8Array, options: InspectOptions = {}): FlashReport {
  const { offset, table } = locatePartitionTable(dump, options);
  if (offset === 0) {
    throw new FormatError('partition-table-not-found', 'this is a partition table, and no dump', {
      offset: 0,
      hint: 'a dump begins at flash address 0; ota partition show reads tables',
    });
  }
  const bootloader = describeBootloader(dump, offset);
  const chipId = options.chipId ?? chipOf(dump, bootloader?.offset);
  const bytes = dump.subarray(offset, offset + PARTITION_TABLE_SIZE);
  const { findings, ok, boots } = checkPartitionTable(bytes, { tableOffset: offset });
  const context: Context = { dump, chipId, chipRevision: options.chipRevision };
  const partitions = table.partitions.map((partition) => describePartition(context, partition));
  const byOffset = new Map(partitions.map((partition) => [partition.offset, partition.image]));
  const boot = bootPartitions(table);
  const otadata = boot.otadata && readOtadata(dump, boot.otadata);
  const rollback = options.rollback ?? true;
  const forecast = boots
    ? forecastBoot({
        partitions: boot,
        otadata,
        rollback,
        imageOf: (partition) => byOffset.get(partition.offset),
      })
    : { why: ['The bootloader does not accept the partition table, and resets.'], ...NOTHING };
  return {
    size: dump.length,
    ...(bootloader && { bootloader }),
    table: { offset, ok, boots, findings },
    partitions,
    ...(boot.otadata && { otadata: otadataReport(boot.otadata, otadata!, boot.appCount) }),
    rollback,
    boot: forecast,
  };
}

/** The chip for which the bootloader was made, whether it is sound or not. */
function chipOf(dump: Uint8Array, bootloader: number | undefined): number | undefined {
  if (bootloader === undefined) return undefined;
  return realChipId(parseImageHeader(dump.subarray(bootloader)).chipId);
}

const NOTHING = { writes: [], attempts: [] };

interface Context {
  dump: Uint8Array;
  chipId: number | undefined;
  chipRevision: number | undefined;
}

function describeBootloader(dump: Uint8Array, tableOffset: number): FlashReport['bootloader'] {
  const offset = findBootloader(dump, tableOffset);
  if (offset === undefined) return undefined;
  const image = describeSlotImage(dump.subarray(offset, tableOffset), { kind: 'bootloader' });
  return { ...image, offset };
}

function describePartition(context: Context, partition: Partition): PartitionReport {
  const { dump, chipId, chipRevision } = context;
  const { type, subtype, offset, size } = partition;
  const bytes = dump.subarray(offset, offset + size);
  const beyondDump = bytes.length < size;
  const report: PartitionReport = {
    ...partition,
    typeName: partitionTypeName(type),
    subtypeName: partitionSubtypeName(type, subtype),
    used: usedBytes(bytes),
    beyondDump,
  };
  if (bytes.length === 0) return report;
  if (type === PARTITION_TYPE.app && !beyondDump) {
    const rules = { chipId, chipRevision, maxLength: size, flashOffset: offset };
    report.image = describeSlotImage(bytes, rules);
  }
  const nvs = type === PARTITION_TYPE.data && report.subtypeName === 'nvs';
  if (nvs && !beyondDump) report.nvs = summarizeNvs(bytes);
  return report;
}

function readOtadata(dump: Uint8Array, partition: Partition): OtadataEntries | 'unreadable' {
  const { offset, size } = partition;
  const end = Math.min(offset + size, dump.length);
  if (end - offset < OTADATA_SIZE) return 'unreadable';
  return parseOtadata(dump.subarray(offset, end));
}

function otadataReport(
  { label, size }: Partition,
  entries: OtadataEntries | 'unreadable',
  appCount: number,
): NonNullable<FlashReport['otadata']> {
  if (entries !== 'unreadable') {
    return { partition: label, entries: describeOtadata(entries, appCount) };
  }
  const why = size < OTADATA_SIZE ? 'has less than 0x2000 bytes' : 'ends beyond the dump';
  return { partition: label, entries: [], problem: `the otadata partition ${why}` };
}
