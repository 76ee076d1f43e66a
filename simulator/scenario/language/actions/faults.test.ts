import { expect, it } from 'vitest';
import { ACTIONS } from '../actions.ts';
import type { Names } from '../slots.ts';

const NAMES: Names = {
  boards: ['pir-1', 'pir-2'],
  groups: new Map([['pir', ['pir-1', 'pir-2']]]),
  images: [],
};

it.each([
  ['brown-out pir', { do: 'brown-out', boards: ['pir-1', 'pir-2'], forUs: undefined }],
  ['brown-out pir-1 for 2s', { do: 'brown-out', boards: ['pir-1'], forUs: 2_000_000 }],
  [
    'brown-out pir-1 at erase 2 torn in app1',
    { do: 'sag-at-flash', board: 'pir-1', kind: 'erase', number: 2, phase: 'torn', label: 'app1' },
  ],
  [
    'cut power pir-1 at program 3 out-of-order in otadata for 5s',
    {
      do: 'cut-at-flash',
      board: 'pir-1',
      kind: 'program',
      number: 3,
      phase: 'out-of-order',
      label: 'otadata',
      forUs: 5_000_000,
    },
  ],
  [
    'flip bit pir-1 in otadata at 4',
    { do: 'flip-bit', board: 'pir-1', place: { label: 'otadata' }, offset: 4 },
  ],
  ['flip bit pir-1 spare slot', { do: 'flip-bit', board: 'pir-1', place: 'spare', offset: 0 }],
  [
    'flip 0.05% of bits pir-1 in nvs',
    { do: 'flip-share', board: 'pir-1', label: 'nvs', share: 0.0005 },
  ],
  [
    'stick bit pir-1 in app1 at 0x100 high',
    { do: 'stick-bit', board: 'pir-1', label: 'app1', offset: 256, level: 1 },
  ],
  [
    'stick sector pir-1 in app1 at 8192',
    { do: 'stick-sector', board: 'pir-1', label: 'app1', offset: 8192 },
  ],
  [
    'wear pir-1 in app1 after 2 erases',
    { do: 'wear-out', board: 'pir-1', label: 'app1', erases: 2 },
  ],
  ['crash pir', { do: 'crash', boards: ['pir-1', 'pir-2'] }],
  [
    'crash pir-1 at every start for 1min',
    { do: 'crash-at-start', boards: ['pir-1'], forUs: 60_000_000 },
  ],
  ['hang pir-2 for 30s', { do: 'hang', boards: ['pir-2'], forUs: 30_000_000 }],
  ['allocation 17 of pir-1 fails', { do: 'fail-allocation', board: 'pir-1', number: 17 }],
  [
    'allocations of pir fail from 1KB for 10s',
    { do: 'fail-allocations', boards: ['pir-1', 'pir-2'], bytes: 1024, forUs: 10_000_000 },
  ],
  [
    'clock pir-1 runs 50 ppm fast',
    { do: 'drift-clock', boards: ['pir-1'], ppm: 50, forUs: undefined },
  ],
  [
    'clock pir-1 runs 50 ppm slow for 2h',
    { do: 'drift-clock', boards: ['pir-1'], ppm: -50, forUs: 7_200_000_000 },
  ],
])('%s', (sentence, action) => {
  expect(ACTIONS.read(sentence, NAMES)).toEqual(action);
});

it.each([
  ['brown-out pir at erase 1 half', 'pir is a group: name one board of it (pir-1, pir-2)'],
  ['clock pir-1 runs 50 ppm early', 'early stands where fast or slow is expected'],
  ['cut power pir-1 at erase 1 tornn', 'did you mean torn?'],
  ['wear pir-1 in "app1" after many erases', 'many is no whole number'],
])('%s is refused', (sentence, message) => {
  expect(() => ACTIONS.read(sentence, NAMES)).toThrow(message);
});
