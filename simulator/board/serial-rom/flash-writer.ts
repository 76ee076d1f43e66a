import { Inflate } from 'pako';
import { STUB_ERROR } from '../../../tools/formats/serial-loader.ts';
import { SECTOR_SIZE } from '../nor-flash.ts';
import type { FlashWindow } from './flash-window.ts';

const BLOCK_SIZE = 65_536;
/** What the loaders inflate into before they program it, bytes. */
const INFLATE_BUFFER = 32_768;

export interface WriteOrder {
  offset: number;
  /** Bytes that will be in flash, inflated. */
  size: number;
  deflated: boolean;
  /** The stub erases as it goes; the ROM erased all at the beginning. */
  eraseAsItGoes: boolean;
}

/**
 * One FLASH_BEGIN … FLASH_END: raw or deflated data, in order of arrival (neither loader looks at the sequence numbers,
 * so a block sent twice is written, or inflated, twice).
 */
export class FlashWriter {
  /** The stub's code of the first thing that went wrong; 0 while all is well. */
  error = 0;
  readonly #flash: FlashWindow;
  readonly #order: WriteOrder;
  readonly #inflate: Inflate | undefined;
  #next: number;
  #remaining: number;
  #erased: number;
  readonly #eraseEnd: number;

  constructor(flash: FlashWindow, order: WriteOrder) {
    this.#flash = flash;
    this.#order = order;
    this.#next = order.offset;
    this.#remaining = order.size;
    this.#erased = Math.floor(order.offset / SECTOR_SIZE) * SECTOR_SIZE;
    this.#eraseEnd = Math.ceil((order.offset + order.size) / SECTOR_SIZE) * SECTOR_SIZE;
    if (order.deflated) {
      this.#inflate = new Inflate({ chunkSize: INFLATE_BUFFER });
      this.#inflate.onData = (chunk) => this.#program(chunk);
    }
  }

  /** Bytes that flash still waits for. */
  get remaining(): number {
    return this.#remaining;
  }

  /** Takes one block. */
  write(block: Uint8Array): void {
    if (!this.#inflate) return this.#program(block);
    // What follows the last byte may only be the rest of the stream's own checksum.
    if (this.#remaining === 0) {
      if (block.length > 4) this.#fail(STUB_ERROR.tooMuch);
      return;
    }
    if (this.#inflate.ended) return this.#fail(STUB_ERROR.notEnough);
    this.#inflate.push(block);
    if (this.#inflate.err) this.#fail(STUB_ERROR.inflate);
    // The ROM is told a size that is rounded up to whole blocks.
    else if (this.#inflate.ended && this.#remaining > 0 && this.#order.eraseAsItGoes)
      this.#fail(STUB_ERROR.notEnough);
  }

  #program(bytes: Uint8Array): void {
    // The last block may be padded.
    const data = bytes.length > this.#remaining ? bytes.subarray(0, this.#remaining) : bytes;
    if (data.length === 0) return;
    if (this.#order.eraseAsItGoes) this.#eraseUpTo(this.#next + data.length);
    this.#flash.program(this.#next, data);
    this.#next += data.length;
    this.#remaining -= data.length;
  }

  /** A whole 64 KB block at once where it begins here and is needed to its end, else sectors. */
  #eraseUpTo(end: number): void {
    while (this.#erased < this.#eraseEnd && this.#erased < end) {
      const block = this.#erased % BLOCK_SIZE === 0 && this.#eraseEnd - this.#erased >= BLOCK_SIZE;
      const unit = block ? BLOCK_SIZE : SECTOR_SIZE;
      this.#flash.erase(this.#erased, unit);
      this.#erased += unit;
    }
  }

  #fail(code: number): void {
    this.error ||= code;
  }
}
