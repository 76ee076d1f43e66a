import type { Oracle } from './oracle.ts';
import { watchOtadata } from './otadata-watch.ts';

/** An entry in one of these is given up by design, and the one before it counts again. */
const GIVEN_UP = new Set(['NEW', 'PENDING_VERIFY', 'ABORTED', 'INVALID']);

export const otadataGrows: Oracle = {
  name: 'otadata-grows',
  promise: "otadata's sequence only grows, but for a rollback",
  watch(fleet, report) {
    /** Boards whose power went away since their otadata was written: an entry may be half erased. */
    const torn = new Set<string>();
    const look = watchOtadata(fleet.boards, ({ name }, before, after) => {
      const excused = torn.delete(name) || before === undefined || GIVEN_UP.has(before.state);
      if (excused || after.sequence >= before.sequence) return;
      report(`${name}: sequence ${before.sequence} (${before.state}) became ${after.sequence}`);
    });
    return {
      record(record) {
        if (record.kind === 'power') torn.add(record.board);
        look(record);
      },
    };
  },
};
