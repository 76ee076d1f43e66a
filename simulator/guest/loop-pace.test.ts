import { describe, expect, it } from 'vitest';
import { LoopPace, type Pass } from './loop-pace.ts';

const idle = (at: number, ...differences: number[]): Pass => ({
  worked: false,
  at,
  compared: { at, differences: Float64Array.from(differences), blocks: 100 },
});
const blind = (worked = false, at = 0): Pass => ({ worked, at });

/** Runs a loop that has work every `rhythm` µs and shows `differences`; answers how late each work was found, and the passes. */
function run(
  rhythm: number,
  until: number,
  differences?: (now: number, due: number) => readonly number[],
) {
  const pace = new LoopPace();
  const late: number[] = [];
  let passes = 0;
  let due = rhythm;
  for (let now = 0; now < until; passes++) {
    const worked = now >= due;
    if (worked) {
      late.push(now - due);
      due += rhythm;
    }
    const shown = differences && Float64Array.from(differences(now, due));
    const compared = shown && !worked ? { at: now, differences: shown, blocks: 9 } : undefined;
    now += 20 + pace.next({ worked, at: now, compared });
  }
  return { late, passes };
}

describe('LoopPace', () => {
  it('lets a loop that waits for messages rest', () => {
    const pace = new LoopPace();
    const pauses = Array.from({ length: 6 }, () => pace.next(blind()));
    expect(pauses).toEqual([2000, 50_000, 50_000, 50_000, 50_000, 50_000]);
    pace.disturbed();
    expect(pace.next(blind())).toBe(2000);
  });

  it('looks again soon after work', () => {
    const pace = new LoopPace();
    pace.next(blind());
    expect(pace.next(blind(true))).toBe(1000);
  });

  it.each([10_000, 100_000])(
    'finds work that comes every %i µs soon, once it has seen the rhythm',
    (rhythm) => {
      const late = run(rhythm, 5_000_000).late.slice(-20);
      expect(Math.max(...late)).toBeLessThan(Math.max(5_000, rhythm / 5));
    },
  );

  it('rests until the first of several comparisons with the clock turns', () => {
    const pace = new LoopPace();
    expect(pace.next(idle(10_000, 7, -100, -990))).toBe(2_000);
    expect(pace.next(idle(12_100, 7, -98, -988))).toBe(98_000 - 100);
  });

  it('needs one pass alone for a way that it knows', () => {
    const pace = new LoopPace();
    pace.next(idle(10_000, 7, -100));
    pace.next(idle(12_000, 7, -98));
    expect(pace.next(blind(true))).toBe(1_000);
    expect(pace.next(idle(20_000, 7, -40))).toBe(40_000);
    const elsewhere = idle(30_000, 7, -40);
    pace.next(blind(true));
    elsewhere.compared!.blocks = 101;
    expect(pace.next(elsewhere)).toBe(2_000);
  });

  it('forgets a way whose comparisons turn out to move otherwise', () => {
    const pace = new LoopPace();
    pace.next(idle(10_000, -100));
    pace.next(idle(12_000, -98));
    pace.next(idle(20_000, -31));
    pace.next(blind(true));
    expect(pace.next(idle(30_000, -31))).toBe(2_000);
  });

  it('looks five times a second where no comparison is about to turn', () => {
    const pace = new LoopPace();
    pace.next(idle(10_000, 7));
    expect(pace.next(idle(12_000, 7))).toBe(200_000);
  });

  it('goes by experience where comparisons change in another way', () => {
    const pace = new LoopPace();
    pace.next(idle(10_000, 7, 100));
    expect(pace.next(idle(12_000, 7, 61))).toBe(50_000);
  });

  it.each([7_000, 250_000, 30_000_000])(
    'finds work that is due every %i µs within 2 ms, in few passes, where the loop compares milliseconds',
    (rhythm) => {
      const until = 20 * rhythm;
      const { late, passes } = run(rhythm, until, (now, due) => [
        3,
        Math.floor(now / 1000) - Math.floor(due / 1000),
      ]);
      expect(late).toHaveLength(19);
      expect(Math.max(...late)).toBeLessThan(2_000);
      expect(passes).toBeLessThan(19 * (5 + rhythm / 190_000));
    },
  );

  it('learns the rhythm of a loop that compares whole seconds', () => {
    const { late } = run(1_000_000, 60_000_000, (now, due) => [
      Math.floor(now / 1e6) - Math.floor(due / 1e6),
    ]);
    expect(Math.max(...late.slice(-20))).toBeLessThan(300_000);
  });
});
