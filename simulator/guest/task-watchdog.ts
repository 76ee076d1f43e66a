import type { EventHandle } from '../kernel/kernel.ts';
import type { Guest } from './guest.ts';
import type { GuestTask } from './task-scheduler.ts';

/** Arduino-ESP32's sdkconfig: 5 s, the idle task of core 0, panic. An ESP-IDF app says at its start what its own says. */
const TIMEOUT_US = 5_000_000;

/**
 * The task watchdog (esp_task_wdt.h): bites when an idle task that it watches does not run, or when a subscribed task or user
 * has not reset it in time. Who is subscribed is the HAL's business.
 */
export class TaskWatchdog {
  readonly #guest: Guest;
  #timeoutUs = TIMEOUT_US;
  #coreMask = 1;
  #panic = true;
  #deadline: EventHandle | undefined;
  #names = '';

  constructor(guest: Guest) {
    this.#guest = guest;
  }

  /** `coreMask`: bit 0 watches the idle task of core 0; 0 watches none. */
  configure(timeoutUs: number, coreMask: number, panic: boolean): void {
    this.#timeoutUs = timeoutUs;
    this.#coreMask = coreMask;
    this.#panic = panic;
  }

  /** The subscribers have `us` from now; negative when there is none. `names`: who has not reset yet, one a line. */
  watch(us: number, names: string): void {
    const { kernel, cpu } = this.#guest.host;
    kernel.cancel(this.#deadline);
    this.#names = names;
    if (us < 0) return;
    this.#deadline = this.#guest.at(cpu.in(us), () => this.#late());
  }

  /** `task` has used up a slice without blocking: is it keeping a watched idle task from running? */
  starved(task: GuestTask): void {
    const { cpu, chip } = this.#guest.host;
    const core = chip.cores === 1 ? 0 : Math.max(0, task.core);
    if (task.priority === 0 || (this.#coreMask & (1 << core)) === 0) return;
    if (cpu.now - task.load.since < this.#timeoutUs) return;
    task.load.since = cpu.now;
    this.bite([`IDLE${core} (CPU ${core})`], task);
  }

  /** Prints who did not reset; resets the chip where a timeout is a panic. */
  bite(names: readonly string[], running?: GuestTask): void {
    this.#guest.host.taskWatchdog({ late: names, running: running?.name, panic: this.#panic });
  }

  #late(): void {
    const { kernel, cpu } = this.#guest.host;
    this.bite(this.#names.split('\n').filter((name) => name !== ''));
    if (this.#panic) return;
    this.#deadline = this.#guest.at(Math.max(kernel.now, cpu.now) + this.#timeoutUs, () =>
      this.#late(),
    );
  }
}
