import type { EventHandle, ScheduleOptions } from '../kernel/kernel.ts';
import { Comparisons } from './comparisons.ts';
import { type GuestExports, guestExports } from './guest-exports.ts';
import { GuestHeap } from './guest-heap.ts';
import { GuestBinding, type GuestHost } from './guest-host.ts';
import { createImports } from './imports/index.ts';
import { LoopPasses } from './loop-passes.ts';
import { GuestMemory } from './memory.ts';
import { compileGuest } from './module-cache.ts';
import { BUDGET_EDGES, type GuestTask, TaskScheduler } from './task-scheduler.ts';
import { TaskWatchdog } from './task-watchdog.ts';
import { TimerService } from './timers.ts';
import { WaitChannels } from './wait-channels.ts';

/** What comes over a firmware from outside: it traps, or computes for ever. */
export type Seizure = 'crash' | 'hang';

/** Arduino's loopTask watchdog and ESP-IDF's task watchdog. */
const WATCHDOG_US = 5_000_000;

export const TASK = { LOOP: 0, TIMER: 1 } as const;

/**
 * A running firmware: one WebAssembly instance with its tasks. It lives from a boot to the next reset; afterwards nothing
 * of it runs any more, whatever promises are still open.
 */
export class Guest {
  readonly host: GuestHost;
  readonly memory: GuestMemory;
  readonly heap: GuestHeap;
  readonly scheduler: TaskScheduler;
  readonly timers: TimerService;
  readonly channels: WaitChannels;
  readonly watchdog: TaskWatchdog;
  readonly binding: GuestBinding;
  dead = false;
  readonly passes: LoopPasses;
  readonly #exports: GuestExports;
  readonly #loop: GuestTask;
  readonly #timer: GuestTask;
  readonly #promising: Record<
    'start' | 'loop' | 'task' | 'timer',
    (...args: number[]) => Promise<unknown>
  >;
  #seizure: Seizure | undefined;
  /** Static constructors are through: they run where nothing may suspend. */
  #constructed = false;
  #loopWatchdog = false;
  readonly #mine: { board: number };
  #next: EventHandle | undefined;
  #passDeadline: EventHandle | undefined;
  /** Where the firmware counts how often its loop() has come to a pause. */
  readonly #pauses: number;
  #pausesBefore = 0;
  #pendingInterrupts: number[] = [];
  readonly #tasks = new Map<number, GuestTask>();

  /** @throws WebAssembly.CompileError, WebAssembly.LinkError when the image holds no guest of this ABI */
  constructor(host: GuestHost, wasm: Uint8Array) {
    this.host = host;
    this.#mine = { board: host.index };
    const module = compileGuest(wasm);
    this.binding = new GuestBinding(this);
    const instance = new WebAssembly.Instance(module, createImports(module, this));
    this.#exports = guestExports(instance);
    const e = this.#exports;
    this.memory = new GuestMemory(e.memory);
    this.heap = new GuestHeap(this, e.hal_heap.value);
    this.scheduler = new TaskScheduler(
      this.memory,
      e.__stack_pointer,
      e.hal_edges_left.value,
      host.cpu,
      {
        finished: (task) => this.#finished(task),
        crashed: (task, error) => this.#crashed(task, error),
        impatient: (task) => this.seizureOf(task) !== undefined,
      },
    );
    this.channels = new WaitChannels(this);
    this.watchdog = new TaskWatchdog(this);
    this.timers = new TimerService(this);
    const stackTop = e.__stack_pointer.value;
    const dataEnd = e.__data_end.value;
    this.#loop = this.scheduler.createTask(
      TASK.LOOP,
      'loopTask',
      1,
      dataEnd < stackTop ? (dataEnd + 15) & ~15 : 0,
      stackTop,
    );
    const timerLow = e.hal_timer_stack.value;
    const timerSize = this.memory.getU32(e.hal_timer_stack_size.value);
    this.#timer = this.scheduler.createTask(
      TASK.TIMER,
      'esp_timer',
      22,
      timerLow,
      timerLow + timerSize,
    );
    this.#loop.core = host.chip.cores - 1;
    this.#timer.core = 0;
    this.#pauses = e.hal_pauses.value;
    const compared = e.hal_comparisons;
    this.passes = new LoopPasses(
      host.cpu,
      compared && new Comparisons(this.memory, compared.value),
    );
    this.#promising = {
      start: WebAssembly.promising(e.hal_start),
      loop: WebAssembly.promising(e.hal_loop_pass),
      task: WebAssembly.promising(e.hal_task_entry),
      timer: WebAssembly.promising(e.hal_timer_fire),
    };
  }

  /** Plans the firmware's start: static constructors, the Arduino core's start, setup(). */
  start(): void {
    const run = () =>
      this.scheduler.start(this.#loop, async () => {
        this.#exports.__wasm_call_ctors();
        this.#constructed = true;
        this.scheduler.expire();
        await this.#promising.start();
      });
    this.at(this.host.kernel.now, run);
  }

  /** Plans `run` as an event of this board at `time` (kernel µs); dropped when the guest is gone by then. */
  at(
    time: number,
    run: () => void | undefined | Promise<void>,
    options: ScheduleOptions = this.#mine,
  ): EventHandle {
    const { kernel } = this.host;
    return kernel.at(
      time,
      () => {
        if (this.dead) return;
        this.host.cpu.begin();
        const running = run();
        if (running) return running;
      },
      options,
    );
  }

  /**
   * Plans that `task` goes on at `time`. Of tasks that are to go on at the same time the one with the highest priority does so
   * first; one that vTaskSuspend stopped meanwhile goes on when it is resumed.
   */
  resumeAt(time: number, task: GuestTask, value: unknown, before?: () => void): EventHandle {
    const run = (): void | undefined | Promise<void> => {
      before?.();
      return this.#activate(task, () => this.scheduler.resume(task, value));
    };
    return this.at(time, run, { ...this.#mine, priority: -task.priority });
  }

  #activate(
    task: GuestTask,
    run: () => void | undefined | Promise<void>,
  ): void | undefined | Promise<void> {
    if (!task.frozen || task.state === 'done') return run();
    task.held = () => {
      this.at(this.host.cpu.now, run);
    };
  }

  /** Suspends the running task for `us` from its own now. */
  sleep(us: number, sliced = false): Promise<unknown> {
    return this.scheduler.suspend((task) => {
      this.resumeAt(this.host.cpu.in(us), task, undefined);
    }, sliced);
  }

  /** Something came in: an idling loop() looks at it now. */
  wake(): void {
    this.passes.disturbed();
    if (this.dead || this.#loop.state !== 'ready') return;
    this.#planPass(0);
  }

  /**
   * What befalls the main task at the next basic block of its code; once that task is over, any other but esp_timer's. `undefined`: a
   * hang ends, what has not come yet does not come.
   */
  seize(seizure: Seizure | undefined): void {
    this.#seizure = seizure;
    if (seizure) this.wake();
  }

  /** What befalls `task` now. */
  seizureOf(task: GuestTask | undefined): Seizure | undefined {
    if (!this.#seizure || !this.#constructed || !task || task === this.#timer) return undefined;
    return task === this.#loop || this.#loop.state === 'done' ? this.#seizure : undefined;
  }

  /**
   * A pin changes, from `level`. On the chip the last look at it was a moment ago: where loop() pauses instead, its next pass first
   * sees what was, and another one at once what is.
   */
  pinChanges(pin: number, level: number): void {
    const { kernel, cpu } = this.host;
    // The CPU runs ahead of the kernel: what changed before its last pass ended, that pass has seen.
    const paused = this.#loop.state === 'ready' && kernel.now >= cpu.busyUntil;
    if (paused) this.passes.pinLeft(pin, level);
    this.wake();
  }

  /** What loop() is to see of a pin at its first look in this pass, where that is not what is. */
  levelBefore(pin: number): number | undefined {
    return this.scheduler.current === this.#loop ? this.passes.levelBefore(pin) : undefined;
  }

  /** An attached pin changed. The handler runs between two host calls of loopTask, as an interrupt at a safe point. */
  interrupt(pin: number): void {
    this.#pendingInterrupts.push(pin);
    this.at(this.host.kernel.now, () => this.#runInterrupts());
  }

  /** Creates a FreeRTOS task and plans its first run. */
  createTask(
    { id, name, priority, core }: { id: number; name: string; priority: number; core: number },
    stackLow: number,
    stackSize: number,
  ): void {
    const high = stackLow + stackSize;
    const task = this.scheduler.createTask(id, name, priority, stackLow, high);
    task.core = core;
    this.#tasks.set(id, task);
    const run = () => this.scheduler.start(task, () => this.#promising.task(id));
    this.at(this.host.cpu.now, () => this.#activate(task, run), {
      ...this.#mine,
      priority: -priority,
    });
  }

  /** A task by its id: 0 the main one, 1 esp_timer, others as created. */
  task(id: number): GuestTask | undefined {
    if (id === TASK.LOOP) return this.#loop;
    return id === TASK.TIMER ? this.#timer : this.#tasks.get(id);
  }

  /** vTaskSuspend and vTaskResume. */
  freezeTask(id: number, frozen: boolean): void {
    const task = this.task(id);
    if (!task || task.frozen === frozen) return;
    task.frozen = frozen;
    const held = task.held;
    task.held = undefined;
    if (!frozen) held?.();
  }

  /** vTaskDelete of another task: it never runs again. */
  killTask(id: number): void {
    const task = this.task(id);
    this.#tasks.delete(id);
    if (!task) return;
    task.state = 'done';
    this.scheduler.abandon(task);
  }

  /** Runs one esp_timer callback in the timer task; false when that task is busy. */
  fireTimer(id: number): Promise<void> | undefined | false {
    if (this.#timer.state === 'suspended' || this.scheduler.current) return false;
    return this.scheduler.start(this.#timer, () => this.#promising.timer(id));
  }

  /** Ends this firmware: nothing of it runs any more. */
  destroy(): void {
    this.dead = true;
    this.scheduler.close();
    for (const task of [this.#loop, this.#timer, ...this.#tasks.values()]) {
      this.scheduler.abandon(task);
    }
    this.binding.close();
    this.host.kernel.cancel(this.#next);
    this.host.kernel.cancel(this.#passDeadline);
  }

  /**
   * A pass of loop() has ended. One that did something is followed by the next at once, in the same activation: the CPU runs a little
   * further ahead of the kernel. Not so where others of this board wait for their turn.
   */
  loopAgain(): boolean {
    if (!this.passes.mayFollow || this.dead || this.#seizure) return false;
    if (this.#tasks.size > 0 || this.#pendingInterrupts.length > 0) return false;
    this.scheduler.countAnew();
    this.#rested();
    this.passes.follow();
    if (this.#loopWatchdog) this.#armLoopWatchdog();
    return true;
  }

  #runPass(): Promise<void> | undefined {
    this.#next = undefined;
    this.passes.begin();
    if (this.#loopWatchdog) this.#armLoopWatchdog();
    this.#pausesBefore = this.memory.view.getUint32(this.#pauses, true);
    return this.scheduler.start(this.#loop, this.#promising.loop, this.#paused);
  }

  readonly #pass = () => this.#runPass();
  readonly #paused = () => this.memory.view.getUint32(this.#pauses, true) !== this.#pausesBefore;

  /** loop() has come to its end once more: it does not spin. */
  #rested(): void {
    this.#loop.load.slices = this.#loop.load.reads = 0;
  }

  #finished(task: GuestTask): void {
    if (this.dead) return;
    if (task === this.#timer) return this.timers.callbackDone();
    if (task !== this.#loop) return;
    this.host.kernel.cancel(this.#passDeadline);
    task.state = 'ready';
    this.#rested();
    this.#planPass(this.passes.end(this.scheduler.blocks));
  }

  #planPass(idle: number): void {
    const { kernel, cpu } = this.host;
    kernel.cancel(this.#next);
    const due = idle > 0 ? this.binding.nextDue() : 0;
    const now = Math.max(cpu.now, cpu.busyUntil);
    const time = Math.max(now, Math.min(now + idle, due));
    this.#next = this.at(time, this.#pass);
  }

  #runInterrupts(): void {
    if (this.scheduler.current) return;
    const pins = this.#pendingInterrupts;
    this.#pendingInterrupts = [];
    this.scheduler.onStackOf(this.#loop);
    // A handler does not pay from what the interrupted task has left.
    this.memory.view.setInt32(this.#exports.hal_edges_left.value, BUDGET_EDGES, true);
    try {
      for (const pin of pins) this.#exports.hal_gpio_isr(pin);
    } catch (error) {
      this.#crashed(this.#loop, error);
    }
    this.wake();
  }

  /** 0 disableLoopWDT, 1 enableLoopWDT, 2 feedLoopWDT. Every pass of loop() feeds it too. */
  setLoopWatchdog(what: number): void {
    if (what < 2) this.#loopWatchdog = what === 1;
    this.host.kernel.cancel(this.#passDeadline);
    if (this.#loopWatchdog) this.#armLoopWatchdog();
  }

  #armLoopWatchdog(): void {
    this.host.kernel.cancel(this.#passDeadline);
    this.#passDeadline = this.at(this.host.kernel.now + WATCHDOG_US, () =>
      this.watchdog.bite([this.#loop.name]),
    );
  }

  #crashed(task: GuestTask, error: unknown): void {
    if (this.dead) return;
    this.host.crashed(error, task.name);
  }
}
