import type { EventHandle } from '../kernel/kernel.ts';
import type { Guest } from './guest.ts';
import type { GuestTask } from './task-scheduler.ts';

interface Waiter {
  task: GuestTask;
  timeout: EventHandle | undefined;
}

/** What FreeRTOS objects of the HAL block on: a channel wakes its waiters, highest priority first, then longest waiting. */
export class WaitChannels {
  readonly #guest: Guest;
  readonly #waiting = new Map<number, Waiter[]>();

  constructor(guest: Guest) {
    this.#guest = guest;
  }

  /** Suspends the running task until `notify` (answers 1) or the timeout (answers 0); negative = for ever. */
  wait(channel: number, timeoutUs: number): Promise<unknown> {
    const guest = this.#guest;
    return guest.scheduler.suspend((task) => {
      const waiter: Waiter = { task, timeout: undefined };
      const list = this.#waiting.get(channel) ?? [];
      const at = list.findIndex((other) => other.task.priority < task.priority);
      list.splice(at < 0 ? list.length : at, 0, waiter);
      this.#waiting.set(channel, list);
      if (timeoutUs < 0) return;
      waiter.timeout = guest.resumeAt(guest.host.cpu.in(timeoutUs), task, 0, () =>
        this.#remove(channel, waiter),
      );
    });
  }

  /** Wakes all waiters of the channel; each looks again whether what it wants is there. */
  notify(channel: number): void {
    const guest = this.#guest;
    for (const waiter of this.#waiting.get(channel) ?? []) {
      guest.host.kernel.cancel(waiter.timeout);
      guest.resumeAt(guest.host.cpu.now, waiter.task, 1);
    }
    this.#waiting.delete(channel);
  }

  #remove(channel: number, waiter: Waiter): void {
    const rest = (this.#waiting.get(channel) ?? []).filter((other) => other !== waiter);
    if (rest.length) this.#waiting.set(channel, rest);
    else this.#waiting.delete(channel);
  }
}
