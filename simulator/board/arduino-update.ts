import { createHash, type Hash } from 'node:crypto';
import { IMAGE_MAGIC } from '../../tools/formats/esp-image.ts';
import type { FlashRegion } from '../../tools/formats/flash-region.ts';
import type { Partition } from '../../tools/formats/partition-table.ts';
import { ESP } from './esp-err.ts';
import type { OtaOps } from './ota-ops.ts';

/** Update.h's error numbers. */
export const UPDATE_ERROR = {
  OK: 0,
  WRITE: 1,
  ERASE: 2,
  READ: 3,
  SPACE: 4,
  SIZE: 5,
  STREAM: 6,
  MD5: 7,
  MAGIC_BYTE: 8,
  ACTIVATE: 9,
  NO_PARTITION: 10,
  BAD_ARGUMENT: 11,
  ABORT: 12,
} as const;

const TEXT: Record<number, string> = {
  0: 'No Error',
  1: 'Flash Write Failed',
  2: 'Flash Erase Failed',
  3: 'Flash Read Failed',
  4: 'Not Enough Space',
  5: 'Bad Size Given',
  6: 'Stream Read Timeout',
  7: 'MD5 Check Failed',
  8: 'Wrong Magic Byte',
  9: 'Could Not Activate The Firmware',
  10: 'Partition Could Not be Found',
  11: 'Bad Argument',
  12: 'Aborted',
};

export const UPDATE_SIZE_UNKNOWN = 0xffff_ffff;
const SECTOR = 4096;
const BLOCK = 65_536;
const STASH = 16;

/**
 * UpdateClass of Arduino-ESP32 3.x (libraries/Update/src/Updater.cpp): 4 KB at a time, erasing 64 KB where a block begins
 * and single sectors at the partition's unaligned ends, skipping blank blocks, and keeping back the first 16 bytes until
 * `end()`, so that half an image never looks bootable. It does not ask whether the running image is confirmed.
 */
export class ArduinoUpdate {
  readonly #ota: OtaOps;
  #error: number = UPDATE_ERROR.OK;
  #partition: Partition | undefined;
  #region: FlashRegion | undefined;
  #buffer = new Uint8Array(SECTOR);
  #buffered = 0;
  #stash: Uint8Array | undefined;
  #size = 0;
  #progress = 0;
  #md5: Hash = createHash('md5');
  #md5Result = '';
  #wantedMd5 = '';

  constructor(ota: OtaOps) {
    this.#ota = ota;
  }

  get isRunning(): boolean {
    return this.#size > 0;
  }

  get error(): number {
    return this.#error;
  }

  get errorString(): string {
    return TEXT[this.#error] ?? 'UNKNOWN';
  }

  get size(): number {
    return this.#size;
  }

  get progress(): number {
    return this.#progress;
  }

  get remaining(): number {
    return this.#size - this.#progress;
  }

  get isFinished(): boolean {
    return this.#progress === this.#size;
  }

  get md5(): string {
    return this.#md5Result;
  }

  begin(size: number = UPDATE_SIZE_UNKNOWN): boolean {
    if (this.#size > 0) return false;
    this.#reset();
    this.#error = UPDATE_ERROR.OK;
    this.#wantedMd5 = '';
    this.#md5Result = '';
    if (size === 0) return this.#fail(UPDATE_ERROR.SIZE);
    this.#partition = this.#ota.nextUpdatePartition();
    if (!this.#partition) return this.#fail(UPDATE_ERROR.NO_PARTITION);
    if (size !== UPDATE_SIZE_UNKNOWN && size > this.#partition.size)
      return this.#fail(UPDATE_ERROR.SIZE);
    this.#region = this.#ota.app.partitions.region(this.#partition);
    this.#size = size === UPDATE_SIZE_UNKNOWN ? this.#partition.size : size;
    this.#md5 = createHash('md5');
    return true;
  }

  setMD5(md5: string): boolean {
    if (md5.length !== 32) return false;
    this.#wantedMd5 = md5.toLowerCase();
    return true;
  }

  /** Bytes taken; fewer than given means failure. */
  write(data: Uint8Array): number {
    if (this.#error !== UPDATE_ERROR.OK || !this.isRunning) return 0;
    if (data.length > this.remaining) {
      this.#abort(UPDATE_ERROR.SPACE);
      return 0;
    }
    let done = 0;
    while (this.#buffered + (data.length - done) > SECTOR) {
      const take = SECTOR - this.#buffered;
      this.#take(data.subarray(done, done + take));
      if (!this.#writeBuffer()) return done;
      done += take;
    }
    this.#take(data.subarray(done));
    if (this.#buffered === this.remaining && !this.#writeBuffer()) return done;
    return data.length;
  }

  end(evenIfRemaining: boolean): boolean {
    if (this.#error !== UPDATE_ERROR.OK || this.#size === 0) return false;
    if (!this.isFinished && !evenIfRemaining) return this.#abort(UPDATE_ERROR.ABORT);
    if (evenIfRemaining) {
      if (this.#buffered > 0) this.#writeBuffer();
      this.#size = this.#progress;
    }
    this.#md5Result = this.#md5.copy().digest('hex');
    if (this.#wantedMd5 && this.#wantedMd5 !== this.#md5Result)
      return this.#abort(UPDATE_ERROR.MD5);
    return this.#activate();
  }

  abort(): void {
    this.#abort(UPDATE_ERROR.ABORT);
  }

  #activate(): boolean {
    if (!this.#stash || !this.#region) return this.#abort(UPDATE_ERROR.READ);
    this.#region.write(0, this.#stash);
    if (this.#region.read(0, 1)[0] !== IMAGE_MAGIC) return this.#abort(UPDATE_ERROR.READ);
    if (this.#ota.setBootPartition(this.#partition!) !== ESP.OK)
      return this.#abort(UPDATE_ERROR.ACTIVATE);
    this.#reset();
    return true;
  }

  #take(data: Uint8Array): void {
    this.#buffer.set(data, this.#buffered);
    this.#buffered += data.length;
  }

  #writeBuffer(): boolean {
    const data = this.#buffer.slice(0, this.#buffered);
    const first = this.#progress === 0;
    this.#md5.update(data);
    if (first) {
      if (data[0] !== IMAGE_MAGIC) return this.#abort(UPDATE_ERROR.MAGIC_BYTE);
      this.#stash = data.slice(0, STASH);
    }
    this.#erase();
    const skip = first ? STASH : 0;
    const rest = data.subarray(skip);
    if (rest.some((byte) => byte !== 0xff)) this.#region!.write(this.#progress + skip, rest);
    this.#progress += data.length;
    this.#buffered = 0;
    return true;
  }

  #erase(): void {
    const { offset: start } = this.#partition!;
    const offset = start + this.#progress;
    const block = this.#size - this.#progress >= BLOCK && offset % BLOCK === 0;
    const head = start % BLOCK !== 0 && offset < (Math.floor(start / BLOCK) + 1) * BLOCK;
    const tail = offset >= Math.floor((start + this.#size) / BLOCK) * BLOCK;
    if (block) this.#region!.erase(this.#progress, BLOCK);
    else if (head || tail) this.#region!.erase(this.#progress, SECTOR);
  }

  #fail(error: number): false {
    this.#error = error;
    return false;
  }

  #abort(error: number): false {
    this.#reset();
    return this.#fail(error);
  }

  #reset(): void {
    this.#buffered = 0;
    this.#stash = undefined;
    this.#progress = 0;
    this.#size = 0;
  }
}
