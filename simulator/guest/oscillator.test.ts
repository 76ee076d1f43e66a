import { describe, expect, it } from 'vitest';
import { Oscillator } from './oscillator.ts';

const SECOND = 1_000_000;

describe('an oscillator', () => {
  it('shows the time as long as it is exact', () => {
    const oscillator = new Oscillator();
    expect([oscillator.at(0), oscillator.at(12_345)]).toEqual([0, 12_345]);
    expect(oscillator.span(77)).toBe(77);
  });

  it('runs fast or slow from then on, and keeps what it gained', () => {
    const oscillator = new Oscillator();
    oscillator.drift(100, 10 * SECOND);
    expect(oscillator.at(10 * SECOND)).toBe(10 * SECOND);
    expect(oscillator.at(20 * SECOND)).toBe(20 * SECOND + 1000);
    oscillator.drift(0, 20 * SECOND);
    expect(oscillator.at(30 * SECOND)).toBe(30 * SECOND + 1000);
    oscillator.drift(-200, 30 * SECOND);
    expect(oscillator.at(40 * SECOND)).toBe(40 * SECOND - 1000);
  });

  it('never goes back, and a wait is over when it shows so', () => {
    const oscillator = new Oscillator();
    let last = 0;
    for (let now = 0, step = 1; now < 5000; now += step, step = (step % 7) + 1) {
      if (now % 50 === 0) oscillator.drift(((now * 37) % 2001) - 1000, now);
      const shown = oscillator.at(now);
      expect(shown).toBeGreaterThanOrEqual(last);
      last = shown;
      const over = Math.ceil(oscillator.span(1000));
      expect(oscillator.at(now + over) - shown).toBeGreaterThanOrEqual(999);
    }
  });
});
