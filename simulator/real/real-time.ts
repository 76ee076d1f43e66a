import type { Kernel } from '../kernel/kernel.ts';

/** The longest nap when nothing is planned, ms. */
const NAP_MS = 50;

export interface RealTimeOptions {
  /** How many virtual seconds pass in one. */
  speed?: number;
  /** How often virtual time catches up with the clock on the wall at most, ms: small is prompt, large is cheap. */
  stepMs?: number;
  /** A machine too slow for its world loses time instead of freezing: at most so much of the wall's is caught up at once, ms. */
  catchUpMs?: number;
  /** Its timer alone keeps no process alive. */
  unref?: boolean;
  /** Told what an event threw; the world stands still from then on. */
  onFailure?: (error: unknown) => void;
}

/** Runs a world at the pace of the wall clock, `speed` times as fast. Such a run is not repeatable. */
export class RealTime {
  readonly #kernel: Kernel;
  readonly #speed: number;
  readonly #stepMs: number;
  readonly #catchUpUs: number;
  readonly #unref: boolean;
  readonly #onFailure: (error: unknown) => void;
  #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #last = process.hrtime.bigint();
  /** Part of a microsecond that has passed on the wall and not in the world. */
  #rest = 0;
  #ended: Promise<void> | undefined;
  #failure: unknown;
  #stopped = false;

  constructor(kernel: Kernel, options: RealTimeOptions = {}) {
    const { speed = 1, stepMs = 4, catchUpMs = 200, unref = false } = options;
    this.#kernel = kernel;
    this.#speed = speed;
    this.#stepMs = stepMs;
    this.#catchUpUs = catchUpMs * 1000 * Math.max(1, speed);
    this.#unref = unref;
    this.#onFailure = options.onFailure ?? (() => {});
    this.#plan();
  }

  /** What an event of the world threw; the world stands still since. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Has `run` called between two events of the world, shortly: the only time at which others may touch it. */
  soon(run: () => void): void {
    if (this.#stopped || this.#failure !== undefined) return;
    this.#waiting.push(run);
    if (this.#ended || this.#immediate) return;
    clearTimeout(this.#timer);
    this.#immediate = setImmediate(() => this.#begin());
  }

  /** Ends it, after the event under way. Rejects with what an event threw. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    if (this.#immediate) clearImmediate(this.#immediate);
    await this.#ended;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Sleeps until the next event is due, or somebody waits. */
  #plan(): void {
    if (this.#waiting.length) {
      this.#immediate = setImmediate(() => this.#begin());
      return;
    }
    const { next, now } = this.#kernel;
    const due = next === undefined ? NAP_MS : (next - now) / 1000 / this.#speed;
    this.#timer = setTimeout(
      () => this.#begin(),
      Math.max(this.#stepMs, Math.min(NAP_MS, Math.ceil(due))),
    );
    if (this.#unref) this.#timer.unref();
  }

  #begin(): void {
    this.#immediate = undefined;
    this.#ended = this.#step();
  }

  async #step(): Promise<void> {
    const now = process.hrtime.bigint();
    const passed = (Number(now - this.#last) / 1000) * this.#speed;
    this.#last = now;
    try {
      const due = this.#rest + Math.min(passed, this.#catchUpUs);
      this.#rest = due % 1;
      const until = this.#kernel.now + Math.floor(due);
      await this.#kernel.runUntil(until);
      const waiting = this.#waiting.splice(0);
      for (const run of waiting) run();
      // What they caused at once happens at once.
      if (waiting.length) await this.#kernel.runUntil(until);
    } catch (error) {
      this.#failure = error;
      this.#onFailure(error);
      return;
    } finally {
      this.#ended = undefined;
    }
    if (!this.#stopped) this.#plan();
  }
}
