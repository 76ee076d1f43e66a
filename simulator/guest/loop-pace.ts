/** Pauses between passes of an idle loop(), µs. */
const AFTER_WORK = 1_000;
const FIRST = 2_000;
const GROWTH = 25;
const REGROWTH = 1.02;
const LEAST_CAP = 2_000;
const MOST_CAP = 50_000;

/**
 * How long an idle loop() may pause before its next pass. On the chip it would spin; here a pass that found nothing to do is
 * followed by a pause, many times longer each time, until something comes in. A sketch that watches the clock itself shows
 * by finding work after a pause that nothing ended: then the longest pause is halved, and grows again while no such work
 * turns up. So a sketch with a 10 ms rhythm keeps it nearly, and one that only waits for messages costs little.
 */
export class LoopPace {
  #pause = 0;
  #cap = MOST_CAP;
  /** The last pause ran its full length. */
  #undisturbed = false;

  /** Something came in from outside. */
  disturbed(): void {
    this.#pause = 0;
    this.#undisturbed = false;
  }

  /** The pause after a pass that did or did not find work, µs. What comes in, or is due in the mesh, ends it earlier. */
  next(worked: boolean): number {
    if (worked) {
      if (this.#undisturbed && this.#pause > LEAST_CAP)
        this.#cap = Math.max(LEAST_CAP, this.#cap / 2);
      this.#undisturbed = false;
      this.#pause = 0;
      return AFTER_WORK;
    }
    if (this.#pause >= this.#cap) this.#cap = Math.min(MOST_CAP, this.#cap * REGROWTH);
    this.#pause = Math.min(this.#cap, this.#pause * GROWTH || FIRST);
    this.#undisturbed = true;
    return this.#pause;
  }
}
