import { describe, expect, it, test } from 'vitest';
import { ACTIONS } from './actions.ts';
import { CONDITIONS } from './conditions.ts';
import { createGrammar, type SentenceError } from './grammar.ts';
import type { Names } from './slots.ts';

const NAMES: Names = {
  boards: ['gateway', 'pir-1', 'pir-2'],
  groups: new Map([
    ['all', ['gateway', 'pir-1', 'pir-2']],
    ['pir', ['pir-1', 'pir-2']],
  ]),
  images: ['pir-1.1.0'],
};

function refused(sentence: string): [at: number, message: string] {
  try {
    ACTIONS.read(sentence, NAMES);
  } catch (error) {
    return [(error as SentenceError).at, (error as Error).message];
  }
  throw new Error(`${sentence} was taken`);
}

describe('actions', () => {
  it.each([
    ['power on pir', { do: 'power-on', boards: ['pir-1', 'pir-2'] }],
    ['cut power pir-1', { do: 'cut-power', boards: ['pir-1'], forUs: undefined }],
    ['cut power pir-1 for 5s', { do: 'cut-power', boards: ['pir-1'], forUs: 5_000_000 }],
    [
      'cut power pir-1 at program 12 half in otadata',
      {
        do: 'cut-at-flash',
        board: 'pir-1',
        kind: 'program',
        number: 12,
        phase: 'half',
        label: 'otadata',
      },
    ],
    [
      'publish pir-1.1.0 to pir-2 forced',
      {
        do: 'publish',
        image: 'pir-1.1.0',
        board: 'pir-2',
        forced: true,
        stable: false,
        beta: false,
        needs: undefined,
        unchecked: false,
      },
    ],
    [
      'break link from pir-1 to router',
      { do: 'break-link', a: 'pir-1', b: 'router', oneWay: true, forUs: undefined },
    ],
    [
      'link pir-1 pir-2 loses 12.5% for 2min',
      { do: 'lossy-link', a: 'pir-1', b: 'pir-2', loss: 0.125, forUs: 120_000_000 },
    ],
    ['server takes 5s', { do: 'server-slow', latencyUs: 5_000_000, forUs: undefined }],
    ['pin pir-1 4 high', { do: 'drive-pin', board: 'pir-1', pin: 4, level: 1 }],
    [
      String.raw`type "say \"hi\"" at pir-1`,
      { do: 'serial-input', board: 'pir-1', text: 'say "hi"' },
    ],
    ['flip bit pir-1 slot 1', { do: 'flip-bit', board: 'pir-1', place: 1, offset: 0 }],
    ['flip bit pir-1 slot 1 at 0x20', { do: 'flip-bit', board: 'pir-1', place: 1, offset: 32 }],
  ])('%s', (sentence, action) => {
    expect(ACTIONS.read(sentence, NAMES)).toEqual(action);
  });

  it.each<[string, number, string]>([
    ['cut power pir-9', 10, 'there is no board or group pir-9; did you mean pir-1?'],
    ['cut power', 9, 'something is missing at the end: boards or a board'],
    ['cut power pir-1 fro 5s', 16, 'fro is not expected here; did you mean for?'],
    ['server sleeps 5s', 7, 'sleeps stands where down, takes, up, fault or faults is expected'],
    ['', 0, 'there is nothing here'],
    ['type hello at pir-1', 5, 'hello is not in quotes: write "hello"'],
    ['dance', 0, 'no action begins with dance'],
  ])('%s is refused where it goes wrong', (sentence, at, message) => {
    const [where, what] = refused(sentence);
    expect([where, what.slice(0, message.length)]).toEqual([at, message]);
  });
});

describe('conditions', () => {
  it.each([
    ['mesh is whole', { is: 'mesh-whole' }],
    [
      'pir run pir-1.1.0',
      { is: 'runs', boards: ['pir-1', 'pir-2'], image: 'pir-1.1.0', confirmed: true },
    ],
    [
      'update pir-1.1.0 shows pir rolled_back',
      { is: 'node-status', boards: ['pir-1', 'pir-2'], image: 'pir-1.1.0', status: 'rolled_back' },
    ],
    ['all updates final', { is: 'all-updates', status: 'final' }],
    [
      'serial pir never matches /guru meditation/i',
      { is: 'serial', boards: ['pir-1', 'pir-2'], pattern: /guru meditation/i, negated: true },
    ],
    ['gateway resets at most 3 times', { is: 'resets', boards: ['gateway'], most: 3 }],
    ['gateway resets at least 1 times', { is: 'resets', boards: ['gateway'], least: 1 }],
  ])('%s', (sentence, condition) => {
    expect(CONDITIONS.read(sentence, NAMES)).toEqual(condition);
  });
});

test('every form says what it does, and no two begin alike to the end', () => {
  for (const { rules } of [ACTIONS, CONDITIONS]) {
    expect(new Set(rules.map(({ form }) => form)).size).toBe(rules.length);
    for (const { help } of rules) expect(help.length).toBeGreaterThan(5);
  }
});

test('a form with a slot of no known type is a fault of the program', () => {
  expect(() => createGrammar('x', [{ form: 'a {b}', help: '', make: () => 0 }])).toThrow(
    /no known type: b/,
  );
});
