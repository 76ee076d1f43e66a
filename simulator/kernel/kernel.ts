import { EventQueue, type KernelEvent } from './event-queue.ts';
import { createRandomness, type Randomness } from './prng.ts';
import { Trace } from './trace.ts';

/** Names an event that is to come, so that it can be cancelled. */
export type EventHandle = KernelEvent;

/** Board number of events that belong to no board (the world itself, faults, observers). */
export const WORLD = -1;

export interface ScheduleOptions {
  /** The board that the event belongs to; part of the order of simultaneous events. */
  board?: number;
  /** Smaller happens first among simultaneous events. */
  priority?: number;
}

/**
 * Owns virtual time: microseconds since the run began, a safe integer. Exactly one event runs at a time and is
 * awaited before the next, so that the order of promises cannot leak into a run.
 */
export class Kernel {
  readonly seed: string;
  readonly random: Randomness;
  readonly trace: Trace;
  /** Events run so far. */
  events = 0;
  #now = 0;
  #sequence = 0;
  #queue = new EventQueue();

  constructor(seed: string, trace: Trace = new Trace()) {
    this.seed = seed;
    this.random = createRandomness(seed);
    this.trace = trace;
  }

  /** The time of the event that is running, µs. */
  get now(): number {
    return this.#now;
  }

  /** When the next event is due, µs; undefined when none is planned. */
  get next(): number | undefined {
    return this.#queue.peek()?.time;
  }

  /** Plans `run` for `time` (µs, at the earliest now). */
  at(time: number, run: () => void | Promise<void>, options: ScheduleOptions = {}): EventHandle {
    if (!Number.isFinite(time)) throw new RangeError(`an event needs a finite time, not ${time}`);
    const event: KernelEvent = {
      time: Math.max(this.#now, Math.ceil(time)),
      priority: options.priority ?? 0,
      board: options.board ?? WORLD,
      sequence: this.#sequence++,
      run,
    };
    this.#queue.push(event);
    return event;
  }

  /** Plans `run` for `delay` µs from now. */
  after(delay: number, run: () => void | Promise<void>, options?: ScheduleOptions): EventHandle {
    return this.at(this.#now + delay, run, options);
  }

  cancel(event: EventHandle | undefined): void {
    if (event) this.#queue.cancel(event);
  }

  /**
   * Runs events up to and including `time` (µs), or until `stop` answers true (asked after each event).
   * Answers whether `stop` did. At the end `now` is `time`, or the time of the event that stopped.
   */
  async runUntil(time: number, stop?: () => boolean): Promise<boolean> {
    for (;;) {
      const event = this.#queue.peek();
      if (!event || event.time > time) break;
      this.#queue.pop();
      this.#now = event.time;
      this.events++;
      const run = event.run!;
      event.run = undefined;
      const pending = run();
      if (pending) await pending;
      if (stop?.()) return true;
    }
    this.#now = Math.max(this.#now, time);
    return false;
  }
}
