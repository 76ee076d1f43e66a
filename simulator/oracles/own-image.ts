import { SIMULATOR_CHIP_FLAG } from '../../tools/formats/chips.ts';
import { parseImageHeader } from '../../tools/formats/esp-image.ts';
import { bootRecord } from './boot-record.ts';
import type { Oracle } from './oracle.ts';

export const ownImage: Oracle = {
  name: 'own-image',
  promise: 'a board never runs an image of another role, project or chip',
  watch(fleet, report) {
    return {
      kinds: ['boot'],
      record(record) {
        const boot = bootRecord(record);
        const image = boot && fleet.images.get(boot.md5);
        const board = boot && fleet.boards.get(boot.board);
        if (!boot || !image || !board) return;
        const role = fleet.roleOf(boot.board);
        const project = fleet.projectOf(boot.board);
        if (image.role !== role) {
          const [is, has] = [role ?? 'no role', image.role ?? 'no role'];
          report(`${boot.board} (${is}) runs an image for ${has}, ${image.version}`);
        } else if (role === undefined && image.project !== project) {
          const [is, has] = [project ?? 'no project', image.project ?? 'no project'];
          report(`${boot.board} (${is}) runs an image of ${has}, ${image.version}`);
        }
        const chipId = parseImageHeader(image.bytes).chipId & ~SIMULATOR_CHIP_FLAG;
        if (chipId !== board.chip.id) report(`${boot.board} runs an image for chip ${chipId}`);
      },
    };
  },
};
