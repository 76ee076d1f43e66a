/**
 * TaskScheduler 4.0.0 (src/TaskScheduler.h) as painlessMesh builds it: one chain of tasks, run in the order
 * they were added, one pass a call. Time is milliseconds since boot, not wrapped. Enabled without a delay
 * means due on the next pass; after its last iteration a task is disabled, with its onDisable, on the pass
 * after; a late task keeps its phase and catches up one run a pass.
 */
import type { Steps } from './types.ts';

export const FOREVER = -1;
export const ONCE = 1;
export const SECOND = 1000;
export const MINUTE = 60_000;

/** Returns steps when it calls the application. */
// biome-ignore lint/suspicious/noConfusingVoidType: most callbacks simply end
export type TaskCallback = () => Steps | void;

export class Task {
  scheduler: Scheduler | undefined;
  next: Task | undefined;
  enabled = false;
  interval = 0;
  iterations = 0;
  callback: TaskCallback | undefined;
  onDisable: (() => void) | undefined;
  /** Someone else holds this task, so the pool of anonymous tasks must not reuse it. */
  held = false;
  /** When set and false, a run would do nothing: it is no reason to wake up. */
  hasWork: (() => boolean) | undefined;
  private setIterations = 0;
  private wait = 0;
  private previous = 0;

  set(interval: number, iterations: number, callback: TaskCallback): void {
    this.callback = callback;
    this.onDisable = undefined;
    this.setInterval(interval);
    this.setIterations = iterations;
    this.iterations = iterations;
  }

  /** Does nothing while the task belongs to no scheduler. */
  enable(): void {
    if (!this.scheduler) return;
    this.enabled = true;
    this.forceNextIteration();
  }

  enableIfNot(): void {
    if (!this.enabled) this.enable();
  }

  /** @param delay ms; 0: the interval */
  enableDelayed(delay = 0): void {
    this.enable();
    this.delay(delay);
  }

  restart(): void {
    this.iterations = this.setIterations;
    this.enable();
  }

  restartDelayed(delay = 0): void {
    this.iterations = this.setIterations;
    this.enableDelayed(delay);
  }

  /** Next run `delay` ms from now, or one interval from now when 0. Does not enable. */
  delay(delay = 0): void {
    this.wait = delay || this.interval;
    this.previous = this.now();
    this.touch();
  }

  /** Due on the next pass (if enabled); later runs count from now. */
  forceNextIteration(): void {
    this.wait = this.interval;
    this.previous = this.now() - this.wait;
    this.touch();
  }

  setInterval(interval: number): void {
    this.interval = interval;
    this.delay();
  }

  /** Go on with another callback on the next pass, as part of the same run. */
  yield(callback: TaskCallback): void {
    this.callback = callback;
    this.forceNextIteration();
    if (this.iterations >= 0) this.iterations++;
  }

  disable(): void {
    const was = this.enabled;
    this.enabled = false;
    this.touch();
    if (was) this.onDisable?.();
  }

  /** Absolute ms of the next run or of the disabling after the last one; Infinity when there is none. */
  dueAt(): number {
    if (!this.enabled) return Number.POSITIVE_INFINITY;
    if (this.iterations === 0) return Number.NEGATIVE_INFINITY;
    if (this.hasWork && !this.hasWork()) return Number.POSITIVE_INFINITY;
    return this.previous + this.wait;
  }

  /** One visit by the scheduler. */
  visit(now: number): ReturnType<TaskCallback> {
    if (this.iterations === 0) {
      this.disable();
      return;
    }
    if (now - this.previous < this.wait) return;
    if (this.iterations > 0) this.iterations--;
    this.previous += this.wait;
    this.wait = this.interval;
    return this.callback?.();
  }

  private now(): number {
    return this.scheduler ? this.scheduler.millis() : 0;
  }

  private touch(): void {
    if (this.scheduler) this.scheduler.changed = true;
  }
}

export class Scheduler {
  readonly millis: () => number;
  /** Some task was changed since the due time was last worked out. */
  changed = true;
  private first: Task | undefined;
  private last: Task | undefined;
  private due = 0;

  /** @param millis ms since boot */
  constructor(millis: () => number) {
    this.millis = millis;
  }

  /** Append to the chain; nothing happens when the task is in one already. */
  addTask(task: Task): void {
    if (task.scheduler) return;
    task.scheduler = this;
    task.next = undefined;
    if (this.last) this.last.next = task;
    else this.first = task;
    this.last = task;
    this.changed = true;
  }

  /** Disable without onDisable and take out of the chain. A pass under way keeps its place. */
  deleteTask(task: Task): void {
    if (task.scheduler !== this) return;
    task.scheduler = undefined;
    task.enabled = false;
    let before: Task | undefined;
    for (let at = this.first; at && at !== task; at = at.next) before = at;
    if (before) before.next = task.next;
    else this.first = task.next;
    if (this.last === task) this.last = before;
    this.changed = true;
  }

  get length(): number {
    let length = 0;
    for (let task = this.first; task; task = task.next) length++;
    return length;
  }

  /** One pass over the chain. */
  *execute(): Steps {
    let task = this.first;
    while (task) {
      // Read before the run: a task appended by the last one in the chain waits for the next pass.
      const next: Task | undefined = task.next;
      if (task.enabled) {
        const steps = task.visit(this.millis());
        if (steps) yield* steps;
      }
      task = next;
    }
    this.changed = true;
  }

  /** Absolute ms at which a pass would do something: -Infinity for at once, Infinity for never. */
  dueAt(): number {
    if (this.changed) {
      this.changed = false;
      this.due = Number.POSITIVE_INFINITY;
      for (let task = this.first; task; task = task.next) {
        this.due = Math.min(this.due, task.dueAt());
      }
    }
    return this.due;
  }
}
