import type { FlashRegion } from '../../tools/formats/flash-region.ts';
import {
  bootPartitions,
  findPartition,
  PARTITION_TABLE_OFFSET,
  PARTITION_TABLE_SIZE,
  type Partition,
  type PartitionTable,
  verifyPartitionTable,
} from '../../tools/formats/partition-table.ts';
import type { NorFlash } from './nor-flash.ts';

/** The partition table of a board, and windows on its partitions. */
export class Partitions {
  readonly rows: readonly Partition[];
  /** ota_0, ota_1, … by number; holes are undefined. */
  readonly slots: readonly (Partition | undefined)[];
  /** Number of ota_N rows. */
  readonly appCount: number;
  readonly factory: Partition | undefined;
  readonly test: Partition | undefined;
  readonly otadata: Partition | undefined;
  readonly #flash: NorFlash;

  private constructor(flash: NorFlash, table: PartitionTable) {
    this.#flash = flash;
    this.rows = table.partitions;
    const { slots, appCount, factory, test, otadata } = bootPartitions(table);
    this.slots = slots;
    this.appCount = appCount;
    this.factory = factory;
    this.test = test;
    this.otadata = otadata;
  }

  /** Reads the table as the bootloader does; the problems when it would not take it. */
  static read(flash: NorFlash): Partitions | { problems: string[] } {
    const bytes = flash.read(PARTITION_TABLE_OFFSET, PARTITION_TABLE_SIZE);
    const { ok, problems, table } = verifyPartitionTable(bytes, { flashSize: flash.size });
    if (!ok || !table) return { problems: problems.map((problem) => problem.message) };
    return new Partitions(flash, table);
  }

  /** The app partition of a slot; -1 is factory. */
  slot(index: number): Partition | undefined {
    return index < 0 ? this.factory : this.slots[index];
  }

  find(type: number, subtype: number, label?: string): Partition | undefined {
    return findPartition({ partitions: [...this.rows] }, { type, subtype, label });
  }

  /** The first `length` bytes of a partition, without time passing for it. */
  peek({ offset }: Partition, length: number): Uint8Array {
    return this.#flash.peek(offset, length);
  }

  region(partition: Partition): FlashRegion {
    return this.#flash.region(partition.offset, partition.size);
  }
}
