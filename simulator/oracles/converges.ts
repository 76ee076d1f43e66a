import { bootRecord } from './boot-record.ts';
import { readFlash } from './flash-view.ts';
import { OpenFaults } from './open-faults.ts';
import type { Oracle } from './oracle.ts';

const MINUTE = 60_000_000;
/** A poll, a transfer, a trial of ten minutes that nobody acknowledges, and the way back. */
const QUIET = 30 * MINUTE;
/** The longest trial there is, and its two starts. */
const TRIAL = 12 * MINUTE;

/** Judged at the end, and only of a run that went on for long enough after its last fault. */
export const converges: Oracle = {
  name: 'converges',
  promise: `${QUIET / MINUTE} minutes after the last fault every board that has power runs, and none is on trial for ever`,
  watch(fleet, report) {
    const faults = new OpenFaults();
    const booted = new Map<string, number>();
    const look = (name: string) => {
      const board = fleet.boards.get(name)!;
      if (board.state === 'off') return;
      if (board.state === 'halted') return report(`${name} stands still: ${board.halt}`);
      const since = booted.get(name);
      if (since === undefined) return report(`${name} never started an app`);
      const state = readFlash(board).active?.state;
      const onTrial = state === 'NEW' || state === 'PENDING_VERIFY';
      if (onTrial && fleet.kernel.now - since > TRIAL) report(`${name} is on trial for ever`);
    };
    return {
      kinds: ['step', 'boot'],
      record(record) {
        faults.record(record);
        const boot = bootRecord(record);
        if (boot) booted.set(boot.board, record.time);
      },
      end() {
        if (faults.quietFor(fleet.kernel.now) < QUIET) return;
        for (const name of fleet.boards.keys()) look(name);
      },
    };
  },
};
