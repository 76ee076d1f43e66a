import type { Oracle } from './oracle.ts';

const MINUTE = 60_000_000;
/** A start that nobody outside caused: an update makes two, a trial that fails another one. */
const STARTS = [
  { most: 10, minutes: 5 },
  { most: 20, minutes: 60 },
];
/** An image that goes on after so many crashes will go on crashing: it should have been given up. */
const CRASHES = [{ most: 4, minutes: 10 }];
const CRASH = /PANIC|WDT/;
/** What comes from outside, as often as it likes: the supply, the button. */
const OUTSIDE = /^(POWERON|EXT|BROWNOUT|held)$/;

export const noRebootLoop: Oracle = {
  name: 'no-reboot-loop',
  promise: `no board restarts more than ${STARTS.map(inWords).join(' or ')}, or crashes more than ${CRASHES.map(inWords)}`,
  watch(fleet, report) {
    const times = new Map<string, number[]>();
    const said = new Set<string>();
    const count = (key: string, time: number, limits: typeof STARTS) => {
      const longest = limits.at(-1)!.minutes * MINUTE;
      const recent = (times.get(key) ?? []).filter((at) => time - at < longest);
      recent.push(time);
      times.set(key, recent);
      for (const { most, minutes } of limits) {
        const number = recent.filter((at) => time - at < minutes * MINUTE).length;
        if (number <= most || said.has(key)) continue;
        said.add(key);
        report(`${key} ${number} times in ${minutes} minutes`);
      }
    };
    return {
      kinds: ['reset'],
      record({ kind, board, time, data }) {
        if (kind !== 'reset' || !fleet.boards.has(board) || OUTSIDE.test(String(data))) return;
        count(`${board} restarted`, time, STARTS);
        if (CRASH.test(String(data))) count(`${board} crashed`, time, CRASHES);
      },
    };
  },
};

function inWords({ most, minutes }: (typeof STARTS)[number]): string {
  return `${most} times in ${minutes} minutes`;
}
