import type { TraceRecord } from '../kernel/trace.ts';
import { bootRecord } from './boot-record.ts';
import { FrameReader } from './frames.ts';
import type { Oracle } from './oracle.ts';
import { watchOtadata } from './otadata-watch.ts';

/** MESHSWARM_CONFIRM `mesh`: a peer has been heard for so long, µs. */
const HEARD_US = 60_000_000;

/** What a board on trial has met since it booted: the only things that a self-test can have been passed with. */
interface Trial {
  md5: string;
  since: number;
  /** Whoever offered the image has acknowledged it. */
  acknowledged: boolean;
  /** The first frame that any other board sent since. */
  heardSince?: number;
  /** A server answered since. */
  answered: boolean;
}

export const confirmAfterTest: Oracle = {
  name: 'confirm-after-test',
  promise: 'a board never confirms an image before its self-test can have passed',
  watch(fleet, report) {
    const reader = new FrameReader();
    const trials = new Map<string, Trial>();
    const ids = new Map([...fleet.boards.values()].map(({ nodeId, name }) => [nodeId, name]));
    const look = watchOtadata(fleet.boards, ({ name }, before, after) => {
      if (before?.state !== 'PENDING_VERIFY' || after.state !== 'VALID') return;
      if (before.sequence !== after.sequence) return;
      const trial = trials.get(name);
      if (!trial) return report(`${name} confirmed an image that did not run`);
      const role = fleet.roleOf(name);
      const heard = fleet.kernel.now - (trial.heardSince ?? fleet.kernel.now) >= HEARD_US;
      const passed = role === undefined ? trial.answered : trial.acknowledged || heard;
      if (!passed)
        report(`${name} confirmed ${trial.md5} with nothing that a self-test could pass by`);
    });
    const hear = (record: TraceRecord) => {
      if (record.kind === 'http') for (const trial of trials.values()) trial.answered = true;
      if (record.kind !== 'frame') return;
      for (const [name, trial] of trials) {
        if (name !== record.board) trial.heardSince ??= record.time;
      }
      for (const frame of reader.read(record)) {
        if (!frame.includes('ota_ack')) continue;
        const dest = Number(/"dest":(\d+)/.exec(frame)?.[1]);
        const trial = trials.get(ids.get(dest) ?? '');
        if (trial && frame.includes(trial.md5)) trial.acknowledged = true;
      }
    };
    return {
      record(record) {
        const boot = bootRecord(record);
        if (boot) {
          const { md5 } = boot;
          const since = record.time;
          trials.set(boot.board, { md5, since, acknowledged: false, answered: false });
        }
        hear(record);
        look(record);
      },
    };
  },
};
