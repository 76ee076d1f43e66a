import { readImage } from '../../tools/formats/esp-image-region.ts';
import { verdictOn } from '../board/verdicts.ts';
import type { VirtualBoard } from '../guest/virtual-board.ts';
import type { TraceRecord } from '../kernel/trace.ts';
import { flashOp } from './flash-op.ts';
import { quietFlash, wholeApp } from './flash-view.ts';
import type { Oracle } from './oracle.ts';

/** Moments at which a board may be left as it is for ever: its supply goes, it resets, it stands still. */
const MOMENTS = new Set(['power', 'reset', 'halt']);

/**
 * The power may go after any flash operation, so each of them is a moment, too. Only one that reaches into the app that was found whole
 * last can make a difference; the others cost nothing.
 */
export const bootable: Oracle = {
  name: 'bootable',
  promise: 'a board always has an app that its bootloader would load',
  watch(fleet, report) {
    const whole = new Map<string, { offset: number; size: number }>();
    const lost = new Set<string>();
    const look = (name: string) => {
      const board = fleet.boards.get(name);
      if (!board || board.resets.length === 0) return;
      const app = loaderIsWhole(board) ? wholeApp(board) : undefined;
      if (app) {
        whole.set(name, app);
        lost.delete(name);
        return;
      }
      whole.delete(name);
      // Once, and again when it was whole in between: what comes after concerns the same loss.
      if (lost.has(name)) return;
      lost.add(name);
      report(`${name} has nothing left that its bootloader would load`);
    };
    return {
      kinds: ['erase', 'program', ...MOMENTS],
      record(record: TraceRecord) {
        const op = flashOp(record);
        if (op) {
          const app = whole.get(record.board);
          if (!app || (op.to > app.offset && op.from < app.offset + app.size)) look(record.board);
          return;
        }
        if (MOMENTS.has(record.kind)) look(record.board);
      },
      end() {
        for (const name of fleet.boards.keys()) look(name);
      },
    };
  },
};

/** Would the ROM load the bootloader? */
function loaderIsWhole(board: VirtualBoard): boolean {
  const { bootloaderOffset: at, id: chipId, revision: chipRevision } = board.chip;
  const bytes = readImage(quietFlash(board).region(at, 0x8000 - at));
  return verdictOn(bytes, { chipId, chipRevision, kind: 'bootloader' }).ok;
}
