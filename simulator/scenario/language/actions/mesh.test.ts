import { expect, test } from 'vitest';
import { ACTIONS } from '../actions.ts';
import { CONDITIONS } from '../conditions.ts';
import type { Names } from '../slots.ts';

const NAMES: Names = {
  boards: ['gateway', 'pir-1', 'pir-2'],
  groups: new Map([['pir', ['pir-1', 'pir-2']]]),
  images: ['release', 'rebuilt'],
};

test.each([
  [
    'corrupt part 12 of release to pir-1 3 times for 1min',
    {
      do: 'trouble-ota',
      kind: 'part',
      trouble: 'corrupt',
      part: 12,
      image: 'release',
      board: 'pir-1',
      times: 3,
      forUs: 60_000_000,
    },
  ],
  ['reorder part 0 of release to pir-1', { trouble: 'reorder', part: 0, times: 1 }],
  ['delay part 7 of release to pir-1 by 2s', { trouble: { delay: 2_000_000 }, part: 7, times: 1 }],
  ['delay part 7 of release to pir-1 by 2s 2 times', { trouble: { delay: 2_000_000 }, times: 2 }],
  ['drop request 7 of release from pir-2', { kind: 'request', trouble: 'drop', part: 7 }],
  ['drop announce of release to pir-2 4 times', { kind: 'announce', trouble: 'drop', times: 4 }],
  ['drop frame 120 from gateway to pir-1', { number: 120, from: 'gateway', to: 'pir-1' }],
  [
    'lose 5% of frames to pir for 2min',
    { do: 'lose-frames', share: 0.05, boards: ['pir-1', 'pir-2'], forUs: 120_000_000 },
  ],
  ['link pir-1 pir-2 jitters by 80ms', { do: 'jittery-link', jitterUs: 80_000 }],
  ['access point of pir-1 restarts', { do: 'restart-access-point', place: 'pir-1' }],
  [
    'replace release with rebuilt on the server',
    { do: 'replace-on-server', image: 'release', other: 'rebuilt' },
  ],
  ['replace pir-1 with rebuilt', { do: 'replace-firmware', board: 'pir-1', image: 'rebuilt' }],
  [
    'publish rebuilt in place of release',
    { do: 'publish-in-place', image: 'rebuilt', other: 'release' },
  ],
])('%s', (sentence, action) => {
  expect(ACTIONS.read(sentence, NAMES)).toMatchObject(action);
});

test.each([
  ['server names rebuilt on pir', { is: 'server-names', boards: ['pir-1', 'pir-2'] }],
  ['heartbeats of pir-1 name rebuilt', { is: 'heartbeats-name', image: 'rebuilt' }],
  ['mesh faults struck 3 times', { is: 'frames-struck', least: 3 }],
])('%s', (sentence, condition) => {
  expect(CONDITIONS.read(sentence, NAMES)).toMatchObject(condition);
});
