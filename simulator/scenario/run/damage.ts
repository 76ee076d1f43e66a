import type { CutPhase, FlashOperation } from '../../board/nor-flash.ts';
import { Partitions } from '../../board/partitions.ts';
import type { VirtualBoard } from '../../guest/virtual-board.ts';

/** Cuts the power at the how manieth operation of a kind from now on, counted from 1. */
export function cutAtFlash(
  board: VirtualBoard,
  kind: FlashOperation['kind'],
  number: number,
  phase: CutPhase,
): void {
  let seen = 0;
  const { hooks } = board.flash;
  const before = hooks.cut;
  hooks.cut = (operation) => {
    if (operation.kind !== kind || ++seen < number) return before?.(operation);
    hooks.cut = before;
    return phase;
  };
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
