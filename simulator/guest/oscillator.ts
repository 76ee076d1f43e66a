/**
 * A board's crystal: what its own clocks (millis(), esp_timer, ticks, RTC) show at a moment of the kernel's, µs. One that is exact shows
 * the kernel's time; one that drifts goes on from what it showed when it began to.
 */
export class Oscillator {
  #rate = 1;
  #since = 0;
  #shown = 0;

  /** Runs `ppm` fast from `now` on; negative is slow, 0 exact again. */
  drift(ppm: number, now: number): void {
    this.#shown = this.at(now);
    this.#since = now;
    this.#rate = 1 + ppm / 1e6;
  }

  /** What it shows at `now`, whole µs. */
  at(now: number): number {
    if (this.#rate === 1) return now - this.#since + this.#shown;
    return this.#shown + Math.floor((now - this.#since) * this.#rate);
  }

  /** How long `us` of its own take, in the kernel's µs; not rounded. */
  span(us: number): number {
    return this.#rate === 1 ? us : us / this.#rate;
  }
}
