import { FormatError } from './errors.ts';
import { FLASH_SECTOR_SIZE, type FlashRegion } from './flash-region.ts';
import { FACTORY_SLOT } from './otadata-boot.ts';
import {
  activeOtadata,
  buildOtadataEntry,
  isOtadataCrcOk,
  isOtadataValid,
  OTA_STATE,
  OTADATA_EMPTY,
  type OtadataEntries,
  type OtadataEntry,
  type OtadataWrite,
  slotOfSeq,
} from './otadata-entry.ts';

/** What esp_ota_ops.c writes (components/app_update/esp_ota_ops.c; ESP_FORMATS §1.3). Image checks
 * are the caller's: these functions know entries, not apps. */
interface State {
  entries: OtadataEntries;
  /** Number of `ota_N` app partitions. */
  appCount: number;
}

const opposite = (entry: 0 | 1): 0 | 1 => (entry === 0 ? 1 : 0);

/** Every writer refreshes the CRC (`rewrite_ota_seq`). */
function rewrite(entry: 0 | 1, old: OtadataEntry, seq: number, state: number): OtadataWrite {
  const bytes = buildOtadataEntry({ seq, state, seqLabel: old.seqLabel });
  return { entry, offset: entry * FLASH_SECTOR_SIZE, state, bytes };
}

function eraseOnly(entry: 0 | 1): OtadataWrite {
  return { entry, offset: entry * FLASH_SECTOR_SIZE, state: OTA_STATE.UNDEFINED };
}

/**
 * The smallest sequence number from the target slot's series that is not below `current`, in 32-bit
 * arithmetic with its wrap (`compute_ota_seq_for_target_slot`, whose loop counts there one step at a
 * time). 0 where there are no slots.
 * @throws FormatError `otadata-seq-exhausted` where the C loop never ends
 */
export function nextSeqForSlot(current: number, slot: number, appCount: number): number {
  if (appCount === 0) return 0;
  const range = 2 ** 32;
  // Each pass walks one residue class up to the wrap, which may lead into another class.
  let start = (slot + 1) % appCount;
  for (let pass = 0; pass <= appCount; pass++) {
    const steps = current > start ? Math.ceil((current - start) / appCount) : 0;
    const found = start + steps * appCount;
    if (found < range) return found;
    start = start + Math.ceil((range - start) / appCount) * appCount - range;
  }
  throw new FormatError(
    'otadata-seq-exhausted',
    `no sequence number at or above ${current} leads to slot ${slot} of ${appCount}: a board would hang here`,
    { hint: 'erase otadata, then set the boot slot again' },
  );
}

/**
 * `esp_ota_set_boot_partition` after its image check. Slot -1 is the factory app: both sectors are
 * erased.
 * @throws FormatError `ESP_ERR_INVALID_ARG`, `otadata-seq-exhausted`
 */
export function setBootSlot(
  input: State & { slot: number /** CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE */; rollback: boolean },
): OtadataWrite[] {
  const { entries, appCount, slot, rollback } = input;
  if (slot === FACTORY_SLOT) return [eraseOnly(0), eraseOnly(1)];
  if (!Number.isInteger(slot) || slot < 0 || slot >= appCount) {
    throw new FormatError(
      'ESP_ERR_INVALID_ARG',
      `there is no slot ${slot}: the table has ${appCount}`,
    );
  }
  const state = rollback ? OTA_STATE.NEW : OTA_STATE.UNDEFINED;
  const active = activeOtadata(entries);
  if (active === -1) return [rewrite(0, entries[0], slot + 1, state)];
  const { seq } = entries[active];
  if (slotOfSeq(seq, appCount) === slot) return [rewrite(active, entries[active], seq, state)];
  const other = opposite(active);
  return [rewrite(other, entries[other], nextSeqForSlot(seq, slot, appCount), state)];
}

/** The active entry, for the running app's verdict on itself.
 * @throws FormatError `ESP_FAIL` where the factory app runs */
function runningEntry({ entries, appCount }: State): 0 | 1 {
  const active = activeOtadata(entries);
  if (active === -1 || appCount === 0) {
    throw new FormatError('ESP_FAIL', 'the running app is not recorded in otadata', {
      hint: 'the factory app can be neither confirmed nor rolled back',
    });
  }
  return active;
}

/** `esp_ota_mark_app_valid_cancel_rollback`. No write where the entry is VALID already.
 * @throws FormatError `ESP_FAIL` */
export function markValid(state: State): OtadataWrite[] {
  const active = runningEntry(state);
  const entry = state.entries[active];
  if (entry.state === OTA_STATE.VALID) return [];
  return [rewrite(active, entry, entry.seq, OTA_STATE.VALID)];
}

/**
 * `esp_ota_mark_app_invalid_rollback`.
 * @param input.canBoot does this slot (-1 = factory) hold an image that verifies?
 * @throws FormatError `ESP_FAIL`, `ESP_ERR_OTA_ROLLBACK_FAILED`
 */
export function markInvalid(
  input: State & { hasFactory: boolean; canBoot(slot: number): boolean },
): OtadataWrite[] {
  const active = runningEntry(input);
  const target = rollbackSlot(input);
  if (target === undefined || !input.canBoot(target)) {
    throw new FormatError(
      'ESP_ERR_OTA_ROLLBACK_FAILED',
      'no other app could be booted, so the running one is kept',
    );
  }
  const entry = input.entries[active];
  return [rewrite(active, entry, entry.seq, OTA_STATE.INVALID)];
}

/** The one place a rollback may go to, whose image then decides whether it is possible
 * (`esp_ota_check_rollback_is_possible`): the slot of the inactive entry, or factory (-1) where
 * that entry is not valid. */
export function rollbackSlot(input: State & { hasFactory: boolean }): number | undefined {
  const { entries, appCount, hasFactory } = input;
  const active = activeOtadata(entries);
  if (active === -1 || appCount === 0) return undefined;
  const other = entries[opposite(active)];
  if (isOtadataValid(other)) return slotOfSeq(other.seq, appCount);
  return hasFactory ? FACTORY_SLOT : undefined;
}

/** `esp_ota_get_state_partition`: the state in the first entry with a good CRC that maps to the
 * slot. It may be stale where both entries do. */
export function stateOfSlot(input: State & { slot: number }): number | undefined {
  const { entries, appCount, slot } = input;
  if (appCount === 0) return undefined;
  return entries.find((e) => slotOfSeq(e.seq, appCount) === slot && isOtadataCrcOk(e))?.state;
}

/** `esp_ota_get_last_invalid_partition` before its image check: the slot of the condemned entry,
 * of two the one with the smaller number. */
export function lastInvalidSlot({ entries, appCount }: State): number | undefined {
  const condemned = entries
    .filter((e) => e.seq !== OTADATA_EMPTY && isOtadataCrcOk(e))
    .filter((e) => e.state === OTA_STATE.INVALID || e.state === OTA_STATE.ABORTED);
  if (condemned.length === 0 || appCount === 0) return undefined;
  return slotOfSeq(Math.min(...condemned.map((e) => e.seq)), appCount);
}

/** What `esp_ota_begin` does to otadata under rollback, after erasing the target: it drops the
 * inactive entry if that leads to a slot other than the running one. During a download no rollback
 * target is recorded, therefore. */
export function invalidateInactive(
  input: State & { /** -1 = factory */ runningSlot: number },
): OtadataWrite[] {
  const { entries, appCount, runningSlot } = input;
  const active = activeOtadata(entries);
  if (active === -1 || appCount === 0) return [];
  const other = opposite(active);
  const { seq } = entries[other];
  if (seq === OTADATA_EMPTY || !isOtadataCrcOk(entries[other])) return [];
  return slotOfSeq(seq, appCount) === runningSlot ? [] : [eraseOnly(other)];
}

/** Carries the writes out on the otadata partition, in order. */
export function applyOtadataWrites(otadata: FlashRegion, writes: readonly OtadataWrite[]): void {
  for (const { offset, bytes } of writes) {
    otadata.erase(offset, FLASH_SECTOR_SIZE);
    if (bytes) otadata.write(offset, bytes);
  }
}
