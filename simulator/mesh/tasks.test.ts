import { beforeEach, describe, expect, it } from 'vitest';
import { TaskPool } from './task-pool.ts';
import { FOREVER, ONCE, Scheduler, Task } from './tasks.ts';

let now = 0;
let scheduler: Scheduler;
let log: string[];

beforeEach(() => {
  now = 1000;
  scheduler = new Scheduler(() => now);
  log = [];
});

function pass(): void {
  for (const _ of scheduler.execute());
}

function task(name: string, interval: number, iterations: number): Task {
  const made = new Task();
  made.set(interval, iterations, () => {
    log.push(`${name}@${now}`);
  });
  scheduler.addTask(made);
  return made;
}

/** One pass a millisecond. */
function runTo(end: number): void {
  for (; now <= end; now++) pass();
}

describe('a task', () => {
  it('enabled is due on the next pass, then each interval', () => {
    task('t', 100, FOREVER).enable();
    runTo(1250);
    expect(log).toEqual(['t@1000', 't@1100', 't@1200']);
  });

  it('enabled with a delay waits an interval, or the time given', () => {
    task('a', 100, ONCE).enableDelayed();
    task('b', 100, ONCE).enableDelayed(30);
    runTo(1300);
    expect(log).toEqual(['b@1030', 'a@1100']);
  });

  it('cannot be enabled before it is in a scheduler', () => {
    const lone = new Task();
    lone.set(10, ONCE, () => {});
    lone.enable();
    expect(lone.enabled).toBe(false);
  });

  it('is disabled, with its onDisable, on the pass after the last run', () => {
    const t = task('t', 10, 2);
    t.enable();
    t.onDisable = () => log.push(`off@${now}`);
    runTo(1040);
    expect(log).toEqual(['t@1000', 't@1010', 'off@1011']);
    t.disable();
    expect(log.length).toBe(3);
  });

  it('keeps its phase and catches up one run a pass when late', () => {
    task('t', 10, FOREVER).enable();
    pass();
    now = 1035;
    for (let i = 0; i < 5; i++) pass();
    now = 1040;
    pass();
    expect(log).toEqual(['t@1000', 't@1035', 't@1035', 't@1035', 't@1040']);
  });

  it('restart gives all iterations again', () => {
    const t = task('t', 10, 2);
    t.enable();
    runTo(1005);
    t.restart();
    runTo(1040);
    expect(log).toEqual(['t@1000', 't@1006', 't@1016']);
  });

  it('delay moves the next run, forceNextIteration pulls it up; neither enables', () => {
    const t = task('t', 100, FOREVER);
    t.forceNextIteration();
    pass();
    expect(log).toEqual([]);
    t.enable();
    pass();
    t.delay(20);
    runTo(1030);
    t.forceNextIteration();
    runTo(1032);
    expect(log).toEqual(['t@1000', 't@1020', 't@1031']);
  });

  it('setInterval starts the wait anew', () => {
    const t = task('t', 100, FOREVER);
    t.enable();
    t.setInterval(50);
    runTo(1060);
    expect(log).toEqual(['t@1050']);
  });

  it('yield goes on with another callback on the next pass and costs no iteration', () => {
    const t = task('t', 100, ONCE);
    t.callback = () => {
      log.push(`first@${now}`);
      t.yield(() => {
        log.push(`second@${now}`);
      });
    };
    t.enable();
    runTo(1020);
    expect(log).toEqual(['first@1000', 'second@1001']);
    expect(t.enabled).toBe(false);
  });
});

describe('the chain', () => {
  it('runs in the order of adding; what the last task adds waits for the next pass', () => {
    const b = new Task();
    b.set(0, ONCE, () => {
      log.push('b');
    });
    const a = task('a', 0, ONCE);
    a.callback = () => {
      log.push('a');
      scheduler.addTask(b);
      b.enable();
    };
    a.enable();
    pass();
    expect(log).toEqual(['a']);
    pass();
    expect(log).toEqual(['a', 'b']);
  });

  it('survives a task that deletes its neighbours in mid-pass', () => {
    const a = task('a', 0, ONCE);
    const b = task('b', 0, ONCE);
    const c = task('c', 0, ONCE);
    const d = task('d', 0, ONCE);
    a.callback = () => {
      for (const other of [a, b, c]) scheduler.deleteTask(other);
    };
    for (const each of [a, b, c, d]) each.enable();
    pass();
    pass();
    expect(log).toEqual(['d@1000']);
    scheduler.addTask(b);
    b.restart();
    pass();
    expect(log).toEqual(['d@1000', 'b@1000']);
  });

  it('says when it is due', () => {
    expect(scheduler.dueAt()).toBe(Number.POSITIVE_INFINITY);
    const t = task('t', 100, 1);
    t.enableDelayed();
    expect(scheduler.dueAt()).toBe(1100);
    now = 1100;
    pass();
    expect(scheduler.dueAt()).toBe(Number.NEGATIVE_INFINITY); // to be disabled
    pass();
    expect(scheduler.dueAt()).toBe(Number.POSITIVE_INFINITY);
  });

  it('does not wake for a task that has nothing to do', () => {
    const t = task('t', 100, FOREVER);
    let work = false;
    t.hasWork = () => work;
    t.enable();
    expect(scheduler.dueAt()).toBe(Number.POSITIVE_INFINITY);
    work = true;
    t.forceNextIteration();
    expect(scheduler.dueAt()).toBe(1000);
  });
});

describe('the pool', () => {
  it('uses the place of an ended task that nobody holds', () => {
    const pool = new TaskPool(scheduler);
    const first = pool.once(() => {});
    const held = pool.once(() => {});
    held.held = true;
    runTo(1002);
    expect(pool.once(() => {})).toBe(first);
    expect(pool.once(() => {})).not.toBe(held);
  });

  it('does not use a task from within its own last run', () => {
    const pool = new TaskPool(scheduler);
    let inner: Task | undefined;
    const outer = pool.once(() => {
      inner = pool.once(() => {
        log.push('inner');
      });
    });
    runTo(1003);
    expect(inner).not.toBe(outer);
    expect(log).toEqual(['inner']);
  });

  it('forgets the onDisable of the task before', () => {
    const pool = new TaskPool(scheduler);
    const first = pool.once(() => {});
    first.onDisable = () => log.push('first off');
    runTo(1002);
    expect(log).toEqual(['first off']);
    expect(pool.once(() => {})).toBe(first);
    runTo(1005);
    expect(log).toEqual(['first off']);
  });
});
