import type { Rule } from '../grammar.ts';

/** What concerns the whole world. */
export type EverythingAction = { do: 'heal-everything' };

export const EVERYTHING_RULES: readonly Rule<EverythingAction>[] = [
  {
    form: 'heal everything',
    help: 'ends all that steps began and nobody ended: troubles of air, router, server and flash; boards have power again',
    make: () => ({ do: 'heal-everything' }),
  },
];
