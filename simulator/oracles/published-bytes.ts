import { bootRecord } from './boot-record.ts';
import { readFlash } from './flash-view.ts';
import type { Oracle } from './oracle.ts';

export const publishedBytes: Oracle = {
  name: 'published-bytes',
  promise: 'a board never runs bytes that nobody flashed or published',
  watch(fleet, report) {
    return {
      record(record) {
        const boot = bootRecord(record);
        const board = boot && fleet.boards.get(boot.board);
        if (!boot || !board) return;
        // The slot itself: what the record says may have been computed earlier, of bytes that were right then.
        const slot = readFlash(board).slots.find(({ label }) => label === boot.slot);
        const runs = slot?.md5 ?? boot.md5;
        if (fleet.images.has(runs)) return;
        report(`${boot.board} runs ${runs} from ${boot.slot}, which was never published`);
      },
    };
  },
};
