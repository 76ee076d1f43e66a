import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adoptsClock, clockOffset, tripDelay } from './time-sync.ts';
import type { NodeTree } from './tree.ts';

fc.configureGlobal({ seed: 156 });

const tree = (nodeId: number, ...subs: NodeTree[]): NodeTree => ({ nodeId, root: false, subs });

describe('clockOffset', () => {
  it.each([
    ['remote ahead', 1000, 101_000, 101_200, 1600, 99_800],
    ['remote behind', 101_000, 1000, 1200, 101_600, -100_200],
    ['large step, odd halves cut toward zero', 0, 1001, 1100, 3, 1048],
    ['below 500: a quarter', 0, 300, 400, 200, 62],
    ['minus, below 500: a quarter', 1000, 800, 900, 1300, -75],
    ['4 and less: all of it', 0, 54, 104, 150, 4],
    ['over the wrap', 0xffff_ff00, 0x0000_1000, 0x0000_1100, 0x0000_0000, 4352],
    ['round trip 85 times the answer: counts', 0, 20_000, 20_010, 850, 19_580],
    ['one µs more: an outlier', 0, 20_000, 20_010, 851, 0],
    ['answered in no time: an outlier', 0, 20_000, 20_000, 1, 0],
  ])('%s', (_, t0, t1, t2, t3, offset) => {
    expect(clockOffset(t0, t1, t2, t3)).toBe(offset);
  });

  it('is an int32 whatever comes in', () => {
    const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
    fc.assert(
      fc.property(uint32, uint32, uint32, uint32, (t0, t1, t2, t3) => {
        const offset = clockOffset(t0, t1, t2, t3);
        expect(offset | 0).toBe(offset === 0 ? 0 : offset);
      }),
    );
  });
});

it('tripDelay is half the way there and back, without the time at the far end', () => {
  expect(tripDelay(1000, 50_000, 50_400, 7400)).toBe(3000);
  expect(tripDelay(0xffff_fff0, 5, 6, 0x11)).toBe(16);
});

describe('adoptsClock', () => {
  it('the smaller part adopts', () => {
    const big = tree(1, tree(2), tree(3));
    expect(adoptsClock(tree(9, tree(1)), big)).toBe(true);
    expect(adoptsClock(tree(1, tree(2), tree(3), tree(9)), tree(9))).toBe(false);
  });

  it('between equals the lower id does', () => {
    expect(adoptsClock(tree(5), tree(9))).toBe(true);
    expect(adoptsClock(tree(9), tree(5))).toBe(false);
  });
});
