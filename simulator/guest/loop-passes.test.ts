import { beforeEach, describe, expect, it } from 'vitest';
import { Kernel } from '../kernel/kernel.ts';
import { Cpu } from './cpu.ts';
import { LoopPasses } from './loop-passes.ts';

let passes: LoopPasses;
beforeEach(() => {
  passes = new LoopPasses(new Cpu(new Kernel('passes')), undefined);
});

/** One activation of a loop() whose passes do something as long as `works` says so; answers how many there were, and the pause. */
function activation(works: boolean[]): { count: number; pause: number } {
  let count = 0;
  for (passes.begin(); ; passes.follow()) {
    passes.worked = works[count++] ?? false;
    if (!passes.mayFollow) return { count, pause: passes.end(1) };
  }
}

describe('the passes of a loop()', () => {
  it('follow each other as long as they do something, twice at most, and pause a little then', () => {
    expect(activation([])).toEqual({ count: 1, pause: 2000 });
    expect(activation([true])).toEqual({ count: 2, pause: 2000 });
    expect(activation([true, true])).toEqual({ count: 3, pause: 2000 });
    expect(activation([true, true, true, true])).toEqual({ count: 3, pause: 1000 });
  });

  it('come one at a time where each does something, until one has not', () => {
    activation([true, true, true]);
    expect(activation([true])).toEqual({ count: 1, pause: 1000 });
    expect(activation([true])).toEqual({ count: 1, pause: 1000 });
    activation([]);
    expect(activation([true]).count).toBe(2);
  });

  it('show what a pin was before it changed in the pause, once, and then at once what it is', () => {
    passes.begin();
    passes.end(1);
    passes.pinLeft(4, 1);
    passes.pinLeft(4, 0);
    passes.begin();
    expect([passes.levelBefore(4), passes.levelBefore(4)]).toEqual([1, undefined]);
    expect(passes.end(1)).toBe(0);
    passes.begin();
    expect(passes.levelBefore(4)).toBeUndefined();
    expect(passes.end(1)).toBeGreaterThan(0);
  });

  it('forget what a pin was when a pass did not look', () => {
    passes.pinLeft(4, 1);
    passes.begin();
    passes.end(1);
    passes.begin();
    expect(passes.levelBefore(4)).toBeUndefined();
  });
});
