import type { Kernel } from '../kernel/kernel.ts';
import { Oscillator } from './oscillator.ts';

/** What things cost, µs of virtual time. Rough means of an ESP32 at 240 MHz; what matters is that nothing is free. */
export const COST_US = {
  /** One instrumented basic block. */
  edge: 0.02,
  /** Reading the clock. */
  micros: 0.5,
  /** Reading a pin. */
  digitalRead: 0.2,
  /** One pass of loop() with nothing to do, before idling. */
  loopPass: 20,
  /** Handling one mesh frame: JSON parsing twice and routing. */
  meshFrame: 350,
} as const;

/**
 * A board's own time: the kernel's clock plus what its CPU has spent since the running event began. The CPU may so be a
 * little ahead of the kernel; all it causes is planned from its own time.
 */
export class Cpu {
  /** What its clocks are driven by. */
  readonly oscillator = new Oscillator();
  readonly #kernel: Kernel;
  #spent = 0;
  #bootTime = 0;
  #busyUntil = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** An event of this board begins. */
  begin(): void {
    this.#spent = 0;
  }

  /** The event is over: what it spent is remembered as `busyUntil`. */
  end(): void {
    this.#busyUntil = this.now;
    this.#spent = 0;
  }

  /** Kernel time at which the CPU is through with what it was last given, µs. */
  get busyUntil(): number {
    return this.#busyUntil;
  }

  /** The CPU is busy for `us`. */
  spend(us: number): void {
    this.#spent += us;
  }

  /** µs by which this CPU is ahead of the kernel. */
  get ahead(): number {
    return Math.ceil(this.#spent);
  }

  /** This board's present, in kernel time, µs. */
  get now(): number {
    return this.#kernel.now + Math.ceil(this.#spent);
  }

  /** The chip came out of reset now: `sinceBoot` counts from here. */
  markBoot(): void {
    this.#bootTime = this.shown;
  }

  get sinceBoot(): number {
    return this.shown - this.#bootTime;
  }

  /** What this board's clocks show now, were they never reset, µs. */
  get shown(): number {
    return this.oscillator.at(this.now);
  }

  /** Kernel time at which `us` of this board's own clock will have passed. */
  in(us: number): number {
    const span = this.oscillator.span(us);
    return span === us ? this.now + us : Math.ceil(this.now + span);
  }
}
