import { bootRecord } from './boot-record.ts';
import { FinalStates } from './final-states.ts';
import { FINAL_DEVICE } from './final-status.ts';
import type { DeviceClaim, Oracle } from './oracle.ts';

/** A check may be under way while its sender restarts, µs. */
const UNDER_WAY_US = 1_000_000;

const keyOf = ({ id, deviceId }: DeviceClaim) => `log ${id} of device ${deviceId}`;

/**
 * `success` alone is the device's own word, which the server shows as such; with a time of confirmation it is the server's. That comes
 * from a check that the new image sends while it is still on trial, so it must run then, and need not have confirmed itself.
 */
export const deviceTruth: Oracle = {
  name: 'device-truth',
  promise:
    'the server calls an update of a device confirmed only when the device runs it, and no final state changes',
  watch(fleet, report) {
    const finals = new FinalStates(report);
    const running = new Map<string, string>();
    /** What each board ran before that, and until when. */
    const ran = new Map<string, { md5: string; until: number }>();
    const judge = (claim: DeviceClaim) => {
      const board = fleet.boardOfDevice(claim.deviceId);
      if (board === undefined) {
        return report(`${keyOf(claim)} is confirmed, and no board has that number`);
      }
      const runs = running.get(board);
      if (runs === claim.md5) return;
      const before = ran.get(board);
      const lately = before && fleet.kernel.now - before.until < UNDER_WAY_US;
      if (lately && before.md5 === claim.md5) return;
      report(
        `${keyOf(claim)} is confirmed with ${claim.md5}; ${board} runs ${runs ?? 'nothing yet'}`,
      );
    };
    let seen: DeviceClaim[] | undefined;
    const ask = async () => {
      const claims = await fleet.server.devices();
      // The same rows as last time: nothing has changed.
      if (claims === seen) return;
      seen = claims;
      const rows = claims.map((claim) => ({
        key: keyOf(claim),
        status: claim.confirmed ? `${claim.status}, confirmed` : claim.status,
        final: claim.confirmed || FINAL_DEVICE.has(claim.status),
      }));
      const fresh = finals.take(rows);
      for (const claim of claims) if (claim.confirmed && fresh.has(keyOf(claim))) judge(claim);
    };
    return {
      kinds: ['boot'],
      record(record) {
        const boot = bootRecord(record);
        if (!boot) return;
        const { board, md5 } = boot;
        const before = running.get(board);
        if (before !== undefined) ran.set(board, { md5: before, until: fleet.kernel.now });
        running.set(board, md5);
      },
      tick: ask,
      end: ask,
    };
  },
};
