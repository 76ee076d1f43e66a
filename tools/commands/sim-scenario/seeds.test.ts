import { expect, test } from 'vitest';
import { parseSeeds } from './seeds.ts';

test('ranges and lists, each seed once', () => {
  expect(parseSeeds('1..3')).toEqual(['1', '2', '3']);
  expect(parseSeeds('7')).toEqual(['7']);
  expect(parseSeeds('3, 1..3,20..21')).toEqual(['3', '1', '2', '20', '21']);
});

test.each(['', '1..', '..3', 'a', '1-3', '3..1', '1..9999999', '1.5'])('%j is refused', (text) => {
  expect(() => parseSeeds(text)).toThrow(/Give seeds|begins after|At most/);
});
