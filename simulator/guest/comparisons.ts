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
}

/** Asks a guest to write down what its next pass of loop() compares. */
export class Comparisons {
  readonly #memory: GuestMemory;
  readonly #address: number;

  constructor(memory: GuestMemory, address: number) {
    this.#memory = memory;
    this.#address = address;
  }

  watch(on: boolean): void {
    const { view } = this.#memory;
    view.setUint32(this.#address, on ? 1 : 0, true);
    if (on) view.setUint32(this.#address + COUNT, 0, true);
  }

  /** What was written down since `watch(true)`; undefined when it was too much. */
  take(at: number): Compared | undefined {
    const { view, u8 } = this.#memory;
    const count = view.getUint32(this.#address + COUNT, true);
    if (count > CAPACITY) return undefined;
    const from = this.#address + FIRST;
    return { at, differences: new Float64Array(u8.slice(from, from + 8 * count).buffer) };
  }
}

/** A comparison of 32 bits whose sides have passed zero lies this far off. */
const RING = 2 ** 32;
/** What code between the clock reads of two passes may take, µs. */
const SLACK_US = 500;
/** Two passes nearer to each other tell nothing of milliseconds, µs. */
const LEAST_APART = 1_500;

/**
 * When the next pass of a loop() will go another way than its last two, which did nothing, if nothing comes in: board time in
 * µs, Infinity for never. A comparison that did not change between them does not depend on the clock; one whose sides came nearer
 * by as many milliseconds or microseconds as passed turns when they meet. Undefined when one changed in any other way, or the
 * passes compared different things.
 */
export function dueTime(before: Compared, last: Compared): number | undefined {
  const { differences } = last;
  if (before.differences.length !== differences.length) return undefined;
  const us = last.at - before.at;
  if (us < LEAST_APART) return undefined;
  const ms = us / 1000;
  let due = Number.POSITIVE_INFINITY;
  for (let i = 0; i < differences.length; i++) {
    const difference = differences[i]!;
    const change = difference - before.differences[i]!;
    if (change === 0) continue;
    const pace = Math.abs(change);
    const unit = Math.abs(pace - ms) <= 1 ? 1000 : Math.abs(pace - us) <= SLACK_US ? 1 : 0;
    if (unit === 0) return undefined;
    const far = Math.abs(difference) > RING / 2 && Math.abs(difference) <= RING;
    const distance = far ? difference - Math.sign(difference) * RING : difference;
    // Met, but still closing in: the comparison is one of "more than".
    if (distance !== 0 && distance > 0 === change > 0) continue;
    const start = unit === 1000 ? Math.floor(last.at / 1000) * 1000 : last.at;
    due = Math.min(due, start + Math.max(1, Math.abs(distance)) * unit);
  }
  return due;
}
