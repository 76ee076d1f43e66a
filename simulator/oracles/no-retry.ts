import { OTA_STATE } from '../../tools/formats/otadata.ts';
import type { TraceRecord } from '../kernel/trace.ts';
import { bootRecord } from './boot-record.ts';
import type { Oracle } from './oracle.ts';
import { OTADATA_KINDS, OtadataWatch } from './otadata-watch.ts';

/** Causes of a reset that speak against the image. */
const CRASH = /PANIC|WDT/;
/** Steps by which somebody says that an image shall run, knowing what became of it. */
const DECISION = /^(publish|mark|replace)\b/;
/** A board that updates directly gives an image up after its second failure: the server may have put right what was wrong. */
const DIRECT_TRIES = 2;

export const noRetry: Oracle = {
  name: 'no-retry',
  promise: 'an image that a board crashed with is not tried there again without a new decision',
  watch(fleet, report) {
    const running = new Map<string, string>();
    /** By board: MD5s that it fell back from, how often, and how many decisions there had been. */
    const rejected = new Map<string, Map<string, { falls: number; decisions: number }>>();
    let decisions = 0;
    /** Why each board started last: a trial that a power cut or a missing acknowledgement ended says nothing against the image. */
    const causes = new Map<string, string>();
    const watch = new OtadataWatch(fleet.boards, ({ board: { name }, before: was, after }) => {
      if (was.active?.state !== 'PENDING_VERIFY') return;
      const { sequence } = was.active;
      const entry = after.entries.find(({ seq }) => seq === sequence);
      const refused = entry?.state === OTA_STATE.INVALID;
      const aborted = entry?.state === OTA_STATE.ABORTED;
      const md5 = running.get(name);
      if (md5 && (refused || (aborted && CRASH.test(causes.get(name) ?? '')))) {
        const own = rejected.get(name) ?? new Map<string, { falls: number; decisions: number }>();
        const before = own.get(md5);
        const falls = before?.decisions === decisions ? before.falls + 1 : 1;
        rejected.set(name, own.set(md5, { falls, decisions }));
      }
    });
    return {
      kinds: ['step', 'boot', ...OTADATA_KINDS],
      record(record: TraceRecord) {
        if (record.kind === 'step' && DECISION.test(String(record.data))) decisions++;
        if (record.kind === 'reset') causes.set(record.board, String(record.data));
        watch.record(record);
        const boot = bootRecord(record);
        if (!boot) return;
        running.set(boot.board, boot.md5);
        // Where nothing else is left to boot, the bootloader takes what it rolled back from.
        if (watch.active(boot.board) === undefined) return;
        const then = rejected.get(boot.board)?.get(boot.md5);
        const tries = fleet.roleOf(boot.board) === undefined ? DIRECT_TRIES : 1;
        if (then?.decisions === decisions && then.falls >= tries) {
          report(`${boot.board} runs ${boot.md5} again, which it fell back from`);
        }
      },
    };
  },
};
