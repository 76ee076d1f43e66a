import type { Oracle } from './oracle.ts';

/** More starts than that in the time below are a loop: a trial, its crash, the fallback and a power cycle make four. */
const STARTS_MAX = 10;
const MINUTES = 5;

export const noRebootLoop: Oracle = {
  name: 'no-reboot-loop',
  promise: `no board starts more than ${STARTS_MAX} times in ${MINUTES} minutes`,
  watch(fleet, report) {
    const starts = new Map<string, number[]>();
    const said = new Set<string>();
    return {
      record({ kind, board, time }) {
        if (kind !== 'reset') return;
        const recent = (starts.get(board) ?? []).filter((at) => time - at < MINUTES * 60_000_000);
        recent.push(time);
        starts.set(board, recent);
        if (recent.length <= STARTS_MAX || said.has(board) || !fleet.boards.has(board)) return;
        said.add(board);
        report(`${board} started ${recent.length} times in ${MINUTES} minutes`);
      },
    };
  },
};
