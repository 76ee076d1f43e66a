import { hex } from '../../../tools/formats/bytes.ts';
import { md5 } from '../../../tools/formats/md5.ts';
import type { VirtualBoard } from '../../guest/virtual-board.ts';
import type { NodeTree } from '../../mesh/tree.ts';
import { settledImage } from '../../oracles/flash-view.ts';
import type { World } from '../world.ts';

export function md5Hex(image: Uint8Array): string {
  return hex(md5(image));
}

/** Every board's mesh engine knows every other board. */
export function meshFormed(world: World): boolean {
  const others = world.boards.size - 1;
  return [...world.boards.values()].every((board) => {
    const mesh = board.guest?.binding.mesh;
    return mesh !== undefined && mesh.engine.getNodeList().length === others;
  });
}

/** Hops from `from` to each node of its mesh, by node id. */
export function hopsFrom(from: VirtualBoard): Map<number, number> {
  const hops = new Map<number, number>();
  const walk = (tree: NodeTree, depth: number) => {
    hops.set(tree.nodeId, depth);
    for (const sub of tree.subs ?? []) walk(sub, depth + 1);
  };
  const engine = from.guest?.binding.mesh?.engine;
  if (engine) walk(engine.asNodeTree(), 0);
  return hops;
}

/** The board would boot this image again, and keep it: read from its flash. */
export function runsSettled(board: VirtualBoard, image: Uint8Array): boolean {
  return settledImage(board)?.md5 === md5Hex(image);
}

export function describeFlash(board: VirtualBoard): string {
  const settled = settledImage(board);
  return `${board.name}: ${settled ? `${settled.version} (${settled.md5.slice(0, 8)})` : 'on trial'}`;
}
