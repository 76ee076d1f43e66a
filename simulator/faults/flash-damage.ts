import { SECTOR_SIZE } from '../board/nor-flash.ts';
import type { VirtualBoard } from '../guest/virtual-board.ts';
import type { Place } from './flash-places.ts';

/**
 * What becomes of cells, behind the back of whoever uses the chip: no operation, no time, nothing in a journal. Offsets are those of
 * the place.
 */

/**
 * A worn cell: takes one bit away, from 1 to 0, in the first byte at or after `offset` that has one. Answers where.
 * @throws RangeError when the place has none left from there on
 */
export function loseBit({ name, flash }: VirtualBoard, place: Place, offset: number): number {
  for (let at = offset; at < place.size; at++) {
    const byte = flash.peek(place.offset + at, 1)[0]!;
    if (byte === 0) continue;
    flash.disturb(place.offset + at, byte & -byte);
    return at;
  }
  throw new RangeError(`${name}: no bit is left to lose behind byte ${offset}`);
}

/** Cells that have lost their charge, or got it by what was done beside them: turns a drawn share of all bits round. Answers how many. */
export function flipShare(
  { flash }: VirtualBoard,
  place: Place,
  share: number,
  draw: () => number,
): number {
  const bits = place.size * 8;
  const count = Math.max(share > 0 ? 1 : 0, Math.round(bits * share));
  const flipped = new Set<number>();
  // Each bit is turned once: twice would be never.
  while (flipped.size < Math.min(count, bits)) flipped.add(Math.floor(draw() * bits));
  for (const bit of flipped) flash.disturb(place.offset + (bit >> 3), 1 << (bit & 7));
  return flipped.size;
}

/** The lowest bit of that byte reads as `level` from now on, whatever is written or erased. @throws RangeError outside the place */
export function stickBit(
  { flash }: VirtualBoard,
  place: Place,
  offset: number,
  level: 0 | 1,
): void {
  inside(place, offset);
  flash.stick(place.offset + offset, 1, level);
}

/** The sector with that byte no longer erases. @throws RangeError outside the place */
export function stickSector({ flash }: VirtualBoard, place: Place, offset: number): void {
  inside(place, offset);
  flash.cells.stickSector(Math.floor((place.offset + offset) / SECTOR_SIZE));
}

/** Each sector bears so many erases more; every one beyond leaves another bit behind that stays 0. */
export function wearOut({ flash }: VirtualBoard, { offset, size }: Place, erases: number): void {
  for (let sector = offset / SECTOR_SIZE; sector < (offset + size) / SECTOR_SIZE; sector++) {
    flash.cells.endure(sector, flash.wear[sector]! + erases);
  }
}

function inside({ size }: Place, offset: number): void {
  if (offset < size) return;
  throw new RangeError(`there is no byte ${offset} in a partition of ${size} bytes`);
}
