import type { CutPhase, FlashOperation } from '../../simulator/board/nor-flash.ts';
import { Partitions } from '../../simulator/board/partitions.ts';
import type { VirtualBoard } from '../../simulator/guest/virtual-board.ts';
import type { Partition } from '../../tools/formats/partition-table.ts';

/** A board's partitions, as its own table says. @throws Error when there is no table */
export function partitionsOf(board: VirtualBoard): Partitions {
  const partitions = Partitions.read(board.flash);
  if (partitions instanceof Partitions) return partitions;
  throw new Error(`${board.name} has no partition table: ${partitions.problems.join('; ')}`);
}

/** The partition of app slot `slot`. */
export function slotOf(board: VirtualBoard, slot: number): Partition {
  const partition = partitionsOf(board).slot(slot);
  if (!partition) throw new Error(`${board.name} has no app slot ${slot}`);
  return partition;
}

/**
 * Takes one bit of app slot `slot` away, at or soon after `offset` (a negative one counts from `length`, the image's):
 * what a worn cell does. NOR flash loses bits only from 1 to 0, so the first byte there that has one is taken.
 */
export function loseBit(board: VirtualBoard, slot: number, offset: number, length: number): void {
  const region = partitionsOf(board).region(slotOf(board, slot));
  let at = offset < 0 ? length + offset : offset;
  while (region.read(at, 1)[0] === 0) at++;
  if (at >= length) throw new Error('no byte behind that offset has a bit to lose');
  const byte = region.read(at, 1)[0]!;
  region.write(at, Uint8Array.of(byte & (byte - 1)));
}

/** Operations on one partition, told apart by the part of it that they touch. */
export interface CutAt {
  partition: Partition;
  kind: FlashOperation['kind'];
  /** Which of those operations, counted from 0; default the first. */
  number?: number;
  /** Only operations that begin here, an offset in the partition. */
  offset?: number;
}

/** Cuts the board's power once, at an operation of its flash. Answers whether that has happened. */
export function cutPowerAt(board: VirtualBoard, at: CutAt, phase: CutPhase): () => boolean {
  const { partition, kind, offset, number = 0 } = at;
  let seen = 0;
  let cut = false;
  board.flash.hooks.cut = (operation) => {
    const place = operation.offset - partition.offset;
    const there = place >= 0 && place < partition.size && (offset ?? place) === place;
    if (cut || operation.kind !== kind || !there || seen++ !== number) return undefined;
    cut = true;
    return phase;
  };
  return () => cut;
}

/** Watches a partition from now on; answers how often it has been erased or programmed since. */
export function countWrites(board: VirtualBoard, partition: Partition): () => number {
  const before = board.flash.hooks.done;
  let count = 0;
  board.flash.hooks.done = (operation, data) => {
    const place = operation.offset - partition.offset;
    if (place >= 0 && place < partition.size) count++;
    before?.(operation, data);
  };
  return () => count;
}
