interface Stuck {
  /** Bits that read 0 whatever is done, by byte of the sector. */
  low: Map<number, number>;
  /** Bits that read 1 whatever is done. */
  high: Map<number, number>;
}

/**
 * What is worn or broken in a flash chip. Sectors are counted from the chip's start; what happens to a sector's content is said in the
 * chip's own terms: a stuck bit, a sector that no longer erases, a sector that bears so many erases more.
 */
export class FlashCells {
  readonly #sectorSize: number;
  readonly #stuck = new Map<number, Stuck>();
  readonly #unerasable = new Set<number>();
  readonly #endurance = new Map<number, number>();

  constructor(sectorSize: number) {
    this.#sectorSize = sectorSize;
  }

  /** Bits of one byte of a sector read as `level` from now on, whatever is written or erased. */
  stick(sector: number, byte: number, bits: number, level: 0 | 1): void {
    let stuck = this.#stuck.get(sector);
    if (!stuck) {
      stuck = { low: new Map(), high: new Map() };
      this.#stuck.set(sector, stuck);
    }
    const side = level === 0 ? stuck.low : stuck.high;
    side.set(byte, (side.get(byte) ?? 0) | bits);
  }

  /** A sector that keeps what it has: erasing does nothing to it, programming still clears bits. */
  stickSector(sector: number): void {
    this.#unerasable.add(sector);
  }

  /** A sector that has worn out once it has been erased `wear` times in its life. */
  endure(sector: number, wear: number): void {
    this.#endurance.set(sector, wear);
  }

  /**
   * Told before a sector is erased for the `wear`-th time of its life; answers whether its cells let go. From the erase on that was too
   * much, each leaves one more bit behind that stays 0.
   */
  erases(sector: number, wear: number, draw: () => number): boolean {
    const most = this.#endurance.get(sector);
    if (most !== undefined && wear > most) {
      const bit = Math.floor(draw() * this.#sectorSize * 8);
      this.stick(sector, bit >> 3, 1 << (bit & 7), 0);
    }
    return !this.#unerasable.has(sector);
  }

  /** Whether a sector has stuck bits. */
  isStuck(sector: number): boolean {
    return this.#stuck.has(sector);
  }

  /** Lets stuck bits show in a sector's content. */
  settle(sector: number, content: Uint8Array): void {
    const stuck = this.#stuck.get(sector);
    if (!stuck) return;
    for (const [byte, bits] of stuck.low) content[byte]! &= ~bits;
    for (const [byte, bits] of stuck.high) content[byte]! |= bits;
  }
}
