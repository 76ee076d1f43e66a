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

/** A range of a board's flash. */
export type Place = Pick<Partition, 'offset' | 'size'>;

/** Which operation of a board's flash is meant, of those in one partition. */
export interface CutAt {
  partition: Place;
  kind?: FlashOperation['kind'];
  /** The how manieth of those that fit, counted from 0; default the first. */
  number?: number;
  /** Only operations that begin here, an offset in the partition. */
  offset?: number;
  /** Only the operation with this number in the life of the chip. */
  index?: number;
}

/** Cuts the board's power once, at an operation of its flash. Answers whether that has happened. */
export function cutPowerAt(board: VirtualBoard, at: CutAt, phase: CutPhase): () => boolean {
  let seen = 0;
  let cut = false;
  board.flash.hooks.cut = (operation) => {
    if (cut || !fits(operation, at) || seen++ !== (at.number ?? 0)) return undefined;
    cut = true;
    return phase;
  };
  return () => cut;
}

function fits(operation: FlashOperation, at: CutAt): boolean {
  if (at.kind !== undefined && operation.kind !== at.kind) return false;
  if (at.index !== undefined && operation.index !== at.index) return false;
  const place = operation.offset - at.partition.offset;
  return place >= 0 && place < at.partition.size && place === (at.offset ?? place);
}

/** Keeps a journal of what changes a board's flash from now on. */
export function recordWrites(board: VirtualBoard): FlashOperation[] {
  const journal: FlashOperation[] = [];
  const before = board.flash.hooks.done;
  board.flash.hooks.done = (operation, data) => {
    journal.push(operation);
    before?.(operation, data);
  };
  return journal;
}

/** Watches a partition from now on; answers how often it has been erased or programmed since. */
export function countWrites(board: VirtualBoard, { offset, size }: Place): () => number {
  const journal = recordWrites(board);
  return () => journal.filter((op) => op.offset >= offset && op.offset < offset + size).length;
}
