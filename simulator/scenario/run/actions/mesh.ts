import type { FrameRule } from '../../../faults/frame-tap.ts';
import type { MeshFrame } from '../../../faults/mesh-frame.ts';
import { troubleOta } from '../../../faults/ota-frames.ts';
import type { MeshAction } from '../../language/actions/mesh.ts';
import { imageMd5 } from '../image-facts.ts';
import type { ActionContext, Deeds } from './context.ts';

export const MESH: Deeds<MeshAction> = {
  'trouble-ota': ({ kind, trouble, image, part, times, board, forUs }, context) => {
    const md5 = imageMd5(context.bench.images.get(image)!);
    const rule = troubleOta({ kind, md5, part, board: context.board(board) }, trouble);
    add(context, rule, times, forUs);
  },
  'drop-frame': ({ number, from, to }, context) => {
    const meant = (frame: MeshFrame) =>
      frame.number === number && frame.from === from && frame.to === to;
    add(context, (frame) => (meant(frame) ? { do: 'drop' } : undefined), 1);
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

/** A rule for frames that are named one by one: it should strike at least once. */
function add(context: ActionContext, rule: FrameRule, times: number | undefined, forUs?: number) {
  let struck = false;
  const watched: FrameRule = (frame) => {
    const fate = rule(frame);
    struck ||= fate !== undefined;
    return fate;
  };
  context.arm(() => struck);
  context.later(forUs, context.world.frames.add(watched, times));
}
