import type { Rule } from '../grammar.ts';

/** What someone does at a board. Times are µs, shares 0 to 1. */
export type BoardAction =
  | { do: 'drive-pin'; board: string; pin: number; level: 0 | 1 }
  | { do: 'serial-input'; board: string; text: string }
  | { do: 'replace-firmware'; board: string; image: string }
  | { do: 'note'; text: string };

export const BOARD_RULES: readonly Rule<BoardAction>[] = [
  {
    form: 'pin {board} {number} {level}',
    help: 'drives an input pin',
    make: (v) => ({
      do: 'drive-pin',
      board: v.get('board'),
      pin: v.get('number'),
      level: v.get('level'),
    }),
  },
  {
    form: 'type {text} at {board}',
    help: 'sends a line into the serial port',
    make: (v) => ({ do: 'serial-input', board: v.get('board'), text: v.get('text') }),
  },
  {
    form: 'replace {board} with {image}',
    help: 'someone puts a board with other firmware in its place: same name and radio, new flash',
    make: (v) => ({ do: 'replace-firmware', board: v.get('board'), image: v.get('image') }),
  },
  {
    form: 'note {text}',
    help: 'writes a line into the report',
    make: (v) => ({ do: 'note', text: v.get('text') }),
  },
];
