import type { Oracle } from './oracle.ts';

const MINUTE = 60_000_000;
/** More starts than that, whatever the cause: a trial, its crash, the fallback and two power cycles make five. */
const STARTS = { most: 10, minutes: 5 };
/** An image that goes on after so many crashes will go on crashing: it should have been given up. */
const CRASHES = { most: 4, minutes: 10 };
const CRASH = /PANIC|WDT|BROWNOUT/;

export const noRebootLoop: Oracle = {
  name: 'no-reboot-loop',
  promise: `no board starts more than ${STARTS.most} times in ${STARTS.minutes} minutes, or crashes more than ${CRASHES.most} times in ${CRASHES.minutes}`,
  watch(fleet, report) {
    const times = new Map<string, number[]>();
    const said = new Set<string>();
    const count = (key: string, time: number, { most, minutes }: typeof STARTS) => {
      const recent = (times.get(key) ?? []).filter((at) => time - at < minutes * MINUTE);
      recent.push(time);
      times.set(key, recent);
      if (recent.length <= most || said.has(key)) return;
      said.add(key);
      report(`${key} ${recent.length} times in ${minutes} minutes`);
    };
    return {
      record({ kind, board, time, data }) {
        if (kind !== 'reset' || data === 'held' || !fleet.boards.has(board)) return;
        count(`${board} started`, time, STARTS);
        if (CRASH.test(String(data))) count(`${board} crashed`, time, CRASHES);
      },
    };
  },
};
