import type { EventHandle, Kernel } from '../../kernel/kernel.ts';
import type { RandomStream } from '../../kernel/prng.ts';
import type { ByteFaults } from './faults.ts';
import { resample, sameRate } from './resample.ts';

/** Start bit, eight data bits, stop bit. */
export const BITS_PER_BYTE = 10;
/** Bytes are handed over by the millisecond, as USB bridges do. */
const SLICE_US = 1000;

export interface LaneOptions {
  kernel: Kernel;
  /** The board whose events these are. */
  board: number;
  /** Bytes take their time; else all arrive at once. */
  paced: boolean;
  random: RandomStream;
  /** The receiver's rate; undefined for one that follows whatever comes. */
  listensAt: () => number | undefined;
  faults: () => ByteFaults | undefined;
  deliver: (bytes: Uint8Array) => void;
}

interface Burst {
  bytes: Uint8Array;
  baud: number;
  notBefore: number;
}

/** One direction of a serial line: bytes leave in order, one after another, at the sender's rate. */
export class Lane {
  /** Bytes that the sender has put on the wire so far. */
  sent = 0;
  readonly #options: LaneOptions;
  #queue: Burst[] = [];
  #offset = 0;
  #event: EventHandle | undefined;
  #waiting: (() => void)[] = [];

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /** Bytes that have not left yet. */
  get queued(): number {
    const total = this.#queue.reduce((sum, { bytes }) => sum + bytes.length, 0);
    return total - this.#offset;
  }

  /** Puts bytes on the wire at `baud`, at the earliest at `notBefore` (kernel µs). */
  send(bytes: Uint8Array, baud: number, notBefore = this.#options.kernel.now): void {
    if (bytes.length === 0) return;
    this.#queue.push({ bytes, baud, notBefore });
    if (!this.#event) this.#next();
  }

  /** Runs when what was sent so far has left; at once when nothing waits. */
  whenIdle(run: () => void): void {
    if (this.#queue.length === 0) run();
    else this.#waiting.push(run);
  }

  /** What has not left never does. */
  clear(): void {
    this.#options.kernel.cancel(this.#event);
    this.#event = undefined;
    this.#queue = [];
    this.#offset = 0;
    this.#settle();
  }

  #next(): void {
    const burst = this.#queue[0];
    if (!burst) {
      this.#event = undefined;
      this.#settle();
      return;
    }
    const { kernel, board, paced } = this.#options;
    const slice = paced
      ? Math.max(1, Math.floor((burst.baud * SLICE_US) / (BITS_PER_BYTE * 1e6)))
      : Infinity;
    const bytes = burst.bytes.subarray(this.#offset, this.#offset + slice);
    const takes = paced ? (bytes.length * BITS_PER_BYTE * 1e6) / burst.baud : 0;
    const at = Math.max(kernel.now, burst.notBefore) + takes;
    this.#event = kernel.at(at, () => this.#arrive(bytes, burst), { board });
  }

  #arrive(bytes: Uint8Array, burst: Burst): void {
    this.#offset += bytes.length;
    if (this.#offset >= burst.bytes.length) {
      this.#queue.shift();
      this.#offset = 0;
    }
    this.sent += bytes.length;
    const heard = this.#heard(bytes, burst.baud);
    // The next slice starts now, whatever the receiver does with this one.
    this.#next();
    if (heard.length) this.#options.deliver(heard);
  }

  #heard(bytes: Uint8Array, baud: number): Uint8Array {
    const rate = this.#options.listensAt();
    const heard = rate !== undefined && !sameRate(rate, baud) ? resample(bytes, baud, rate) : bytes;
    const faults = this.#options.faults();
    return faults?.drop || faults?.corrupt ? this.#spoil(heard, faults) : heard;
  }

  #spoil(bytes: Uint8Array, { drop = 0, corrupt = 0 }: ByteFaults): Uint8Array {
    const { random } = this.#options;
    const kept: number[] = [];
    for (const byte of bytes) {
      if (drop && random() < drop) continue;
      kept.push(corrupt && random() < corrupt ? byte ^ (1 << Math.floor(random() * 8)) : byte);
    }
    return Uint8Array.from(kept);
  }

  #settle(): void {
    for (const run of this.#waiting.splice(0)) run();
  }
}
