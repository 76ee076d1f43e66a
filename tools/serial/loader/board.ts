import { createHash } from 'node:crypto';
import { realChipId } from '../../formats/chips.ts';
import type { SerialLink } from '../link.ts';
import { HARD_RESET, playReset, type ResetSequence, USB_HARD_RESET } from '../reset/sequence.ts';
import { SerialError } from '../trouble.ts';
import { changeBaudRate, ROM_BAUD } from './baud.ts';
import { type ChipDescription, describeChip, macOf } from './describe.ts';
import type { FlashChip } from './flash-chip.ts';
import { eraseFlash, eraseRegion, SECTOR } from './flash-erase.ts';
import { flashMd5, type Progress, readFlash } from './flash-read.ts';
import { type WriteJob, type WriteReport, writeSpan } from './flash-write.ts';
import type { Loader } from './loader.ts';
import type { SecurityInfo } from './security-info.ts';
import { leaveStub } from './stub.ts';
import { deflateFor, jobOf, padToWord } from './write-job.ts';

/** How the board is left. */
export type AfterMode = 'hard-reset' | 'no-reset' | 'no-reset-stub';
export const AFTER_MODES: readonly AfterMode[] = ['hard-reset', 'no-reset', 'no-reset-stub'];

/** A board in download mode, ready for work. Addresses and lengths are bytes of flash. */
export class Board {
  readonly loader: Loader;
  /** "ESP32-S3" */
  readonly chip: string;
  /** As in image headers. */
  readonly chipId: number;
  /** Major * 100 + minor; undefined in secure download mode. */
  readonly revision: number | undefined;
  /** Undefined in secure download mode. */
  readonly flash: FlashChip | undefined;

  constructor(loader: Loader, of: { revision?: number; flash?: FlashChip }) {
    this.loader = loader;
    this.chip = loader.chip.CHIP_NAME;
    this.chipId = realChipId(loader.chip.IMAGE_CHIP_ID ?? 0);
    this.revision = of.revision;
    this.flash = of.flash;
  }

  get link(): SerialLink {
    return this.loader.link;
  }

  /** It takes images that are made for simulated boards. */
  get isVirtual(): boolean {
    return this.link.isVirtual;
  }

  /** In secure download mode a chip tells nothing of its flash: what is written cannot be verified. */
  get tellsFlash(): boolean {
    return !this.loader.secureDownload;
  }

  get security(): SecurityInfo | undefined {
    return this.loader.security;
  }

  /** Where the ROM looks for the bootloader. */
  get bootloaderOffset(): number {
    return this.loader.chip.BOOTLOADER_FLASH_OFFSET;
  }

  describe(): Promise<ChipDescription | undefined> {
    return describeChip(this.loader);
  }

  mac(): Promise<string | undefined> {
    return macOf(this.loader);
  }

  /** @throws SerialError `input` beyond the end of flash, `verify`, and what a link throws */
  readFlash(offset: number, length: number, progress?: Progress): Promise<Uint8Array> {
    this.#mustHold(offset, length);
    return readFlash(this.loader, offset, length, progress);
  }

  /** Lower-case hexadecimal. */
  md5(offset: number, length: number): Promise<string> {
    this.#mustHold(offset, length);
    return flashMd5(this.loader, offset, length);
  }

  /** Whole sectors only. */
  eraseRegion(offset: number, length: number): Promise<void> {
    this.#mustHold(offset, length);
    return eraseRegion(this.loader, offset, length);
  }

  eraseAll(): Promise<void> {
    return eraseFlash(this.loader, this.flash?.sizeBytes);
  }

  /**
   * Writes, and compares by MD5 where the chip tells. The sectors it touches are erased whole: what else stands in the last
   * one becomes 0xFF.
   * @param offset a multiple of 4096
   * @throws SerialError `input`, `verify`, and what a link throws
   */
  async writeFlash(offset: number, bytes: Uint8Array, progress?: Progress): Promise<void> {
    const data = padToWord(bytes);
    this.#mustHold(offset, data.length);
    if (data.length === 0) return;
    const { blockSize } = this.loader;
    const deflated = await deflateFor(data, blockSize);
    await this.writeJob(
      jobOf(offset, data.length, deflated, { blockSize, deflated: true }),
      progress,
    );
    if (this.tellsFlash) await this.mustMatch(offset, data);
  }

  /** Writes a span that is ready for the wire. Verifies nothing. */
  writeJob(job: WriteJob, progress?: Progress): Promise<WriteReport> {
    this.#mustHold(job.offset, job.length);
    if (job.offset % SECTOR !== 0) {
      const at = `0x${job.offset.toString(16)}`;
      throw new SerialError(
        'input',
        `${at} is not the beginning of a sector, and flash is erased by sectors`,
      );
    }
    return writeSpan(this.loader, job, progress);
  }

  /** @throws SerialError `verify` where flash holds something else */
  async mustMatch(offset: number, data: Uint8Array): Promise<void> {
    const wanted = createHash('md5').update(data).digest('hex');
    const found = await this.md5(offset, data.length);
    if (found === wanted) return;
    const span = `0x${offset.toString(16)} to 0x${(offset + data.length).toString(16)}`;
    throw new SerialError(
      'verify',
      `${this.link.name}: flash from ${span} does not hold what was written`,
      {
        hint: 'flash again; if it happens again, the flash chip or its supply is bad, or the cable is',
      },
    );
  }

  /** Starts the app. The link goes back to the rate of boot logs, the board is no longer at work. */
  async hardReset(sequence: ResetSequence = this.#resetSequence()): Promise<void> {
    await this.link.setBaudRate(ROM_BAUD);
    if (this.link.hasLines) await playReset(this.link, sequence);
    this.release();
  }

  /** Leaves the board as asked for: in its app, in its ROM's loader, or with the stub running on at
   * 115200 baud, where `--before no-reset` finds either. */
  async leave(mode: AfterMode): Promise<void> {
    if (mode === 'hard-reset') return this.hardReset();
    if (mode === 'no-reset') await leaveStub(this.loader);
    else if (this.link.baudRate !== ROM_BAUD) await changeBaudRate(this.loader, ROM_BAUD);
    this.release();
  }

  /** Stops listening, and leaves the chip as it is. The link stays open. */
  release(): void {
    this.loader.channel.release();
  }

  #resetSequence(): ResetSequence {
    return this.loader.usesUsbOtg || this.loader.usesUsbJtag ? USB_HARD_RESET : HARD_RESET;
  }

  #mustHold(offset: number, length: number): void {
    const size = this.flash?.sizeBytes;
    if (size === undefined || (offset >= 0 && length >= 0 && offset + length <= size)) return;
    const end = (offset + length).toString(16);
    throw new SerialError(
      'input',
      `0x${offset.toString(16)} to 0x${end} is not within the flash of ${size / 1024 / 1024} MB`,
    );
  }
}
