import { bootRecord } from './boot-record.ts';
import type { Oracle } from './oracle.ts';

export const publishedBytes: Oracle = {
  name: 'published-bytes',
  promise: 'a board never runs bytes that nobody flashed or published',
  watch(fleet, report) {
    return {
      record(record) {
        const boot = bootRecord(record);
        if (!boot || fleet.images.has(boot.md5)) return;
        report(`${boot.board} runs ${boot.md5} from ${boot.slot}, which was never published`);
      },
    };
  },
};
