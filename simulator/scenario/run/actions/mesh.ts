import { troubleOta } from '../../../faults/ota-frames.ts';
import type { MeshAction } from '../../language/actions/mesh.ts';
import { imageMd5 } from '../image-facts.ts';
import type { Deeds } from './context.ts';

export const MESH: Deeds<MeshAction> = {
  'trouble-ota': ({ kind, trouble, image, part, times, board, forUs }, context) => {
    const md5 = imageMd5(context.bench.images.get(image)!);
    const rule = troubleOta({ kind, md5, part, board: context.board(board) }, trouble);
    context.later(forUs, context.world.frames.add(rule, times));
  },
  'drop-frame': ({ number, from, to }, context) => {
    const forget = context.world.frames.add(
      (frame) =>
        frame.number === number && frame.from === from && frame.to === to
          ? { do: 'drop' }
          : undefined,
      1,
    );
    context.later(undefined, forget);
  },
  'lose-frames': ({ share, boards, forUs }, context) => {
    const chances = new Map(
      boards.map((name) => [
        name,
        context.world.kernel.random(`frames:${name}:${context.world.kernel.now}`),
      ]),
    );
    const forget = context.world.frames.add(({ to }) => {
      const chance = chances.get(to);
      return chance && chance() < share ? { do: 'drop' } : undefined;
    });
    context.later(forUs, forget);
  },
};
