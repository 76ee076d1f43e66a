import type { EventHandle } from '../kernel/kernel.ts';
import type { Guest } from './guest.ts';

interface Timer {
  /** Kernel time, not rounded. */
  due: number;
  period: number;
  event: EventHandle;
}

/** esp_timer: callbacks run one after another in the timer task, whatever loopTask does. */
export class TimerService {
  readonly #guest: Guest;
  readonly #timers = new Map<number, Timer>();
  #waiting: number[] = [];

  constructor(guest: Guest) {
    this.#guest = guest;
  }

  start(id: number, us: number, periodic: boolean): void {
    this.stop(id);
    const { cpu } = this.#guest.host;
    this.#plan(id, cpu.now + cpu.oscillator.span(us), periodic ? us : 0);
  }

  stop(id: number): void {
    const timer = this.#timers.get(id);
    if (timer) this.#guest.host.kernel.cancel(timer.event);
    this.#timers.delete(id);
    this.#waiting = this.#waiting.filter((waiting) => waiting !== id);
  }

  /** The timer task is free again. */
  callbackDone(): void {
    const next = this.#waiting.shift();
    if (next === undefined) return;
    const { kernel } = this.#guest.host;
    this.#guest.at(kernel.now, () => this.#run(next));
  }

  #plan(id: number, due: number, period: number): void {
    const event = this.#guest.at(Math.ceil(due), () => this.#fire(id));
    this.#timers.set(id, { due, period, event });
  }

  #fire(id: number): void | undefined | Promise<void> {
    const timer = this.#timers.get(id);
    if (!timer) return;
    this.#timers.delete(id);
    const { period } = timer;
    if (period > 0) {
      this.#plan(id, timer.due + this.#guest.host.cpu.oscillator.span(period), period);
    }
    return this.#run(id);
  }

  #run(id: number): void | undefined | Promise<void> {
    const run = this.#guest.fireTimer(id);
    if (run === false) {
      if (!this.#waiting.includes(id)) this.#waiting.push(id);
      return;
    }
    this.#guest.wake();
    return run;
  }
}
