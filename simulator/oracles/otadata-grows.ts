import { isOtadataCrcOk, OTADATA_EMPTY } from '../../tools/formats/otadata.ts';
import type { Oracle } from './oracle.ts';
import { OTADATA_KINDS, OtadataWatch } from './otadata-watch.ts';

/**
 * Each entry is judged as it is written, not what the bootloader makes of both: a number that is used again may leave the choice as it
 * was. A rollback takes an entry's state away, never its number.
 */
export const otadataGrows: Oracle = {
  name: 'otadata-grows',
  promise: 'a sequence number that is written to otadata is above the one that counted before',
  watch(fleet, report) {
    const watch = new OtadataWatch(fleet.boards, ({ board, before, after }) => {
      const counted = before.active?.sequence;
      if (counted === undefined) return;
      after.entries.forEach((entry, i) => {
        const old = before.entries[i as 0 | 1];
        // Half of an entry counts for nothing, and one that keeps its number changes its state.
        if (entry.seq === OTADATA_EMPTY || !isOtadataCrcOk(entry) || entry.seq === old.seq) return;
        if (entry.seq > counted) return;
        const where = `${board.name}: entry ${i} of otadata`;
        report(`${where} was given sequence ${entry.seq}, when ${counted} counted`);
      });
    });
    return { kinds: OTADATA_KINDS, record: (record) => watch.record(record) };
  },
};
