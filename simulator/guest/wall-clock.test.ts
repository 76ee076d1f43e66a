import { expect, it } from 'vitest';
import { WallClock } from './wall-clock.ts';

it('stands at 1970 after power-on, runs with the kernel, and keeps what it was set to', () => {
  const clock = new WallClock();
  clock.lose(5_000_000);
  expect(clock.at(5_000_000)).toBe(0);
  expect(clock.at(7_000_000)).toBe(2_000_000);
  clock.set(1_767_225_600_000_000, 7_000_000);
  expect(clock.at(8_000_000)).toBe(1_767_225_601_000_000);
  clock.lose(9_000_000);
  expect(clock.at(9_000_001)).toBe(1);
});
