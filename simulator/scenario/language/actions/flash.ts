import { CUT_PHASES, type CutPhase } from '../../../board/torn-flash.ts';
import type { Rule, Values } from '../grammar.ts';

/** An operation of a flash; `operation` is either. */
export type Moment = 'erase' | 'program' | 'operation';

/** Where in the life of a board's flash the supply fails. */
export interface FlashStrikeAction {
  board: string;
  kind: Moment;
  /** From now on, counted from 1. */
  number: number;
  phase: CutPhase;
  /** Counts only operations in that partition. */
  label?: string;
}

/** What happens to flash, and in the middle of its operations. Times are µs, shares 0 to 1. */
export type FlashAction =
  /** `forUs`: how long the power stays away. */
  | ({ do: 'cut-at-flash'; forUs?: number } & FlashStrikeAction)
  | ({ do: 'sag-at-flash' } & FlashStrikeAction)
  /** `place`: an app slot by its number, the one that can be done without, or a partition's label. */
  | { do: 'flip-bit'; board: string; place: number | 'spare' | { label: string }; offset: number }
  | { do: 'flip-share'; board: string; label: string; share: number }
  | { do: 'stick-bit'; board: string; label: string; offset: number; level: 0 | 1 }
  | { do: 'stick-sector'; board: string; label: string; offset: number }
  | { do: 'wear-out'; board: string; label: string; erases: number };

const PHASES = CUT_PHASES.join('|');

const strike = (kind: Moment, v: Values): FlashStrikeAction => ({
  board: v.get('board'),
  kind,
  number: v.get('number'),
  phase: CUT_PHASES.find((phase) => v.said(phase))!,
  label: v.find('label'),
});

const cut = (kind: Moment): Rule<FlashAction> => ({
  form: `cut power {board} at ${kind} {number} ${PHASES} [in {label}] [for {duration}]`,
  help: `cuts the power at the how manieth ${kind} of the board's flash, or of a partition, from now on, counted from 1`,
  make: (v) => ({ do: 'cut-at-flash', ...strike(kind, v), forUs: v.find('duration') }),
});

const sag = (kind: Moment): Rule<FlashAction> => ({
  form: `brown-out {board} at ${kind} {number} ${PHASES} [in {label}]`,
  help: `lets the supply sag at the how manieth ${kind}, so that the chip resets`,
  make: (v) => ({ do: 'sag-at-flash', ...strike(kind, v) }),
});

export const FLASH_RULES: readonly Rule<FlashAction>[] = [
  cut('erase'),
  cut('program'),
  cut('operation'),
  sag('erase'),
  sag('program'),
  sag('operation'),
  {
    form: 'flip bit {board} slot {slot:number} [at {number}]',
    help: 'takes one bit of an app slot away, at or soon after that byte (0)',
    make: (v) => ({
      do: 'flip-bit',
      board: v.get('board'),
      place: v.get('number', 'slot'),
      offset: v.find('number') ?? 0,
    }),
  },
  {
    form: 'flip bit {board} spare slot [at {number}]',
    help: 'the same in the slot that the board can do without: the one on trial, else the one that does not run',
    make: (v) => ({
      do: 'flip-bit',
      board: v.get('board'),
      place: 'spare',
      offset: v.find('number') ?? 0,
    }),
  },
  {
    form: 'flip bit {board} in {label} [at {number}]',
    help: 'the same in a partition',
    make: (v) => ({
      do: 'flip-bit',
      board: v.get('board'),
      place: { label: v.get('label') },
      offset: v.find('number') ?? 0,
    }),
  },
  {
    form: 'flip {share} of bits {board} in {label}',
    help: 'turns drawn bits of a partition round, at least one',
    make: (v) => ({
      do: 'flip-share',
      board: v.get('board'),
      label: v.get('label'),
      share: v.get('share'),
    }),
  },
  {
    form: 'stick bit {board} in {label} at {number} {level}',
    help: "the lowest bit of that byte of a partition reads so from now on, whatever is written or erased; until another board's flash is in its place",
    make: (v) => ({
      do: 'stick-bit',
      board: v.get('board'),
      label: v.get('label'),
      offset: v.get('number'),
      level: v.get('level'),
    }),
  },
  {
    form: 'stick sector {board} in {label} at {number}',
    help: 'the sector with that byte of a partition no longer erases',
    make: (v) => ({
      do: 'stick-sector',
      board: v.get('board'),
      label: v.get('label'),
      offset: v.get('number'),
    }),
  },
  {
    form: 'wear {board} in {label} after {number} erases',
    help: 'the sectors of a partition bear so many erases more; each one beyond leaves another bit at 0',
    make: (v) => ({
      do: 'wear-out',
      board: v.get('board'),
      label: v.get('label'),
      erases: v.get('number'),
    }),
  },
];
