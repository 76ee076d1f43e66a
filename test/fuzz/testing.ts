import type { FuzzTarget } from './target.ts';

/** Never returns for one input in four: for the test of the watch. */
export const HANGING: FuzzTarget = {
  name: 'test-hanging',
  seeds: [new Uint8Array(8)],
  run: (input) => {
    for (let i = 0; input.length % 4 === 1; ) i = (i + 1) % 1000;
  },
};
