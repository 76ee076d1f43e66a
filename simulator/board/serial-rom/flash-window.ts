import { type NorFlash, SECTOR_SIZE } from '../nor-flash.ts';

/**
 * The flash chip as the loader's driver reaches it. Addresses beyond the chip's end come round to its beginning, as its
 * address lines have no more bits; clients that believe in a larger chip so overwrite what they wrote before.
 */
export class FlashWindow {
  readonly #flash: NorFlash;

  constructor(flash: NorFlash) {
    this.#flash = flash;
  }

  get size(): number {
    return this.#flash.size;
  }

  /** RDID: manufacturer (Winbond), type, and the size as a power of two, from the lowest byte up. */
  get jedecId(): number {
    return 0x40ef | (Math.ceil(Math.log2(this.#flash.size)) << 16);
  }

  read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.#pieces(offset, length, (at, done, count) => bytes.set(this.#flash.read(at, count), done));
    return bytes;
  }

  program(offset: number, data: Uint8Array): void {
    this.#pieces(offset, data.length, (at, done, count) =>
      this.#flash.write(at, data.subarray(done, done + count)),
    );
  }

  /** Erases the sectors that these bytes touch. */
  erase(offset: number, length: number): void {
    if (length === 0) return;
    const from = Math.floor(offset / SECTOR_SIZE) * SECTOR_SIZE;
    const to = Math.ceil((offset + length) / SECTOR_SIZE) * SECTOR_SIZE;
    // More than the whole chip is the whole chip.
    this.#pieces(from, Math.min(to - from, this.size), (at, _, count) =>
      this.#flash.erase(at, count),
    );
  }

  #pieces(offset: number, length: number, run: (at: number, done: number, count: number) => void) {
    for (let done = 0; done < length; ) {
      const at = (offset + done) % this.size;
      const count = Math.min(length - done, this.size - at);
      run(at, done, count);
      done += count;
    }
  }
}
