import { IMAGE_MAGIC } from '../../tools/formats/esp-image.ts';
import type { FlashRegion } from '../../tools/formats/flash-region.ts';
import type { Partition } from '../../tools/formats/partition-table.ts';
import { ESP, type EspError } from './esp-err.ts';
import { SECTOR_SIZE } from './nor-flash.ts';
import type { OtaOps } from './ota-ops.ts';

/** OTA_SIZE_UNKNOWN and OTA_WITH_SEQUENTIAL_WRITES of esp_ota_ops.h. */
const SIZE_UNKNOWN = 0xffff_ffff;
const SEQUENTIAL_WRITES = 0xffff_fffe;

interface Session {
  partition: Partition;
  region: FlashRegion;
  written: number;
  /** Bytes erased so far, from the start. */
  erased: number;
  /** Sectors are erased as writing reaches them. */
  sequential: boolean;
}

/** esp_ota_begin, _resume, _write, _write_with_offset, _end and _abort (esp_ota_ops.c). */
export class EspOtaSessions {
  readonly #ota: OtaOps;
  readonly #sessions = new Map<number, Session>();
  #next = 1;

  constructor(ota: OtaOps) {
    this.#ota = ota;
  }

  begin(partition: Partition, imageSize: number): { error: EspError; handle: number } {
    const error = this.#ota.beginCheck(partition);
    if (error !== ESP.OK) return { error, handle: 0 };
    const region = this.#ota.app.partitions.region(partition);
    const sequential = imageSize === SEQUENTIAL_WRITES;
    const session: Session = { partition, region, written: 0, erased: 0, sequential };
    if (!sequential) {
      const whole = imageSize === 0 || imageSize === SIZE_UNKNOWN;
      if (!whole && imageSize > partition.size) return { error: ESP.ERR_INVALID_SIZE, handle: 0 };
      this.#eraseTo(session, whole ? partition.size : imageSize);
    }
    this.#ota.dropInactive();
    const handle = this.#next++;
    this.#sessions.set(handle, session);
    return { error: ESP.OK, handle };
  }

  /** Goes on at `offset` with what an earlier session has written; of the vendor's checks none concerns the running app's state. */
  resume(
    partition: Partition,
    eraseSize: number,
    offset: number,
  ): { error: EspError; handle: number } {
    const error = offset > partition.size ? ESP.ERR_INVALID_ARG : this.#ota.slotCheck(partition);
    if (error !== ESP.OK) return { error, handle: 0 };
    const sequential = eraseSize === SEQUENTIAL_WRITES;
    const erased = sequential ? Math.ceil(offset / SECTOR_SIZE) * SECTOR_SIZE : partition.size;
    const region = this.#ota.app.partitions.region(partition);
    const handle = this.#next++;
    this.#sessions.set(handle, { partition, region, written: offset, erased, sequential });
    return { error: ESP.OK, handle };
  }

  /** Whether this handle erases as it goes: esp_ota_write_with_offset asserts that it does not. */
  isSequential(handle: number): boolean {
    return this.#sessions.get(handle)?.sequential ?? false;
  }

  write(handle: number, data: Uint8Array): EspError {
    const session = this.#sessions.get(handle);
    if (!session) return ESP.ERR_INVALID_ARG;
    if (data.length === 0) return ESP.OK;
    if (session.written + data.length > session.partition.size) return ESP.ERR_INVALID_SIZE;
    if (session.written === 0 && data[0] !== IMAGE_MAGIC) return ESP.ERR_OTA_VALIDATE_FAILED;
    if (session.sequential) this.#eraseTo(session, session.written + data.length);
    session.region.write(session.written, data);
    session.written += data.length;
    return ESP.OK;
  }

  writeAt(handle: number, data: Uint8Array, offset: number): EspError {
    const session = this.#sessions.get(handle);
    if (!session) return ESP.ERR_INVALID_ARG;
    if (offset + data.length > session.partition.size) return ESP.ERR_INVALID_SIZE;
    session.region.write(offset, data);
    session.written += data.length;
    return ESP.OK;
  }

  end(handle: number): EspError {
    const session = this.#sessions.get(handle);
    if (!session) return ESP.ERR_NOT_FOUND;
    this.#sessions.delete(handle);
    if (session.written === 0) return ESP.ERR_INVALID_ARG;
    return this.#ota.verify(session.partition) ? ESP.OK : ESP.ERR_OTA_VALIDATE_FAILED;
  }

  abort(handle: number): EspError {
    return this.#sessions.delete(handle) ? ESP.OK : ESP.ERR_NOT_FOUND;
  }

  #eraseTo(session: Session, end: number): void {
    const to = Math.min(session.partition.size, Math.ceil(end / SECTOR_SIZE) * SECTOR_SIZE);
    if (to <= session.erased) return;
    session.region.erase(session.erased, to - session.erased);
    session.erased = to;
  }
}
