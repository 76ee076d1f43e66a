import { FLASH_SECTOR_SIZE } from './flash-region.ts';
import {
  activeOtadata,
  buildOtadataEntry,
  isOtadataCrcOk,
  isOtadataInvalid,
  OTA_STATE,
  OTADATA_EMPTY,
  type OtadataEntries,
  type OtadataEntry,
  type OtadataWrite,
  slotOfSeq,
} from './otadata-entry.ts';

/** The factory app, where a slot is asked for. */
export const FACTORY_SLOT = -1;

export interface BootSelection {
  /** Where the load loop begins; -1 = factory, also where the table has none. */
  slot: number;
  /** No entry was ever written: the slot that loads is recorded with initialOtadataWrite. */
  initial: boolean;
  /** What the bootloader writes before it loads anything, in order. */
  writes: OtadataWrite[];
  /** The entry that decided, -1 where none did. */
  active: -1 | 0 | 1;
}

export interface SelectBootSlotInput {
  /** Absent: the table has no otadata partition. */
  entries?: OtadataEntries;
  /** Number of `ota_N` app partitions in the table. */
  appCount: number;
  hasFactory: boolean;
  /** CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE. */
  rollback: boolean;
  /** CONFIG_BOOTLOADER_APP_ANTI_ROLLBACK: may the chip run the app in that slot? Absent: it is not asked. */
  secure?: (slot: number) => boolean;
}

/**
 * Decides as the second-stage bootloader does (ESP_FORMATS §1.2,
 * bootloader_utility_get_selected_boot_partition).
 */
export function selectBootSlot(input: SelectBootSlotInput): BootSelection {
  const { appCount, hasFactory, rollback } = input;
  if (!input.entries) return { slot: FACTORY_SLOT, initial: false, writes: [], active: -1 };
  const writes: OtadataWrite[] = [];
  const entries: [OtadataEntry, OtadataEntry] = [{ ...input.entries[0] }, { ...input.entries[1] }];
  const setState = (index: 0 | 1, state: number): void => {
    entries[index].state = state;
    writes.push(writeOf(index, entries[index]));
  };
  if (rollback) {
    // Pending at boot means that the app neither confirmed nor refused before it was reset.
    for (const i of [0, 1] as const) {
      if (entries[i].state === OTA_STATE.PENDING_VERIFY) setState(i, OTA_STATE.ABORTED);
    }
  }
  if (input.secure) {
    // Slots that were never chosen are tried one by one; an entry whose app is too old does not count.
    const initial = entries.every(isNeverWritten);
    if (initial || appCount === 0) return { slot: FACTORY_SLOT, initial, writes, active: -1 };
  } else if (entries.every(isOtadataInvalid) || appCount === 0) {
    if (hasFactory) return { slot: FACTORY_SLOT, initial: false, writes, active: -1 };
    return { slot: 0, initial: entries.every(isNeverWritten), writes, active: -1 };
  }
  const active = activeOtadata(withSecureSlots(entries, input));
  if (active === -1) return { slot: FACTORY_SLOT, initial: false, writes, active };
  const { seq, state } = entries[active];
  if (rollback && state === OTA_STATE.NEW) setState(active, OTA_STATE.PENDING_VERIFY);
  return { slot: slotOfSeq(seq, appCount), initial: false, writes, active };
}

/** Entries whose slot holds an app that the chip may not run, taken as erased. */
function withSecureSlots(
  entries: OtadataEntries,
  { appCount, secure }: SelectBootSlotInput,
): OtadataEntries {
  if (!secure) return entries;
  const judged = (entry: OtadataEntry): OtadataEntry =>
    isOtadataInvalid(entry) || secure(slotOfSeq(entry.seq, appCount))
      ? entry
      : { ...entry, seq: OTADATA_EMPTY };
  return [judged(entries[0]), judged(entries[1])];
}

const isNeverWritten = (entry: OtadataEntry): boolean =>
  entry.seq === OTADATA_EMPTY || !isOtadataCrcOk(entry);

/** The entry goes back as it was read, wrong CRC and all; only its state is new. */
function writeOf(entry: 0 | 1, value: OtadataEntry): OtadataWrite {
  const bytes = buildOtadataEntry(value);
  return { entry, offset: entry * FLASH_SECTOR_SIZE, state: value.state, bytes };
}

/** What is recorded after an `initial` selection once `slot` has loaded (`set_actual_ota_seq`);
 * nothing for the factory app. */
export function initialOtadataWrite(slot: number): OtadataWrite | undefined {
  if (slot <= FACTORY_SLOT) return undefined;
  const state = OTA_STATE.VALID;
  return { entry: 0, offset: 0, state, bytes: buildOtadataEntry({ seq: slot + 1, state }) };
}

/**
 * The order in which slots are tried, each only if its image verifies: downwards from the selected
 * one to factory (-1), then upwards from it. After them comes the `test` partition, and then a reset
 * (`bootloader_utility_load_boot_image`). A slot the table lacks is in the list all the same.
 */
export function bootOrder(selected: number, appCount: number): number[] {
  const order: number[] = [];
  for (let slot = selected; slot >= FACTORY_SLOT; slot--) order.push(slot);
  for (let slot = selected + 1; slot < appCount; slot++) order.push(slot);
  return order;
}
