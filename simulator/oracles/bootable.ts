import type { TraceRecord } from '../kernel/trace.ts';
import { readFlash } from './flash-view.ts';
import type { Oracle } from './oracle.ts';

/** Moments at which a board may be left as it is for ever: its supply goes, it resets, it stands still. */
const MOMENTS = new Set(['power', 'reset', 'halt']);

export const bootable: Oracle = {
  name: 'bootable',
  promise: 'a board always has a slot that its bootloader would load',
  watch(fleet, report) {
    const look = (name: string) => {
      const board = fleet.boards.get(name);
      if (!board || board.resets.length === 0) return;
      if (!readFlash(board).slots.some((slot) => slot.bootable)) {
        report(`${name} has nothing left that its bootloader would load`);
      }
    };
    return {
      record({ kind, board, data }: TraceRecord) {
        if (!MOMENTS.has(kind)) return;
        // A board that is switched on the first time was flashed a moment ago.
        if (kind === 'reset' && data === 'POWERON') return;
        look(board);
      },
      end() {
        for (const name of fleet.boards.keys()) look(name);
      },
    };
  },
};
