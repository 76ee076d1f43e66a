/**
 * The chip's wall clock (RTC timer): µs since 1970. It stands at 1970 after power-on, until firmware sets it, and goes on across every
 * reset that the supply survives. Times given are those that the board's oscillator shows.
 */
export class WallClock {
  #base = 0;

  /** The RTC lost its supply at `now`. */
  lose(now: number): void {
    this.#base = now;
  }

  set(us: number, now: number): void {
    this.#base = now - us;
  }

  at(now: number): number {
    return now - this.#base;
  }
}
