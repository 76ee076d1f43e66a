import { type Compared, dueTime, type Movement, movement } from './comparisons.ts';

/** Pauses between passes of an idle loop(), µs. */
const AFTER_WORK = 1_000;
const FIRST = 2_000;
const LEAST = 250;
const GROWTH = 25;
const REGROWTH = 1.02;
const LEAST_CAP = 2_000;
/** The longest pause of a loop() whose comparisons tell when it is due, and of one whose comparisons do not. */
const MOST_CAP = { known: 200_000, unknown: 50_000 };

/** So many ways through a loop() are remembered; one that keeps house takes a handful. */
const WAYS_MAX = 16;
/** More than a pass can compare and have it written down. */
const WAY_FACTOR = 4096;

/** A pass of loop() that has ended. */
export interface Pass {
  /** Something came of it, or may come of it at once. */
  worked: boolean;
  /** Board time at its end, µs since boot. */
  at: number;
  /** What it compared, where that was written down. */
  compared?: Compared;
}

/**
 * How long an idle loop() may pause before its next pass. On the chip it would spin; here a pass that found nothing to do is
 * followed by a pause, until something comes in, or until a comparison with the clock is about to turn: two passes in a row show
 * which comparisons close in at the clock's pace (`comparisons.ts`), and one that takes the same way later, as many comparisons and
 * blocks, need not show it again; the pass behind it looks. What no comparison shows (a count of whole seconds, a
 * floating-point time) a sketch shows by finding work after a pause that nothing ended: then the longest pause is halved, and
 * grows again while no such work turns up. The same rule alone paces a loop() whose comparisons change in other ways.
 */
export class LoopPace {
  #pause = 0;
  #cap = { known: MOST_CAP.known, unknown: MOST_CAP.unknown };
  /** The last pause ran its full length, with no comparison to end it. */
  #undisturbed: 'known' | 'unknown' | undefined;
  #last: Compared | undefined;
  /** By blocks and comparisons. */
  readonly #ways = new Map<number, Movement>();

  /** Something came in from outside. */
  disturbed(): void {
    this.#pause = 0;
    this.#undisturbed = undefined;
  }

  /** The pause after a pass, µs. What comes in, or is due in the mesh, ends it earlier. */
  next({ worked, at, compared }: Pass): number {
    if (worked) {
      const kind = this.#undisturbed;
      if (kind && this.#pause > LEAST_CAP) {
        this.#cap[kind] = Math.max(LEAST_CAP, Math.min(this.#pause, this.#cap[kind]) / 2);
      }
      this.#undisturbed = undefined;
      this.#last = undefined;
      this.#pause = 0;
      return AFTER_WORK;
    }
    const due = compared && this.#due(compared);
    this.#last = compared;
    const kind = due === undefined ? 'unknown' : 'known';
    const cap = this.#cap[kind];
    if (this.#undisturbed === kind && this.#pause >= cap) {
      this.#cap[kind] = Math.min(MOST_CAP[kind], cap * REGROWTH);
    }
    const left = due === undefined ? Number.POSITIVE_INFINITY : Math.max(LEAST, due - at);
    const longest = kind === 'known' ? cap : Math.min(cap, this.#pause * GROWTH || FIRST);
    this.#pause = Math.min(longest, left);
    this.#undisturbed = left <= longest ? undefined : kind;
    return this.#pause;
  }

  /** When that pass would have gone another way; undefined where nothing shows it. */
  #due(compared: Compared): number | undefined {
    const way = compared.blocks * WAY_FACTOR + compared.differences.length;
    const seen = this.#last && movement(this.#last, compared);
    if (seen === 'other') {
      this.#ways.delete(way);
      return undefined;
    }
    if (seen) {
      if (this.#ways.size >= WAYS_MAX) this.#ways.clear();
      this.#ways.set(way, seen);
    }
    const moves = seen ?? this.#ways.get(way);
    return moves && dueTime(moves, compared);
  }
}
