import { parseImageHeader } from '../../tools/formats/esp-image.ts';
import { bootRecord } from './boot-record.ts';
import type { Oracle } from './oracle.ts';

/** The bit that marks images for virtual boards: `0x8000 |` the real chip id. */
const VIRTUAL_CHIP = 0x8000;

export const ownImage: Oracle = {
  name: 'own-image',
  promise: 'a board never runs an image of another role or chip',
  watch(fleet, report) {
    return {
      record(record) {
        const boot = bootRecord(record);
        const image = boot && fleet.images.get(boot.md5);
        const board = boot && fleet.boards.get(boot.board);
        if (!boot || !image || !board) return;
        const role = fleet.roleOf(boot.board);
        if (image.role !== role) {
          const [is, has] = [role ?? 'no role', image.role ?? 'no role'];
          report(`${boot.board} (${is}) runs an image for ${has}, ${image.version}`);
        }
        const { chipId } = parseImageHeader(image.bytes);
        if ((chipId & ~VIRTUAL_CHIP) !== board.chip.id) {
          report(`${boot.board} runs an image for chip ${chipId & ~VIRTUAL_CHIP}`);
        }
      },
    };
  },
};
