import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Compared, dueTime, movement } from './comparisons.ts';

const pass = (at: number, ...differences: number[]): Compared => ({
  at,
  differences: Float64Array.from(differences),
  blocks: 100,
});
const dueAfter = (before: Compared, last: Compared) => {
  const moves = movement(before, last);
  return moves instanceof Int32Array ? dueTime(moves, last) : undefined;
};

describe('dueTime', () => {
  it('is when the sides of a comparison with the clock meet, in ms or in µs', () => {
    expect(dueAfter(pass(1_000, -60), pass(3_400, -58))).toBe(3_000 + 58_000);
    expect(dueAfter(pass(1_000, 900_000), pass(3_400, 897_630))).toBe(3_400 + 897_630);
  });

  it('is the next millisecond for one that has met and has yet to turn', () => {
    expect(dueAfter(pass(1_000, -2), pass(3_400, 0))).toBe(4_000);
  });

  it('is never when nothing closes in', () => {
    expect(dueAfter(pass(1_000, 5, 40), pass(3_000, 5, 42))).toBe(Number.POSITIVE_INFINITY);
  });

  it('goes round the ring of 32 bits: (int32_t)(millis() - deadline) >= 0', () => {
    const left = (ms: number) => 0 - (2 ** 32 - ms);
    expect(dueAfter(pass(1_000, left(90)), pass(3_000, left(88)))).toBe(3_000 + 88_000);
  });

  it('is unknown when comparisons change in another way, are not the same, or too near', () => {
    expect(dueAfter(pass(1_000, -60), pass(3_000, -30))).toBeUndefined();
    expect(dueAfter(pass(1_000, -60), pass(3_000, -58, 1))).toBeUndefined();
    expect(dueAfter(pass(1_000, -60), pass(2_000, -59))).toBeUndefined();
  });

  it('is told by one pass alone where two of the same way showed before what moves', () => {
    const moves = movement(pass(1_000, 7, -60, 30), pass(3_000, 7, -58, 32));
    expect(moves).toEqual(Int32Array.of(0, 1000, 1000));
    expect(dueTime(moves as Int32Array, pass(90_000, 3, -20, 1))).toBe(110_000);
  });

  it('tells a change against what moved before from another way through the code', () => {
    const other = { ...pass(3_000, -30), blocks: 101 };
    expect(movement(pass(1_000, -60), pass(3_000, -30))).toBe('other');
    expect(movement(pass(1_000, -60), other)).toBeUndefined();
  });

  it('finds the deadline of any timer of milliseconds that two passes looked at', () => {
    const moment = fc.integer({ min: 0, max: 10_000_000 });
    const wait = fc.integer({ min: 2_000, max: 60_000_000 });
    fc.assert(
      fc.property(moment, fc.integer({ min: 2_000, max: 100_000 }), wait, (start, apart, left) => {
        const [first, second] = [start, start + apart];
        const deadline = Math.floor((second + left) / 1000);
        const shown = (us: number) => pass(us, Math.floor(us / 1000) - deadline);
        expect(dueAfter(shown(first), shown(second))).toBe(deadline * 1000);
      }),
    );
  });
});
