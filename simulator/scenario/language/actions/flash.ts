import type { Rule } from '../grammar.ts';

/** What happens to flash, and in the middle of its operations. Times are µs, shares 0 to 1. */
export type FlashAction =
  | {
      do: 'cut-at-flash';
      board: string;
      kind: Moment;
      number: number;
      phase: Phase;
      /** Counts only operations in that partition. */
      label?: string;
      /** How long the power stays away. */
      forUs?: number;
    }
  | { do: 'flip-bit'; board: string; slot: number | 'spare'; offset: number };

/** An operation of a flash; `operation` is either. */
export type Moment = 'erase' | 'program' | 'operation';
export type Phase = 'before' | 'half' | 'after';

const flash = (kind: Moment): Rule<FlashAction> => ({
  form: `cut power {board} at ${kind} {number} before|half|after [in {label}] [for {duration}]`,
  help: `cuts the power at the how manieth ${kind} of the board's flash, or of a partition, from now on, counted from 1`,
  make: (v) => ({
    do: 'cut-at-flash',
    board: v.get('board'),
    kind,
    number: v.get('number'),
    phase: v.said('before') ? 'before' : v.said('half') ? 'half' : 'after',
    label: v.find('label'),
    forUs: v.find('duration'),
  }),
});

export const FLASH_RULES: readonly Rule<FlashAction>[] = [
  flash('erase'),
  flash('program'),
  flash('operation'),
  {
    form: 'flip bit {board} slot {slot:number} [at {number}]',
    help: 'takes one bit of an app slot away, at or soon after that byte (0)',
    make: (v) => ({
      do: 'flip-bit',
      board: v.get('board'),
      slot: v.get('number', 'slot'),
      offset: v.find('number') ?? 0,
    }),
  },
  {
    form: 'flip bit {board} spare slot [at {number}]',
    help: 'the same in the slot that the board can do without: the one on trial, else the one that does not run',
    make: (v) => ({
      do: 'flip-bit',
      board: v.get('board'),
      slot: 'spare',
      offset: v.find('number') ?? 0,
    }),
  },
];
