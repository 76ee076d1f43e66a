import type { Fate, FrameTap } from './frame-tap.ts';
import { MeshFrame } from './mesh-frame.ts';

type Hand = (bytes: Uint8Array) => void;

/** One direction of one connection: puts its frames together and does with each what the tap's rules say. */
export class FrameStream {
  readonly #tap: FrameTap;
  readonly #from: string;
  readonly #to: string;
  readonly #counter: { frames: number };
  /** The beginning of a frame whose end has not come, where it was kept back. */
  #partial: Uint8Array[] = [];
  /** Such a beginning was handed on already: nobody was interested when it came. */
  #passing = false;
  /** Frames kept for later. */
  #delayed = 0;
  #held: { frame: MeshFrame; behind: (frame: MeshFrame) => boolean }[] = [];

  constructor(tap: FrameTap, from: string, to: string) {
    this.#tap = tap;
    this.#from = from;
    this.#to = to;
    this.#counter = tap.counterOf(from, to);
  }

  take(bytes: Uint8Array, hand: Hand, judged: boolean): void {
    const plain = !judged && this.#delayed === 0 && this.#held.length === 0;
    if (plain && this.#partial.length === 0) return this.#pass(bytes, hand);
    let from = 0;
    for (let nul = nulIn(bytes, 0); nul >= 0; nul = nulIn(bytes, from)) {
      this.#end(bytes.subarray(from, nul + 1), hand);
      from = nul + 1;
    }
    if (from === bytes.length) return;
    const rest = bytes.subarray(from);
    if (this.#passing) hand(rest);
    else this.#partial.push(rest);
  }

  /** Counts, and looks at nothing. */
  #pass(bytes: Uint8Array, hand: Hand): void {
    for (let nul = nulIn(bytes, 0); nul >= 0; nul = nulIn(bytes, nul + 1)) {
      this.#tap.count(this.#counter);
    }
    this.#passing = bytes[bytes.length - 1] !== 0;
    hand(bytes);
  }

  /** The end of a frame has come. */
  #end(last: Uint8Array, hand: Hand): void {
    const index = this.#tap.count(this.#counter);
    const number = this.#counter.frames;
    if (this.#passing) {
      this.#passing = false;
      return hand(last);
    }
    const bytes = joined([...this.#partial, last]);
    this.#partial = [];
    const { now: time } = this.#tap.medium.kernel;
    const frame = new MeshFrame({ from: this.#from, to: this.#to, index, number, time, bytes });
    this.#carryOut(this.#tap.judge(frame), frame, hand);
    const due = this.#held.filter(({ frame: kept, behind }) => kept !== frame && behind(frame));
    this.#held = this.#held.filter((kept) => !due.includes(kept));
    for (const kept of due) hand(kept.frame.bytes);
  }

  #carryOut(fate: Fate | undefined, frame: MeshFrame, hand: Hand): void {
    switch (fate?.do) {
      case undefined:
        return hand(frame.bytes);
      case 'drop':
        return;
      case 'replace':
        return hand(fate.bytes);
      case 'repeat':
        for (let i = 0; i < fate.times; i++) hand(frame.bytes);
        return;
      case 'delay':
        return this.#delay(frame, fate.us, hand);
      case 'hold':
        this.#held.push({ frame, behind: fate.behind });
    }
  }

  #delay(frame: MeshFrame, us: number, hand: Hand): void {
    const { kernel, devices } = this.#tap.medium;
    this.#delayed++;
    const later = () => {
      this.#delayed--;
      hand(frame.bytes);
    };
    kernel.after(us, later, { board: devices.get(this.#to)?.board ?? -1 });
  }
}

/** Where the first NUL from `from` on stands, or -1. A Buffer looks for it many times as fast as a plain array does. */
function nulIn(bytes: Uint8Array, from: number): number {
  return from < bytes.length ? Buffer.prototype.indexOf.call(bytes, 0, from) : -1;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
