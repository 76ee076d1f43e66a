import { APP_DESC_MAGIC, APP_DESC_SIZE } from '../../tools/formats/app-desc.ts';
import { FormatError } from '../../tools/formats/errors.ts';
import { readImage } from '../../tools/formats/esp-image-region.ts';
import {
  activeOtadata,
  applyOtadataWrites,
  invalidateInactive,
  lastInvalidSlot,
  markInvalid,
  markValid,
  OTA_STATE,
  OTADATA_SIZE,
  type OtadataEntries,
  type OtadataWrite,
  parseOtadata,
  rollbackSlot,
  setBootSlot,
  slotOfSeq,
  stateOfSlot,
} from '../../tools/formats/otadata.ts';
import type { Partition } from '../../tools/formats/partition-table.ts';
import type { LoadedApp } from './bootloader.ts';
import type { ChipModel } from './chip-model.ts';
import { ESP, type EspError } from './esp-err.ts';
import { burnSecureVersion, isSecure } from './secure-version.ts';
import { verdictOn } from './verdicts.ts';

/** esp_ota_ops.h on a board's flash: each function with the vendor's checks and flash operations (esp_ota_ops.c). */
export class OtaOps {
  readonly app: LoadedApp;
  readonly #chip: ChipModel;

  constructor(app: LoadedApp, chip: ChipModel) {
    this.app = app;
    this.#chip = chip;
  }

  get running(): Partition {
    return this.app.partition;
  }

  /** esp_ota_get_boot_partition: what otadata selects, without rollback's changes; the running one when it says nothing. */
  get bootPartition(): Partition | undefined {
    const entries = this.#entries();
    const active = entries ? activeOtadata(entries) : -1;
    const { factory } = this.app.partitions;
    if (active < 0) return factory ?? this.app.partitions.slot(0);
    return this.app.partitions.slot(slotOfSeq(entries![active as 0 | 1].seq, this.#appCount));
  }

  /** esp_ota_get_next_update_partition: the slot after `start` (default: the running one). */
  nextUpdatePartition(start: Partition = this.running): Partition | undefined {
    const slots = this.app.partitions.slots.filter((slot) => slot !== undefined);
    return slots[(slots.indexOf(start) + 1) % slots.length];
  }

  get lastInvalid(): Partition | undefined {
    const entries = this.#entries();
    const slot = entries && lastInvalidSlot({ entries, appCount: this.#appCount });
    const partition = slot === undefined ? undefined : this.app.partitions.slot(slot);
    return partition && this.verify(partition) ? partition : undefined;
  }

  /** esp_ota_get_state_partition */
  state(partition: Partition): { error: EspError; state: number } {
    const entries = this.#entries();
    const slot = this.app.partitions.slots.indexOf(partition);
    if (slot < 0) return { error: ESP.ERR_NOT_SUPPORTED, state: OTA_STATE.UNDEFINED };
    const state = entries && stateOfSlot({ entries, appCount: this.#appCount, slot });
    return state === undefined
      ? { error: ESP.ERR_NOT_FOUND, state: OTA_STATE.UNDEFINED }
      : { error: ESP.OK, state };
  }

  /** esp_ota_set_boot_partition: verifies the image, then one otadata entry. */
  setBootPartition(partition: Partition): EspError {
    const slot = this.#slotOf(partition);
    if (slot === undefined) return ESP.ERR_INVALID_ARG;
    if (!this.verify(partition)) return ESP.ERR_OTA_VALIDATE_FAILED;
    const entries = this.#entries();
    if (!entries) return ESP.ERR_NOT_FOUND;
    if (slot >= 0 && !this.#secure(partition)) {
      this.app.partitions.region(partition).erase(0, partition.size);
      return ESP.ERR_OTA_SMALL_SEC_VER;
    }
    return this.#apply(() =>
      setBootSlot({ entries, appCount: this.#appCount, slot, rollback: this.app.rollback }),
    );
  }

  markValid(): EspError {
    const entries = this.#entries();
    if (!entries) return ESP.ERR_NOT_FOUND;
    const error = this.#apply(() => markValid({ entries, appCount: this.#appCount }));
    const { fuse, partitions } = this.app;
    if (fuse && error === ESP.OK) burnSecureVersion(fuse, partitions.region(this.running));
    return error;
  }

  markInvalid(): EspError {
    const entries = this.#entries();
    if (!entries) return ESP.ERR_NOT_FOUND;
    const state = {
      entries,
      appCount: this.#appCount,
      hasFactory: this.app.partitions.factory !== undefined,
    };
    return this.#apply(() => markInvalid({ ...state, canBoot: (slot) => this.#canBoot(slot) }));
  }

  get rollbackPossible(): boolean {
    const entries = this.#entries();
    if (!entries || !this.app.rollback) return false;
    const hasFactory = this.app.partitions.factory !== undefined;
    const slot = rollbackSlot({ entries, appCount: this.#appCount, hasFactory });
    return slot !== undefined && this.#canBoot(slot);
  }

  /** Only an OTA slot takes an image, and not the one that runs. */
  slotCheck(target: Partition): EspError {
    if (!this.app.partitions.slots.includes(target)) return ESP.ERR_INVALID_ARG;
    return target === this.running ? ESP.ERR_OTA_PARTITION_CONFLICT : ESP.OK;
  }

  /** What esp_ota_begin checks and does to otadata before the first byte (rollback builds). */
  beginCheck(target: Partition): EspError {
    const error = this.slotCheck(target);
    if (error !== ESP.OK) return error;
    if (this.app.rollback && this.state(this.running).state === OTA_STATE.PENDING_VERIFY) {
      return ESP.ERR_OTA_ROLLBACK_INVALID_STATE;
    }
    return ESP.OK;
  }

  /** After the target was erased: the entry that leads elsewhere than to the running app goes. */
  dropInactive(): void {
    const entries = this.#entries();
    if (!entries || !this.app.rollback) return;
    const runningSlot = this.app.slot;
    this.#write(invalidateInactive({ entries, appCount: this.#appCount, runningSlot }));
  }

  /** esp_ota_erase_last_boot_app_partition: the other slot that otadata knows, and its entry; `keepApp`: the entry alone. */
  eraseLastBoot(keepApp: boolean): EspError {
    const entries = this.#entries();
    const active = entries ? activeOtadata(entries) : -1;
    if (!entries || active < 0) return ESP.FAIL;
    const writes = invalidateInactive({
      entries,
      appCount: this.#appCount,
      runningSlot: this.app.slot,
    });
    if (writes.length === 0) return ESP.FAIL;
    const other = entries[(1 - active) as 0 | 1];
    const partition = this.app.partitions.slot(slotOfSeq(other.seq, this.#appCount));
    if (!partition) return ESP.FAIL;
    if (!keepApp) this.app.partitions.region(partition).erase(0, partition.size);
    this.#write(writes);
    return ESP.OK;
  }

  /** Bytes of the image in a slot, its hash included; 0 when the bootloader would refuse it. */
  imageLength(partition: Partition): number {
    return this.verify(partition) ? readImage(this.app.partitions.region(partition)).length : 0;
  }

  /** Would the bootloader load what this partition holds? */
  verify(partition: Partition): boolean {
    const bytes = readImage(this.app.partitions.region(partition));
    return verdictOn(bytes, {
      chipId: this.#chip.id,
      chipRevision: this.#chip.revision,
      maxLength: partition.size,
      flashOffset: partition.offset,
    }).ok;
  }

  /** esp_ota_get_partition_description: 256 bytes, or nothing when there is no descriptor. */
  appDesc(partition: Partition): Uint8Array | undefined {
    const bytes = this.app.partitions.region(partition).read(32, APP_DESC_SIZE);
    return new DataView(bytes.buffer).getUint32(0, true) === APP_DESC_MAGIC ? bytes : undefined;
  }

  /** Is the app there not below what is burnt into the chip, where that counts? */
  #secure(partition: Partition): boolean {
    const { fuse, partitions } = this.app;
    return !fuse || isSecure(fuse, partitions.region(partition));
  }

  #canBoot(slot: number): boolean {
    const partition = this.app.partitions.slot(slot);
    return partition !== undefined && this.verify(partition) && this.#secure(partition);
  }

  #slotOf(partition: Partition): number | undefined {
    if (partition === this.app.partitions.factory) return -1;
    const slot = this.app.partitions.slots.indexOf(partition);
    return slot < 0 ? undefined : slot;
  }

  get #appCount(): number {
    return this.app.partitions.appCount;
  }

  #entries(): OtadataEntries | undefined {
    const { otadata } = this.app.partitions;
    return otadata && parseOtadata(this.app.partitions.region(otadata).read(0, OTADATA_SIZE));
  }

  #apply(plan: () => OtadataWrite[]): EspError {
    try {
      this.#write(plan());
      return ESP.OK;
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      return error.code === 'ESP_ERR_OTA_ROLLBACK_FAILED' ? ESP.ERR_OTA_ROLLBACK_FAILED : ESP.FAIL;
    }
  }

  #write(writes: OtadataWrite[]): void {
    if (writes.length)
      applyOtadataWrites(this.app.partitions.region(this.app.partitions.otadata!), writes);
  }
}
