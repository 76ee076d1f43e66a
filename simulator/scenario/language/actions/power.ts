import type { Rule } from '../grammar.ts';

/** Supply and reset button. Times are µs, shares 0 to 1. */
export type PowerAction =
  | { do: 'power-on'; boards: readonly string[] }
  | { do: 'cut-power'; boards: readonly string[]; forUs?: number }
  | { do: 'brown-out'; boards: readonly string[]; forUs?: number }
  | { do: 'press-reset'; boards: readonly string[] };

export const POWER_RULES: readonly Rule<PowerAction>[] = [
  {
    form: 'power on {boards}',
    help: 'switches boards on',
    make: (v) => ({ do: 'power-on', boards: v.get('boards') }),
  },
  {
    form: 'cut power {boards} [for {duration}]',
    help: 'takes the supply away, and with "for" gives it back',
    make: (v) => ({ do: 'cut-power', boards: v.get('boards'), forUs: v.find('duration') }),
  },
  {
    form: 'brown-out {boards} [for {duration}]',
    help: 'lets the supply sag, so that the chip resets; with "for" again at each start of an app, as long as that',
    make: (v) => ({ do: 'brown-out', boards: v.get('boards'), forUs: v.find('duration') }),
  },
  {
    form: 'reset {boards}',
    help: 'presses the reset button',
    make: (v) => ({ do: 'press-reset', boards: v.get('boards') }),
  },
];
