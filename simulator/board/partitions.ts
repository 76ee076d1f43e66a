import type { FlashRegion } from '../../tools/formats/flash-region.ts';
import {
  findPartition,
  PARTITION_TABLE_OFFSET,
  PARTITION_TABLE_SIZE,
  type Partition,
  verifyPartitionTable,
} from '../../tools/formats/partition-table.ts';
import type { NorFlash } from './nor-flash.ts';

/** The partition table of a board, and windows on its partitions. */
export class Partitions {
  readonly rows: readonly Partition[];
  /** ota_0, ota_1, … by number. */
  readonly slots: readonly (Partition | undefined)[];
  readonly factory: Partition | undefined;
  readonly test: Partition | undefined;
  readonly otadata: Partition | undefined;
  readonly #flash: NorFlash;

  private constructor(flash: NorFlash, rows: readonly Partition[]) {
    this.#flash = flash;
    this.rows = rows;
    const table = { partitions: [...rows] };
    this.slots = rows.filter(isOtaSlot).sort((a, b) => a.subtype - b.subtype);
    this.factory = findPartition(table, { type: 'app', subtype: 'factory' });
    this.test = findPartition(table, { type: 'app', subtype: 'test' });
    this.otadata = findPartition(table, { type: 'data', subtype: 'ota' });
  }

  /** Reads the table as the bootloader does; the problems when it would not take it. */
  static read(flash: NorFlash): Partitions | { problems: string[] } {
    const bytes = flash.read(PARTITION_TABLE_OFFSET, PARTITION_TABLE_SIZE);
    const { ok, problems, table } = verifyPartitionTable(bytes, { flashSize: flash.size });
    if (!ok || !table) return { problems: problems.map((problem) => problem.message) };
    return new Partitions(flash, table.partitions);
  }

  /** The app partition of a slot; -1 is factory. */
  slot(index: number): Partition | undefined {
    return index < 0 ? this.factory : this.slots[index];
  }

  find(type: number, subtype: number, label?: string): Partition | undefined {
    return findPartition({ partitions: [...this.rows] }, { type, subtype, label });
  }

  region(partition: Partition): FlashRegion {
    return this.#flash.region(partition.offset, partition.size);
  }
}

/** ESP_PARTITION_SUBTYPE_APP_OTA_0 … _15 */
function isOtaSlot({ type, subtype }: Partition): boolean {
  return type === 0 && subtype >= 0x10 && subtype <= 0x1f;
}
