import { memoryFlash } from '../../tools/formats/flash-region.ts';
import { openNvs } from '../../tools/formats/nvs/nvs-store.ts';
import { findPartition, parsePartitionTable } from '../../tools/formats/partition-table.ts';
import type { OtaSettings } from '../../tools/provision/index.ts';

/** What `ota provision` writes into NVS namespace `ota` for C client and gateway. */
export type BoardSettings = OtaSettings;

/** The content of the NVS partition with these settings in it. @throws Error when the table has no partition `nvs` */
export function settingsPartition(partitionTable: Uint8Array, settings: BoardSettings): Uint8Array {
  const partition = findPartition(parsePartitionTable(partitionTable), {
    type: 'data',
    subtype: 'nvs',
  });
  if (!partition) throw new Error('the partition table has no NVS partition for the settings');
  const flash = memoryFlash(partition.size);
  const store = openNvs(flash);
  for (const [key, value] of Object.entries(settings)) {
    if (value === undefined) continue;
    store.set('ota', key, typeof value === 'number' ? 'u32' : 'str', value);
  }
  return flash.bytes;
}
