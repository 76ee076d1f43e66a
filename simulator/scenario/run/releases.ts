import { identifyImage } from '../../../tools/formats/image-tag.ts';
import { remembered } from '../../board/known-bytes.ts';
import type { VirtualBoard } from '../../guest/virtual-board.ts';
import { settledImage } from '../../oracles/flash-view.ts';
import { sameNode } from '../../oracles/same-node.ts';
import type { ScenarioBench } from './bench.ts';
import { imageMd5 } from './image-facts.ts';
import { publish } from './publish.ts';

/** The role that an image is made for, else its project. */
const audienceOf = remembered((image) => {
  const { role, project = '' } = identifyImage(image) ?? {};
  return role ?? project;
});

/** Remembers that an image was ordered for everybody of its kind. */
export function noteRelease(bench: ScenarioBench, image: string): void {
  const audience = audienceOf(bench.images.get(image)!);
  bench.releases.set(audience, image);
}

/** And that the order was taken back. */
export function forgetRelease(bench: ScenarioBench, image: string): void {
  const audience = audienceOf(bench.images.get(image)!);
  if (bench.releases.get(audience) === image) bench.releases.delete(audience);
}

/** Boards that have power and neither run the last release of their kind nor fell back from it, as the server shows. */
export async function lackingBoards(
  bench: ScenarioBench,
  names: readonly string[],
): Promise<{ board: VirtualBoard; image: string }[]> {
  const lacking = names.flatMap((name) => {
    const board = bench.world.board(name);
    const image = bench.releases.get(audienceOf(bench.firmwareOf(name)));
    if (image === undefined || board.state === 'off') return [];
    return settledImage(board)?.md5 === imageMd5(bench.images.get(image)!)
      ? []
      : [{ board, image }];
  });
  if (lacking.length === 0) return lacking;
  const rows = await bench.rows.nodes();
  return lacking.filter(({ board, image }) => {
    const own = rows.find(
      ({ update_id, node_id }) =>
        update_id === bench.orders.get(image) && sameNode(node_id, board.nodeId),
    );
    return own?.status !== 'rolled_back';
  });
}

/** Orders releases again that boards lack: what somebody does who sees that an update failed. Answers what, for the log. */
export async function publishAgain(bench: ScenarioBench): Promise<string> {
  const lacking = await lackingBoards(bench, [...bench.world.boards.keys()]);
  const said: string[] = [];
  for (const image of new Set(lacking.map((one) => one.image))) {
    const names = lacking.filter((one) => one.image === image).map(({ board }) => board.name);
    const order = await publish(bench, { image, forced: false, stable: false });
    said.push(`${order}, which ${names.join(', ')} lack`);
  }
  return said.length > 0 ? said.join('; ') : 'nobody lacks one';
}
