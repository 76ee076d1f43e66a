import { bootOrder } from './otadata-boot.ts';
import type { BootPartitions, Partition } from './partition-table.ts';

/** The `test` app, where a slot is asked for. */
export const TEST_SLOT = -2;

export interface BootCandidate {
  /** 0 … = ota_N, -1 = factory, -2 = test. */
  slot: number;
  partition: Partition;
}

/**
 * The app partitions in the order in which the bootloader tries them, once it has selected one: the
 * first that holds a sound image boots, and where none does it resets
 * (`bootloader_utility_load_boot_image`).
 * @param selected BootSelection.slot
 */
export function bootCandidates(selected: number, partitions: BootPartitions): BootCandidate[] {
  const { factory, slots, test, appCount } = partitions;
  const candidates = bootOrder(selected, appCount).map((slot) => ({
    slot,
    partition: slot < 0 ? factory : slots[slot],
  }));
  candidates.push({ slot: TEST_SLOT, partition: test });
  return candidates.filter(
    (candidate): candidate is BootCandidate =>
      candidate.partition !== undefined && candidate.partition.size > 0,
  );
}

/**
 * How many slots an app counts: those of ota_0, ota_1, … up to the first that is missing
 * (`esp_ota_get_app_partition_count`). The bootloader counts all rows instead, so that a table with a
 * hole is read in two ways.
 */
export function slotsOfApp({ slots }: Pick<BootPartitions, 'slots'>): number {
  const hole = slots.indexOf(undefined);
  return hole < 0 ? slots.length : hole;
}
