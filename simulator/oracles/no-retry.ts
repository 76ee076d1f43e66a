import type { TraceRecord } from '../kernel/trace.ts';
import { bootRecord } from './boot-record.ts';
import type { Oracle } from './oracle.ts';
import { watchOtadata } from './otadata-watch.ts';

/** Causes of a reset that speak against the image. */
const CRASH = /PANIC|WDT/;

export const noRetry: Oracle = {
  name: 'no-retry',
  promise: 'an image that a board crashed with is not tried there again without a new decision',
  watch(fleet, report) {
    const running = new Map<string, string>();
    /** By board: MD5s that it fell back from, and how often it was given a new decision since. */
    const rejected = new Map<string, Map<string, number>>();
    let decisions = 0;
    /** Why each board started last: a trial that a power cut or a missing acknowledgement ended says nothing against the image. */
    const causes = new Map<string, string>();
    const look = watchOtadata(fleet.boards, ({ name }, before, after) => {
      const gaveUp = before?.state === 'PENDING_VERIFY' && after.sequence < before.sequence;
      const aborted = after.state === 'ABORTED' || after.state === 'INVALID';
      const md5 = running.get(name);
      const crashed = CRASH.test(causes.get(name) ?? '') || after.state === 'INVALID';
      if ((gaveUp || aborted) && crashed && md5) {
        const own = rejected.get(name) ?? new Map<string, number>();
        rejected.set(name, own.set(md5, decisions));
      }
    });
    return {
      record(record: TraceRecord) {
        if (record.kind === 'step') decisions++;
        if (record.kind === 'reset') causes.set(record.board, String(record.data));
        look(record);
        const boot = bootRecord(record);
        if (!boot) return;
        const then = rejected.get(boot.board)?.get(boot.md5);
        running.set(boot.board, boot.md5);
        if (then !== undefined && then === decisions) {
          report(`${boot.board} runs ${boot.md5} again, which it fell back from`);
        }
      },
    };
  },
};
