/** painlessMesh's `addTask` (src/painlessmesh/plugin.hpp): anonymous tasks whose places in the chain are used again. */
import { ONCE, type Scheduler, Task, type TaskCallback } from './tasks.ts';

export class TaskPool {
  private readonly scheduler: Scheduler;
  private tasks: Task[] = [];

  constructor(scheduler: Scheduler) {
    this.scheduler = scheduler;
  }

  /** A new enabled task, first run on the next pass. Takes the place of a disabled one that nobody holds. */
  add(interval: number, iterations: number, callback: TaskCallback): Task {
    const free = this.tasks.find((task) => !task.held && !task.enabled);
    const task = free ?? new Task();
    task.set(interval, iterations, callback);
    if (!free) {
      this.scheduler.addTask(task);
      this.tasks.unshift(task);
    }
    task.enable();
    return task;
  }

  /** Run once on the next pass. */
  once(callback: TaskCallback): Task {
    return this.add(0, ONCE, callback);
  }

  /** Disable all, for good. */
  clear(): void {
    for (const task of this.tasks) {
      task.disable();
      this.scheduler.deleteTask(task);
    }
    this.tasks = [];
  }
}
