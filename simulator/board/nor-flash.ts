import type { FlashRegion } from '../../tools/formats/flash-region.ts';
import { createRandomness } from '../kernel/prng.ts';
import { FlashCells } from './flash-cells.ts';
import { type CutPhase, drawByte, erasedBytes, PAGE_SIZE, programmedBytes } from './torn-flash.ts';

export type { CutPhase } from './torn-flash.ts';

/** Erase unit of the flash chips that ESP boards carry, bytes. */
export const SECTOR_SIZE = 4096;

/** Typical times of a GD25Q32/W25Q32 class chip (data sheet, "AC electrical characteristics"), µs. */
const TIMES_US = {
  sectorErase: 45_000,
  blockErase: 150_000,
  pageProgram: 700,
  readPerKilobyte: 25,
};
const BLOCK_SIZE = 65_536;

/** One operation that changes flash; `index` counts them over the life of the chip, from 0. */
export interface FlashOperation {
  readonly index: number;
  readonly kind: 'erase' | 'program';
  readonly offset: number;
  readonly length: number;
}

/** Thrown out of a flash operation when a fault cuts the board's power there. */
export class PowerLost extends Error {
  readonly operation: FlashOperation;
  readonly phase: CutPhase;
  /** The supply only sagged: the chip resets, and comes back. */
  readonly sag: boolean;
  constructor(operation: FlashOperation, phase: CutPhase, sag = false) {
    super(`power lost ${phase} flash operation ${operation.index} (${operation.kind})`);
    this.sag = sag;
    this.name = 'PowerLost';
    this.operation = operation;
    this.phase = phase;
  }
}

export interface NorFlashHooks {
  /** Asked before each operation, with the bytes to program; an answer cuts the power there. */
  cut?: (operation: FlashOperation, data: Uint8Array | undefined) => CutPhase | undefined;
  /** Asked as `cut` is, and before it; an answer lets the supply sag there: a brown-out, which the chip comes back from. */
  sag?: (operation: FlashOperation, data: Uint8Array | undefined) => CutPhase | undefined;
  /** Told after each whole operation, with the bytes programmed. */
  done?: (operation: FlashOperation, data: Uint8Array | undefined) => void;
  /** Told how long the chip was busy, µs. */
  busy?: (us: number) => void;
  /** Draws what is left to chance where cells are torn or worn, from 0 to below 1. */
  chance?: () => number;
}

const CHANCE = createRandomness('flash');

/**
 * A NOR flash chip: programming only clears bits, erasing sets whole 4 KB sectors to 0xFF. Sectors are shared with
 * snapshots and with the image that they were made from until one side writes.
 */
export class NorFlash implements FlashRegion {
  readonly size: number;
  hooks: NorFlashHooks = {};
  /** Erases of each sector over the chip's life. */
  readonly wear: Uint32Array;
  operations = 0;
  /** Grows whenever a byte may have become another, by an operation or by damage. */
  revision = 0;
  /** What is worn or broken in it. */
  cells = new FlashCells(SECTOR_SIZE);
  #sectors: (Uint8Array | undefined)[];
  #owned: Uint8Array;
  #chance: (() => number) | undefined;

  constructor(size: number, from?: (Uint8Array | undefined)[]) {
    if (size <= 0 || size % SECTOR_SIZE)
      throw new RangeError(`flash size ${size} is no multiple of ${SECTOR_SIZE}`);
    this.size = size;
    const count = size / SECTOR_SIZE;
    this.#sectors = from ? [...from] : new Array(count);
    this.#owned = new Uint8Array(count);
    this.wear = new Uint32Array(count);
  }

  read(offset: number, length: number): Uint8Array {
    this.#check(offset, length, 'read');
    const out = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const at = offset + done;
      const start = at % SECTOR_SIZE;
      const take = Math.min(SECTOR_SIZE - start, length - done);
      const sector = this.#sectors[Math.floor(at / SECTOR_SIZE)];
      if (sector) out.set(sector.subarray(start, start + take), done);
      else out.fill(0xff, done, done + take);
      done += take;
    }
    this.hooks.busy?.(Math.ceil((length * TIMES_US.readPerKilobyte) / 1024));
    return out;
  }

  /** Programs `data` at `offset`: bits go from 1 to 0, never back. */
  write(offset: number, data: Uint8Array): void {
    this.#check(offset, data.length, 'program');
    if (data.length === 0) return;
    this.#operate({ index: this.operations, kind: 'program', offset, length: data.length }, data);
  }

  /** Erases whole sectors; a 64 KB-aligned 64 KB goes as one block erase, as the chip's command 0xD8 does it. */
  erase(offset: number, length: number): void {
    this.#check(offset, length, 'erase');
    if (offset % SECTOR_SIZE || length % SECTOR_SIZE) {
      throw new RangeError(
        `erase of ${length} bytes at 0x${offset.toString(16)} is not sector-aligned`,
      );
    }
    for (let done = 0; done < length; ) {
      const at = offset + done;
      const unit = at % BLOCK_SIZE === 0 && length - done >= BLOCK_SIZE ? BLOCK_SIZE : SECTOR_SIZE;
      this.#operate({ index: this.operations, kind: 'erase', offset: at, length: unit }, undefined);
      done += unit;
    }
  }

  /** A window of the chip with offsets of its own, for a partition. */
  region(offset: number, size: number): FlashRegion {
    this.#check(offset, size, 'region');
    const bounded = (at: number, length: number, what: string) => {
      if (at < 0 || length < 0 || at + length > size) {
        throw new RangeError(
          `${what} of ${length} bytes at 0x${at.toString(16)} leaves the region of ${size} bytes`,
        );
      }
      return offset + at;
    };
    return {
      size,
      read: (at, length) => this.read(bounded(at, length, 'read'), length),
      write: (at, data) => this.write(bounded(at, data.length, 'write'), data),
      erase: (at, length) => this.erase(bounded(at, length, 'erase'), length),
    };
  }

  /** The chip's content now, cheap: sectors are shared until written. */
  snapshot(): (Uint8Array | undefined)[] {
    this.#owned.fill(0);
    return [...this.#sectors];
  }

  /** Someone puts another chip in its place: this content, and nothing of what was worn. */
  replaceContent(from: (Uint8Array | undefined)[]): void {
    this.#sectors = [...from];
    this.revision++;
    this.#owned.fill(0);
    this.wear.fill(0);
    this.cells = new FlashCells(SECTOR_SIZE);
  }

  /** Bytes as they stand in the cells: no time passes for it. */
  peek(offset: number, length: number): Uint8Array {
    const { hooks } = this;
    this.hooks = {};
    try {
      return this.read(offset, length);
    } finally {
      this.hooks = hooks;
    }
  }

  /**
   * Damage: takes bits away from the byte at `offset`, or gives them back, which programming cannot. No operation of the chip, so
   * nothing counts it and nobody is asked.
   */
  disturb(offset: number, bits: number): void {
    this.#check(offset, 1, 'damage');
    const index = Math.floor(offset / SECTOR_SIZE);
    const sector = this.#own(index);
    sector[offset % SECTOR_SIZE]! ^= bits;
    this.cells.settle(index, sector);
  }

  /** Damage: bits of the byte at `offset` read as `level` from now on, whatever is written or erased. */
  stick(offset: number, bits: number, level: 0 | 1): void {
    this.#check(offset, 1, 'damage');
    const index = Math.floor(offset / SECTOR_SIZE);
    this.cells.stick(index, offset % SECTOR_SIZE, bits, level);
    this.cells.settle(index, this.#own(index));
  }

  /** All bytes, for files and comparisons. */
  dump(): Uint8Array {
    return this.peek(0, this.size);
  }

  #operate(operation: FlashOperation, data: Uint8Array | undefined): void {
    const sag = this.hooks.sag?.(operation, data);
    const phase = sag ?? this.hooks.cut?.(operation, data);
    this.operations++;
    if (phase) this.#tear(operation, data, phase);
    else if (data) this.#program(operation.offset, data);
    else this.#eraseBytes(operation.offset, 0, operation.length);
    if (phase) throw new PowerLost(operation, phase, sag !== undefined);
    this.hooks.busy?.(busyTime(operation));
    this.hooks.done?.(operation, data);
  }

  /** What an operation leaves behind that the power fails in. */
  #tear(operation: FlashOperation, data: Uint8Array | undefined, phase: CutPhase): void {
    const { offset, length } = operation;
    if (data) this.#program(offset, programmedBytes(operation, data, phase, this.#draw));
    else if (phase !== 'torn') this.#eraseBytes(offset, ...erasedBytes(length, phase));
    else {
      this.#eachSector(offset, length, (index) => {
        this.wear[index]!++;
        const sector = this.#own(index);
        for (let i = 0; i < SECTOR_SIZE; i++) sector[i]! |= drawByte(this.#draw);
        this.cells.settle(index, sector);
      });
    }
  }

  readonly #draw = (): number => {
    this.#chance ??= CHANCE('cells');
    return (this.hooks.chance ?? this.#chance)();
  };

  #program(offset: number, data: Uint8Array): void {
    let done = 0;
    this.#eachSector(offset, data.length, (index, from, to) => {
      const erased = this.#sectors[index] === undefined;
      const sector = this.#own(index);
      if (erased) sector.set(data.subarray(done, done + to - from), from);
      else for (let i = from; i < to; i++) sector[i]! &= data[done + i - from]!;
      done += to - from;
      this.cells.settle(index, sector);
    });
  }

  /** From byte `from` of what begins at `offset` to before byte `to`. */
  #eraseBytes(offset: number, from: number, to: number): void {
    this.#eachSector(offset + from, to - from, (index, start, end) => {
      this.wear[index]!++;
      if (!this.cells.erases(index, this.wear[index]!, this.#draw)) return;
      if (end - start === SECTOR_SIZE && !this.cells.isStuck(index)) {
        this.revision++;
        this.#sectors[index] = undefined;
        this.#owned[index] = 0;
        return;
      }
      const sector = this.#own(index);
      sector.fill(0xff, start, end);
      this.cells.settle(index, sector);
    });
  }

  /** Each sector that a range touches, with where in it the range begins and ends. */
  #eachSector(
    offset: number,
    length: number,
    touch: (index: number, from: number, to: number) => void,
  ): void {
    for (let at = offset; at < offset + length; ) {
      const from = at % SECTOR_SIZE;
      const to = Math.min(SECTOR_SIZE, from + offset + length - at);
      touch(Math.floor(at / SECTOR_SIZE), from, to);
      at += to - from;
    }
  }

  /** For whoever is about to change it. */
  #own(index: number): Uint8Array {
    this.revision++;
    const sector = this.#sectors[index];
    if (sector && this.#owned[index]) return sector;
    const copy = sector ? sector.slice() : new Uint8Array(SECTOR_SIZE).fill(0xff);
    this.#sectors[index] = copy;
    this.#owned[index] = 1;
    return copy;
  }

  #check(offset: number, length: number, what: string): void {
    if (!Number.isInteger(offset) || offset < 0 || length < 0 || offset + length > this.size) {
      throw new RangeError(
        `${what} of ${length} bytes at ${offset} leaves the flash of ${this.size} bytes`,
      );
    }
  }
}

function busyTime(operation: FlashOperation): number {
  if (operation.kind === 'program')
    return Math.ceil(operation.length / PAGE_SIZE) * TIMES_US.pageProgram;
  return operation.length === BLOCK_SIZE ? TIMES_US.blockErase : TIMES_US.sectorErase;
}
