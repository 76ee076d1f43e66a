import type { Kernel } from '../kernel/kernel.ts';

/** How often virtual time catches up with the clock on the wall, ms. */
const STEP_MS = 4;
/** A machine too slow for its world loses time instead of freezing: at most so much is caught up at once, µs. */
const CATCH_UP_US = 200_000;

/** Runs a world at the pace of the wall clock, `speed` times as fast. Such a run is not repeatable. */
export class RealTime {
  readonly #kernel: Kernel;
  readonly #speed: number;
  #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #last = process.hrtime.bigint();
  #ended: Promise<void> = Promise.resolve();
  #failure: unknown;
  #stopped = false;

  constructor(kernel: Kernel, speed = 1) {
    this.#kernel = kernel;
    this.#speed = speed;
    this.#next();
  }

  /** Has `run` called between two events of the world: the only time at which others may touch it. */
  soon(run: () => void): void {
    if (!this.#stopped) this.#waiting.push(run);
  }

  /** Ends it, after the event under way. Rejects with what an event threw. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#ended;
    if (this.#failure !== undefined) throw this.#failure;
  }

  #next(): void {
    this.#timer = setTimeout(() => {
      this.#ended = this.#step();
    }, STEP_MS);
  }

  async #step(): Promise<void> {
    const now = process.hrtime.bigint();
    const passed = (Number(now - this.#last) / 1000) * this.#speed;
    this.#last = now;
    try {
      for (const run of this.#waiting.splice(0)) run();
      await this.#kernel.runUntil(this.#kernel.now + Math.floor(Math.min(passed, CATCH_UP_US)));
    } catch (error) {
      this.#failure = error;
      return;
    }
    if (!this.#stopped) this.#next();
  }
}
