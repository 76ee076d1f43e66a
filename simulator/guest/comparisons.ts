import type { GuestMemory } from './memory.ts';

/** hal_comparisons_t of simulator/hal/host/hal_internal.h */
const COUNT = 4;
const FIRST = 8;
const CAPACITY = 1024;

/** What a pass of loop() compared, and when. */
export interface Compared {
  /** Board time at the end of the pass, µs since boot. */
  at: number;
  /** Left side minus right side of each comparison, in their order. */
  differences: Float64Array;
  /** Basic blocks that it went through. */
  blocks: number;
}

/** Asks a guest to write down what its next pass of loop() compares. */
export class Comparisons {
  readonly #memory: GuestMemory;
  readonly #address: number;
  /** This pass's and the last one's, by turns: whoever looks at a pass looks at no older one than that before it. */
  readonly #kept = [new Float64Array(CAPACITY), new Float64Array(CAPACITY)] as const;
  /** Their beginnings that were filled last: most passes compare as much as one before. */
  readonly #filled = [new Float64Array(0), new Float64Array(0)];
  #turn: 0 | 1 = 0;
  /** The guest's own, over its memory as long as that does not grow. */
  #written: Float64Array = new Float64Array(0);

  constructor(memory: GuestMemory, address: number) {
    this.#memory = memory;
    this.#address = address;
  }

  watch(on: boolean): void {
    const { view } = this.#memory;
    view.setUint32(this.#address, on ? 1 : 0, true);
    if (on) view.setUint32(this.#address + COUNT, 0, true);
  }

  /** What was written down since `watch(true)`, in a pass of so many blocks, until the call after the next; undefined when it was too much. */
  take(at: number, blocks: number): Compared | undefined {
    const { view } = this.#memory;
    const count = view.getUint32(this.#address + COUNT, true);
    if (count > CAPACITY) return undefined;
    if (this.#written.length === 0) {
      this.#written = new Float64Array(view.buffer, this.#address + FIRST, CAPACITY);
    }
    const turn = this.#turn === 0 ? 1 : 0;
    this.#turn = turn;
    let differences = this.#filled[turn]!;
    if (differences.length !== count) {
      differences = this.#filled[turn] = this.#kept[turn].subarray(0, count);
    }
    const written = this.#written;
    for (let i = 0; i < count; i++) differences[i] = written[i]!;
    return { at, blocks, differences };
  }
}

/** A comparison of 32 bits whose sides have passed zero lies this far off. */
const RING = 2 ** 32;
/** What code between the clock reads of two passes may take, µs. */
const SLACK_US = 500;
/** Two passes nearer to each other tell nothing of milliseconds, µs. */
const LEAST_APART = 1_500;

/**
 * How each comparison of a pass moves with the clock: by so many µs a step, forwards or backwards; 0: not at all.
 * It belongs to the way that the pass took through the code.
 */
export type Movement = Int32Array;

/**
 * How the comparisons of two passes moved that did nothing. One that did not change between them does not depend on the clock; one whose
 * sides came nearer, or went apart, by as many milliseconds or microseconds as passed does. `other` when one changed in any other way,
 * though both took the same way through the code; undefined when they took different ways, or are too near to each other to tell.
 */
export function movement(before: Compared, last: Compared): Movement | 'other' | undefined {
  const { differences } = last;
  if (before.differences.length !== differences.length) return undefined;
  const us = last.at - before.at;
  if (us < LEAST_APART) return undefined;
  const ms = us / 1000;
  const movement = new Int32Array(differences.length);
  for (let i = 0; i < differences.length; i++) {
    const change = differences[i]! - before.differences[i]!;
    if (change === 0) continue;
    const pace = Math.abs(change);
    const unit = Math.abs(pace - ms) <= 1 ? 1000 : Math.abs(pace - us) <= SLACK_US ? 1 : 0;
    if (unit === 0) return before.blocks === last.blocks ? 'other' : undefined;
    movement[i] = change > 0 ? unit : -unit;
  }
  return movement;
}

/**
 * When the next pass of a loop() will go another way than its last, if nothing comes in: board time in µs, Infinity for never. A
 * comparison that closes in turns when its sides meet.
 */
export function dueTime(movement: Movement, { at, differences }: Compared): number {
  let due = Number.POSITIVE_INFINITY;
  for (let i = 0; i < differences.length; i++) {
    const step = movement[i]!;
    if (step === 0) continue;
    const difference = differences[i]!;
    const far = Math.abs(difference) > RING / 2 && Math.abs(difference) <= RING;
    const distance = far ? difference - Math.sign(difference) * RING : difference;
    // Met, but still closing in: the comparison is one of "more than".
    if (distance !== 0 && distance > 0 === step > 0) continue;
    const unit = Math.abs(step);
    const start = unit === 1000 ? Math.floor(at / 1000) * 1000 : at;
    due = Math.min(due, start + Math.max(1, Math.abs(distance)) * unit);
  }
  return due;
}
