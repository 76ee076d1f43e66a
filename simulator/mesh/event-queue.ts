/**
 * What comes in from the radio and the TCP stack, kept until the next `update()`.
 *
 * On the chip those tasks take the mesh semaphore, which `update()` holds, and give up after 10 ticks. So an
 * event that comes in during a pass is lost when the pass then lasts longer than that: an application that
 * blocks in a callback misses it. Data and closing need no semaphore and are never lost.
 */
interface Event {
  run: () => void;
  lost: (() => void) | undefined;
  /** Board time in µs at which the event gives up, or Infinity. */
  patience: number;
}

export class EventQueue {
  /** A pass is under way. */
  blocked = false;
  private readonly micros: () => number;
  private readonly semaphoreMicros: number;
  private events: Event[] = [];

  constructor(micros: () => number, semaphoreMicros: number) {
    this.micros = micros;
    this.semaphoreMicros = semaphoreMicros;
  }

  get empty(): boolean {
    return this.events.length === 0;
  }

  /** An event that needs the semaphore. `lost` runs instead when it did not get it. */
  push(run: () => void, lost?: () => void): void {
    const patience = this.blocked ? this.micros() + this.semaphoreMicros : Number.POSITIVE_INFINITY;
    this.events.push({ run, lost, patience });
  }

  /** An event that needs none. */
  pushSafe(run: () => void): void {
    this.events.push({ run, lost: undefined, patience: Number.POSITIVE_INFINITY });
  }

  /** The pass is over: events that could not wait so long are lost. */
  release(): void {
    this.blocked = false;
    if (this.empty) return;
    const now = this.micros();
    const late = this.events.filter((event) => event.patience < now);
    if (late.length === 0) return;
    this.events = this.events.filter((event) => event.patience >= now);
    for (const event of late) event.lost?.();
  }

  run(): void {
    if (this.empty) return;
    const events = this.events;
    this.events = [];
    for (const event of events) event.run();
  }

  clear(): void {
    this.events = [];
  }
}
