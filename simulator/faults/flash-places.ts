import type { Partition } from '../../tools/formats/partition-table.ts';
import { Partitions } from '../board/partitions.ts';
import type { VirtualBoard } from '../guest/virtual-board.ts';

/** A range of a board's flash. */
export type Place = Pick<Partition, 'offset' | 'size'>;

/** A board's partitions, as its own table says. @throws RangeError when its flash has no sound one */
export function partitionsOf(board: VirtualBoard): Partitions {
  const partitions = Partitions.read(board.flash);
  if (partitions instanceof Partitions) return partitions;
  throw new RangeError(`${board.name} has no partition table: ${partitions.problems.join('; ')}`);
}

/** The partition of that label. @throws RangeError naming those that there are */
export function partitionNamed(board: VirtualBoard, label: string): Partition {
  const { rows } = partitionsOf(board);
  const found = rows.find((row) => row.label === label);
  if (found) return found;
  const labels = rows.map((row) => row.label).join(', ');
  throw new RangeError(`${board.name} has no partition ${label}; it has ${labels}`);
}

/** The partition of app slot `slot`. @throws RangeError when the board has no such slot */
export function slotOf(board: VirtualBoard, slot: number): Partition {
  const partition = partitionsOf(board).slot(slot);
  if (partition) return partition;
  throw new RangeError(`${board.name} has no app slot ${slot}`);
}
