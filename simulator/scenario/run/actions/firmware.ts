import { failAllocations } from '../../../faults/allocations.ts';
import type { VirtualBoard } from '../../../guest/virtual-board.ts';
import type { FirmwareAction } from '../../language/actions/firmware.ts';
import type { Deeds } from './context.ts';

export const FIRMWARE: Deeds<FirmwareAction> = {
  crash: ({ boards }, context) => seize(context.boards(boards), 'crash'),
  'crash-at-start': ({ boards, forUs }, context) => {
    for (const board of context.boards(boards)) {
      board.seizedAtStart = 'crash';
      context.later(forUs, () => {
        board.seizedAtStart = undefined;
      });
    }
  },
  hang: ({ boards, forUs }, context) => {
    const all = context.boards(boards);
    const said = seize(all, 'hang');
    // What was reset meanwhile is another guest, and has nothing to be freed from.
    context.later(forUs, () => {
      for (const board of all) board.seize(undefined);
    });
    return said;
  },
  'fail-allocation': ({ board, number }, context) => {
    let count = 0;
    context.arm(() => count >= number);
    context.later(
      undefined,
      failAllocations(context.board(board), () => ++count === number),
    );
  },
  'fail-allocations': ({ boards, bytes, forUs }, context) => {
    for (const board of context.boards(boards)) {
      context.later(
        forUs,
        failAllocations(board, (size) => size >= bytes),
      );
    }
  },
  'drift-clock': ({ boards, ppm, forUs }, context) => {
    const { kernel } = context.world;
    for (const { cpu } of context.boards(boards)) {
      cpu.oscillator.drift(ppm, kernel.now);
      context.later(forUs, () => cpu.oscillator.drift(0, kernel.now));
    }
  },
};

function seize(boards: readonly VirtualBoard[], seizure: 'crash' | 'hang'): string {
  const idle = boards.filter((board) => !board.seize(seizure));
  return idle.map(({ name, state }) => `${name} is ${state}`).join(', ');
}
