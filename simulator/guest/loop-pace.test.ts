import { describe, expect, it } from 'vitest';
import { LoopPace } from './loop-pace.ts';

/** Runs a loop that has work every `rhythm` µs; answers how late each work was found. */
function lateness(rhythm: number, until: number): number[] {
  const pace = new LoopPace();
  const late: number[] = [];
  let due = rhythm;
  for (let now = 0; now < until; ) {
    const worked = now >= due;
    if (worked) {
      late.push(now - due);
      due += rhythm;
    }
    now += 20 + pace.next(worked);
  }
  return late;
}

describe('LoopPace', () => {
  it('lets a loop that waits for messages rest', () => {
    const pace = new LoopPace();
    const pauses = Array.from({ length: 6 }, () => pace.next(false));
    expect(pauses).toEqual([2000, 50_000, 50_000, 50_000, 50_000, 50_000]);
    pace.disturbed();
    expect(pace.next(false)).toBe(2000);
  });

  it('looks again soon after work', () => {
    const pace = new LoopPace();
    pace.next(false);
    expect(pace.next(true)).toBe(1000);
  });

  it.each([10_000, 100_000])(
    'finds work that comes every %i µs soon, once it has seen the rhythm',
    (rhythm) => {
      const late = lateness(rhythm, 5_000_000).slice(-20);
      expect(Math.max(...late)).toBeLessThan(Math.max(5_000, rhythm / 5));
    },
  );
});
