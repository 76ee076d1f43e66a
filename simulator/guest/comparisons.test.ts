import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Compared, dueTime } from './comparisons.ts';

const pass = (at: number, ...differences: number[]): Compared => ({
  at,
  differences: Float64Array.from(differences),
});

describe('dueTime', () => {
  it('is when the sides of a comparison with the clock meet, in ms or in µs', () => {
    expect(dueTime(pass(1_000, -60), pass(3_400, -58))).toBe(3_000 + 58_000);
    expect(dueTime(pass(1_000, 900_000), pass(3_400, 897_630))).toBe(3_400 + 897_630);
  });

  it('is the next millisecond for one that has met and has yet to turn', () => {
    expect(dueTime(pass(1_000, -2), pass(3_400, 0))).toBe(4_000);
  });

  it('is never when nothing closes in', () => {
    expect(dueTime(pass(1_000, 5, 40), pass(3_000, 5, 42))).toBe(Number.POSITIVE_INFINITY);
  });

  it('goes round the ring of 32 bits: (int32_t)(millis() - deadline) >= 0', () => {
    const left = (ms: number) => 0 - (2 ** 32 - ms);
    expect(dueTime(pass(1_000, left(90)), pass(3_000, left(88)))).toBe(3_000 + 88_000);
  });

  it('is unknown when comparisons change in another way, are not the same, or too near', () => {
    expect(dueTime(pass(1_000, -60), pass(3_000, -30))).toBeUndefined();
    expect(dueTime(pass(1_000, -60), pass(3_000, -58, 1))).toBeUndefined();
    expect(dueTime(pass(1_000, -60), pass(2_000, -59))).toBeUndefined();
  });

  it('finds the deadline of any timer of milliseconds that two passes looked at', () => {
    const moment = fc.integer({ min: 0, max: 10_000_000 });
    const wait = fc.integer({ min: 2_000, max: 60_000_000 });
    fc.assert(
      fc.property(moment, fc.integer({ min: 2_000, max: 100_000 }), wait, (start, apart, left) => {
        const [first, second] = [start, start + apart];
        const deadline = Math.floor((second + left) / 1000);
        const shown = (us: number) => pass(us, Math.floor(us / 1000) - deadline);
        expect(dueTime(shown(first), shown(second))).toBe(deadline * 1000);
      }),
    );
  });
});
