import { bootRecord } from './boot-record.ts';
import { readFlash } from './flash-view.ts';
import type { Oracle } from './oracle.ts';
import { OTADATA_KINDS, OtadataWatch } from './otadata-watch.ts';

/**
 * Looked at where a slot is chosen, when a client holds what it received for what it was offered, and at each start: the bootloader
 * may refuse what should never have been chosen.
 */
export const publishedBytes: Oracle = {
  name: 'published-bytes',
  promise:
    'a board neither chooses nor runs bytes that it was not flashed with and nobody published',
  watch(fleet, report) {
    const otadata = new OtadataWatch(fleet.boards, ({ board, before, after }) => {
      const chosen = after.active;
      if (!chosen || chosen.sequence <= (before.active?.sequence ?? 0)) return;
      const slot = readFlash(board).slots.find((one) => one.slot === chosen.slot);
      if (!slot || fleet.mayRun(board.name, slot.md5)) return;
      report(`${board.name} chose ${slot.label}, which holds ${slot.md5}: never published`);
    });
    return {
      kinds: ['boot', ...OTADATA_KINDS],
      record(record) {
        otadata.record(record);
        const boot = bootRecord(record);
        const board = boot && fleet.boards.get(boot.board);
        if (!boot || !board) return;
        // The slot itself: what the record says may have been computed earlier, of bytes that were right then.
        const slot = readFlash(board).slots.find(({ label }) => label === boot.slot);
        const runs = slot?.md5 ?? boot.md5;
        if (fleet.mayRun(boot.board, runs)) return;
        report(`${boot.board} runs ${runs} from ${boot.slot}, which was never published`);
      },
    };
  },
};
