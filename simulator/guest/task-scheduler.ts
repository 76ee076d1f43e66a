import type { Cpu } from './cpu.ts';
import { COST_US } from './cpu.ts';
import type { GuestMemory } from './memory.ts';

/** Basic blocks between two looks at the budget: some 20 ms of computing. */
export const BUDGET_EDGES = 1_000_000;

/** A task that has computed for this many slices without a host call is taken to spin: its slices get short, its time long. */
export const SPINNING_SLICES = 50;
const SPINNING_EDGES = 10_000;

export interface GuestTask {
  readonly id: number;
  name: string;
  priority: number;
  /** -1 = whichever is free. */
  core: number;
  /** vTaskSuspend: its next activation waits for vTaskResume, and then goes on as `held` says. */
  frozen: boolean;
  held: (() => void) | undefined;
  /** The C shadow stack: [low, high), growing down. */
  readonly stackLow: number;
  readonly stackHigh: number;
  /** __stack_pointer while the task does not run. */
  stackPointer: number;
  /** The same where its entry was called, and so again where that returns. */
  stackBase: number;
  state: 'ready' | 'running' | 'suspended' | 'done';
  /** How long the task has been computing without blocking; kept by imports/core.ts. */
  readonly load: { slices: number; reads: number; since: number };
  /** Resumes a suspended task with the answer of the import that suspended it. */
  wake: ((value: unknown) => void) | undefined;
  /** Takes a suspended task off its stack for good. */
  unwind: (() => void) | undefined;
}

export interface SchedulerHooks {
  /** A task ended its entry function. */
  finished: (task: GuestTask) => void;
  /** A trap, an abort or a failed host call unwound the task. */
  crashed: (task: GuestTask, error: unknown) => void;
  /** Whether the host is to be asked at the task's very next basic block. */
  impatient: (task: GuestTask) => boolean;
}

/** Written at the low end of each shadow stack; found changed, the stack has overflowed. */
const GUARD = [0xa5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5, 0xa5a5a5a5];

/** What an abandoned task is unwound with. */
const UNWOUND = new Error('this task never goes on');

/**
 * Runs the FreeRTOS tasks of one guest, each on a JSPI stack of its own with a C shadow stack of its own. Exactly one runs
 * at a time; an activation lasts until the task suspends, ends or crashes, and is awaited by the kernel event that began it.
 */
export class TaskScheduler {
  current: GuestTask | undefined;
  /** Basic blocks of the last activation. */
  blocks = 0;
  readonly #memory: GuestMemory;
  readonly #stackPointer: WebAssembly.Global;
  readonly #edgesLeft: number;
  readonly #cpu: Cpu;
  readonly #hooks: SchedulerHooks;
  /** What __stack_pointer holds while nobody runs; to ask or to set it costs a call into the engine. */
  #standing: number | undefined;
  #settle: (() => void) | undefined;
  #closed = false;
  #edgesAtStart = BUDGET_EDGES;

  constructor(
    memory: GuestMemory,
    stackPointer: WebAssembly.Global,
    edgesLeft: number,
    cpu: Cpu,
    hooks: SchedulerHooks,
  ) {
    this.#memory = memory;
    this.#stackPointer = stackPointer;
    this.#edgesLeft = edgesLeft;
    this.#cpu = cpu;
    this.#hooks = hooks;
  }

  createTask(
    id: number,
    name: string,
    priority: number,
    stackLow: number,
    stackHigh: number,
  ): GuestTask {
    GUARD.forEach((word, i) => this.#memory.putU32(stackLow + 4 * i, word));
    const top = stackHigh & ~15;
    return {
      id,
      name,
      priority,
      stackLow,
      stackHigh,
      stackPointer: top,
      stackBase: top,
      core: -1,
      frozen: false,
      held: undefined,
      state: 'ready',
      wake: undefined,
      unwind: undefined,
      load: { slices: 0, reads: 0, since: 0 },
    };
  }

  /**
   * Calls `entry` (a promising export) as `task`. Answers a promise that resolves when the task suspends, ends or crashes;
   * nothing when that has already happened. `ended` tells at once whether the entry has come to its end, where that can be known.
   */
  start(
    task: GuestTask,
    entry: () => Promise<unknown>,
    ended?: () => boolean,
  ): Promise<void> | undefined {
    task.stackBase = task.stackPointer;
    this.#begin(task);
    const running = entry();
    if (ended?.()) {
      this.#end(task);
      return undefined;
    }
    running.then(
      () => this.#end(task),
      (error) => {
        if (error !== UNWOUND) this.#crash(task, error);
      },
    );
    return this.#over();
  }

  /** Lets a suspended task go on with `value`; the answer is as that of `start`. */
  resume(task: GuestTask, value: unknown): Promise<void> | undefined {
    const wake = task.wake;
    if (task.state === 'done') return undefined;
    if (!wake) throw new Error(`task ${task.name} is not suspended`);
    task.wake = task.unwind = undefined;
    this.#begin(task);
    wake(value);
    return this.#over();
  }

  /**
   * Called by an import that blocks: the running task suspends until `resume`. `arm` plans who resumes it. `sliced`: it did not
   * block of its own will, so it goes on being taken for one that spins.
   */
  suspend(arm: (task: GuestTask) => void, sliced = false): Promise<unknown> {
    const task = this.current!;
    task.stackPointer = this.#standing = this.#stackPointer.value;
    this.#leave(task);
    if (!sliced) task.load.since = this.#cpu.now;
    task.state = 'suspended';
    return new Promise((resolve, reject) => {
      task.wake = resolve;
      task.unwind = () => reject(UNWOUND);
      arm(task);
      this.#done();
      if (this.#closed) this.abandon(task);
    });
  }

  /**
   * A task that never goes on gives its stack back: the engine keeps each suspended one, and with it all that its guest can reach, for as
   * long as the process lives. Nothing of the guest runs on the way out; it is built without exceptions.
   */
  abandon(task: GuestTask): void {
    task.unwind?.();
    task.wake = task.unwind = undefined;
  }

  /** The guest is gone: whoever suspends from now on never goes on. */
  close(): void {
    this.#closed = true;
  }

  /** Charges the basic blocks that ran since the last look. */
  chargeEdges(): void {
    const left = this.#memory.view.getInt32(this.#edgesLeft, true);
    const blocks = this.#edgesAtStart - left;
    this.blocks += blocks;
    this.#cpu.spend(blocks * COST_US.edge);
    this.#edgesAtStart = left;
  }

  /** The running task begins something anew, and its blocks are counted from here. */
  countAnew(): void {
    this.chargeEdges();
    this.blocks = 0;
  }

  /** What runs next in the guest, such as an interrupt's handler, and returns, stands on the stack of `task`. */
  onStackOf({ stackPointer }: GuestTask): void {
    if (this.#standing !== stackPointer) this.#stackPointer.value = stackPointer;
    this.#standing = stackPointer;
  }

  #begin(task: GuestTask): void {
    this.current = task;
    task.state = 'running';
    this.blocks = 0;
    this.onStackOf(task);
    const budget = task.load.slices > SPINNING_SLICES ? SPINNING_EDGES : BUDGET_EDGES;
    this.#allow(this.#hooks.impatient(task) ? 0 : budget);
  }

  #allow(edges: number): void {
    this.#memory.view.setInt32(this.#edgesLeft, edges, true);
    this.#edgesAtStart = edges;
  }

  /** Where the host is impatient for the running task: it is asked at its next basic block. */
  expire(): void {
    if (!this.current || !this.#hooks.impatient(this.current)) return;
    this.chargeEdges();
    this.#allow(0);
  }

  /** Waits for the end of the activation; nothing when it is over. */
  #over(): Promise<void> | undefined {
    if (!this.current) return undefined;
    return new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  #leave(task: GuestTask): void {
    this.chargeEdges();
    this.current = undefined;
    const { view } = this.#memory;
    for (let i = 0; i < GUARD.length; i++) {
      if (view.getUint32(task.stackLow + 4 * i, true) !== GUARD[i])
        throw new StackOverflow(task.name);
    }
  }

  #end(task: GuestTask): void {
    task.stackPointer = this.#standing = task.stackBase;
    try {
      this.#leave(task);
    } catch (error) {
      return this.#crash(task, error);
    }
    task.state = 'done';
    this.#hooks.finished(task);
    this.#done();
  }

  #crash(task: GuestTask, error: unknown): void {
    this.current = undefined;
    this.#standing = undefined;
    task.state = 'done';
    this.#hooks.crashed(task, error);
    this.#done();
  }

  /** The activation is over: the kernel goes on. */
  #done(): void {
    this.#cpu.end();
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.();
  }
}

/** FreeRTOS's check found the guard words of a task's stack overwritten. */
export class StackOverflow extends Error {
  constructor(task: string) {
    super(`***ERROR*** A stack overflow in task ${task} has been detected.`);
    this.name = 'StackOverflow';
  }
}
