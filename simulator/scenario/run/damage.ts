import type { CutPhase, FlashOperation } from '../../board/nor-flash.ts';
import { Partitions } from '../../board/partitions.ts';
import type { VirtualBoard } from '../../guest/virtual-board.ts';

/** Which operation of a board's flash is meant. */
export interface FlashMoment {
  kind: FlashOperation['kind'];
  /** The how manieth of those that fit from now on, counted from 1. */
  number: number;
  /** Only those in the partition of this label. */
  label?: string;
}

/** Cuts the power there, once. @throws RangeError when the board has no such partition */
export function cutAtFlash(board: VirtualBoard, moment: FlashMoment, phase: CutPhase): void {
  const place = moment.label === undefined ? undefined : partitionOf(board, moment.label);
  let seen = 0;
  const { hooks } = board.flash;
  const before = hooks.cut;
  hooks.cut = (operation) => {
    const inPlace =
      !place || (operation.offset >= place.offset && operation.offset < place.offset + place.size);
    if (operation.kind !== moment.kind || !inPlace || ++seen < moment.number) {
      return before?.(operation);
    }
    hooks.cut = before;
    return phase;
  };
}

function partitionOf(board: VirtualBoard, label: string) {
  const partitions = Partitions.read(board.flash);
  const rows = partitions instanceof Partitions ? partitions.rows : [];
  const found = rows.find((row) => row.label === label);
  if (found) return found;
  const labels = rows.map((row) => row.label).join(', ');
  throw new RangeError(`${board.name} has no partition ${label}; it has ${labels || 'no table'}`);
}

/**
 * Takes one bit of an app slot away, at or soon after `offset`: what a worn cell does, from 1 to 0.
 * @throws RangeError when the board has no such slot, or no bit is left from there on
 */
export function flipBit(board: VirtualBoard, slot: number, offset: number): void {
  const partitions = Partitions.read(board.flash);
  const partition = partitions instanceof Partitions ? partitions.slot(slot) : undefined;
  if (!partition || !(partitions instanceof Partitions)) {
    throw new RangeError(`${board.name} has no app slot ${slot}`);
  }
  const region = partitions.region(partition);
  let at = offset;
  while (at < region.size && region.read(at, 1)[0] === 0) at++;
  if (at >= region.size) throw new RangeError(`${board.name}: no bit is left behind ${offset}`);
  const byte = region.read(at, 1)[0]!;
  region.write(at, Uint8Array.of(byte & (byte - 1)));
}
