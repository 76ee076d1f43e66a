import type { Rule } from '../grammar.ts';

/** What comes over the firmware of boards. Times are µs. */
export type FirmwareAction =
  | { do: 'crash'; boards: readonly string[] }
  | { do: 'crash-at-start'; boards: readonly string[]; forUs?: number }
  | { do: 'hang'; boards: readonly string[]; forUs?: number }
  /** The `number`-th allocation from now on, counted from 1. */
  | { do: 'fail-allocation'; board: string; number: number }
  /** Those of at least `bytes`. */
  | { do: 'fail-allocations'; boards: readonly string[]; bytes: number; forUs?: number }
  /** `ppm`: negative is slow. */
  | { do: 'drift-clock'; boards: readonly string[]; ppm: number; forUs?: number };

export const FIRMWARE_RULES: readonly Rule<FirmwareAction>[] = [
  {
    form: 'crash {boards}',
    help: 'the main task traps at the next basic block of its code',
    make: (v) => ({ do: 'crash', boards: v.get('boards') }),
  },
  {
    form: 'crash {boards} at every start [for {duration}]',
    help: 'so does each start from now on, before setup() or app_main() gets to anything',
    make: (v) => ({
      do: 'crash-at-start',
      boards: v.get('boards'),
      forUs: v.find('duration'),
    }),
  },
  {
    form: 'hang {boards} [for {duration}]',
    help: 'the main task computes and never blocks, until a watchdog, a reset, or the end of that time',
    make: (v) => ({ do: 'hang', boards: v.get('boards'), forUs: v.find('duration') }),
  },
  {
    form: 'allocation {number} of {board} fails',
    help: 'the how manieth malloc from now on answers NULL, counted from 1',
    make: (v) => ({ do: 'fail-allocation', board: v.get('board'), number: v.get('number') }),
  },
  {
    form: 'allocations of {boards} fail [from {size}] [for {duration}]',
    help: 'every malloc of at least so many bytes (any) answers NULL',
    make: (v) => ({
      do: 'fail-allocations',
      boards: v.get('boards'),
      bytes: v.find('size') ?? 0,
      forUs: v.find('duration'),
    }),
  },
  {
    form: 'clock {boards} runs {number} ppm fast|slow [for {duration}]',
    help: 'the crystal drifts, and with it millis(), delays and timers; 0 ppm is exact',
    make: (v) => ({
      do: 'drift-clock',
      boards: v.get('boards'),
      ppm: v.said('fast') ? v.get('number') : -v.get('number'),
      forUs: v.find('duration'),
    }),
  },
];
