import { describe, expect, it } from 'vitest';
import { createRandomness } from '../kernel/prng.ts';
import type { PathLoss } from '../net/wifi-medium.ts';
import { edges, grid, line, positions, randomPlaces, star, tree } from './layout.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const pairs = (heard: PathLoss, names = NAMES) =>
  names.flatMap((x, i) =>
    names
      .slice(i + 1)
      .filter((y) => heard(x, y) !== undefined)
      .map((y) => x + y),
  );

describe('layouts by hops', () => {
  it.each<[string, PathLoss, string[]]>([
    ['a line', line(NAMES), ['ab', 'bc', 'cd', 'de', 'ef', 'fg']],
    ['a star', star(NAMES), ['ab', 'ac', 'ad', 'ae', 'af', 'ag']],
    ['a tree of two', tree(NAMES, 2), ['ab', 'ac', 'bd', 'be', 'cf', 'cg']],
    ['a grid of three', grid(NAMES, 3), ['ab', 'ad', 'bc', 'be', 'cf', 'de', 'dg', 'ef']],
    ['given links', edges([['a', 'c', -70]]), ['ac']],
  ])('%s', (_, heard, expected) => {
    expect(pairs(heard)).toEqual(expected);
    for (const x of NAMES) for (const y of NAMES) expect(heard(x, y)).toBe(heard(y, x));
    expect(heard('a', 'stranger')).toBeUndefined();
  });

  it('in a tree everyone hears its parent better than its children', () => {
    const heard = tree(NAMES, 2);
    expect(heard('b', 'a')!).toBeGreaterThan(heard('b', 'd')!);
  });

  it('refuses what makes no sense', () => {
    expect(() => edges([['a', 'a']])).toThrow(/linked to itself/);
    expect(() => tree(NAMES, 0)).toThrow(/children is 0/);
    expect(() => grid(NAMES, 1.5)).toThrow(/width is 1.5/);
  });
});

describe('layouts by place', () => {
  const at = (...metres: number[]) => new Map(metres.map((x, i) => [NAMES[i]!, { x, y: 0 }]));

  it('strength falls by 30 dB a decade indoors, to the end of the range', () => {
    const heard = positions(at(0, 1, 10, 46, 49));
    expect(['b', 'c', 'd', 'e'].map((name) => heard('a', name))).toEqual([
      -40,
      -70,
      -90,
      undefined,
    ]);
    expect(heard('a', 'a')).toBeUndefined();
  });

  it('shadowing is drawn once a pair, the same both ways, by the seed', () => {
    const places = at(0, 10, 20, 30);
    const shadow = (seed: string) =>
      positions(places, { shadowing: 6 }, createRandomness(seed)('shadowing'));
    const [one, again, other] = [shadow('1'), shadow('1'), shadow('2')];
    const readings = (heard: PathLoss) => ['b', 'c', 'd'].map((name) => heard('a', name));
    expect(readings(one)).toEqual(readings(again));
    expect(readings(one)).not.toEqual(readings(other));
    expect(one('a', 'b')).toBe(one('b', 'a'));
  });

  it('random places hang together', () => {
    const places = randomPlaces(NAMES, 120, createRandomness('7')('places'));
    const heard = positions(places);
    const reached = new Set(['a']);
    for (let i = 0; i < NAMES.length; i++) {
      for (const x of [...reached])
        for (const y of NAMES) if (heard(x, y) !== undefined) reached.add(y);
    }
    expect(reached.size).toBe(NAMES.length);
    expect(() => randomPlaces(NAMES, 1e6, createRandomness('7')('places'))).toThrow(/no place for/);
  });
});
