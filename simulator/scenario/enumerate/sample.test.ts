import { expect, it } from 'vitest';
import { chosenPoints } from './sample.ts';

it('draws so many points, each once, and all where none or more are asked for', () => {
  const draw = (below: number) => below >> 1;
  expect(chosenPoints(4, undefined, draw)).toEqual(new Set([0, 1, 2, 3]));
  expect(chosenPoints(4, 9, draw)).toEqual(new Set([0, 1, 2, 3]));
  const some = chosenPoints(100, 7, draw);
  expect(some.size).toBe(7);
  expect(Math.max(...some)).toBeLessThan(100);
});
