import { expect, test } from 'vitest';
import { hint, nearest } from './nearest.ts';
import { formatDuration, parseBytes, parseDuration, parseShare, parseWhole } from './quantities.ts';

test('durations in µs, and back', () => {
  for (const [text, us] of [
    ['250ms', 250_000],
    ['30s', 30_000_000],
    ['1.5min', 90_000_000],
    ['2h', 7_200_000_000],
    ['7us', 7],
  ] as const) {
    expect(parseDuration(text)).toBe(us);
    expect(parseDuration(formatDuration(us))).toBe(us);
  }
  for (const text of ['5', '5 s', '-5s', 's', '1e3s', '5sec', '']) {
    expect(parseDuration(text)).toBeUndefined();
  }
});

test('shares, bytes and whole numbers', () => {
  expect(['0%', '0.5%', '100%', '101%', '5', '-1%'].map(parseShare)).toEqual([
    0,
    0.005,
    1,
    undefined,
    undefined,
    undefined,
  ]);
  expect(['512', '64KB', '4MB', '4GB', '1.5KB'].map(parseBytes)).toEqual([
    512,
    65_536,
    4_194_304,
    undefined,
    undefined,
  ]);
  expect(['12', '0x1F', '1.5', '-1', 'x'].map(parseWhole)).toEqual([
    12,
    31,
    undefined,
    undefined,
    undefined,
  ]);
});

test('the nearest name, when one is near', () => {
  const names = ['publish', 'power', 'pin', 'gateway'];
  expect(
    ['publsih', 'powr', 'Pin', 'getaway', 'zebra'].map((word) => nearest(word, names)),
  ).toEqual(['publish', 'power', 'pin', 'gateway', undefined]);
  expect(hint('zebra', names)).toBe('; there are publish, power, pin, gateway');
});
