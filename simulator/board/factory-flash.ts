import { PARTITION_TABLE_OFFSET } from '../../tools/formats/partition-table.ts';
import { type BootloaderConfig, buildBootloader } from './bootloader-image.ts';
import type { ChipModel } from './chip-model.ts';
import { NorFlash } from './nor-flash.ts';
import { Partitions } from './partitions.ts';

export interface FactoryContent {
  /** Binary partition table. */
  partitionTable: Uint8Array;
  /** The app for the first OTA slot (or factory, where the table has one). */
  app: Uint8Array;
  bootloader?: Partial<BootloaderConfig>;
  /** Content for data partitions, by label. */
  data?: Record<string, Uint8Array>;
}

/**
 * A chip's flash as a serial flasher leaves it: bootloader, table, app; everything else erased.
 * @throws Error when the table is not sound or something does not fit
 */
export function factoryFlash(chip: ChipModel, content: FactoryContent): NorFlash {
  const flash = new NorFlash(chip.flashBytes);
  const config = { rollback: true, idfVersion: 'v5.5', ...content.bootloader };
  flash.write(chip.bootloaderOffset, buildBootloader(chip.id, config));
  flash.write(PARTITION_TABLE_OFFSET, content.partitionTable);
  const partitions = Partitions.read(flash);
  if (!(partitions instanceof Partitions))
    throw new Error(`partition table: ${partitions.problems.join('; ')}`);
  const target = partitions.factory ?? partitions.slot(0);
  if (!target) throw new Error('the partition table has no app partition');
  if (content.app.length > target.size) {
    throw new Error(
      `the app has ${content.app.length} bytes; ${target.label} holds ${target.size}`,
    );
  }
  partitions.region(target).write(0, content.app);
  for (const [label, bytes] of Object.entries(content.data ?? {})) {
    const partition = partitions.rows.find((row) => row.label === label);
    if (!partition) throw new Error(`the partition table has no partition named ${label}`);
    partitions.region(partition).write(0, bytes);
  }
  flash.operations = 0;
  return flash;
}
