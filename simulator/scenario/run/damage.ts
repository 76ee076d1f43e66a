import type { CutPhase, FlashOperation } from '../../board/nor-flash.ts';
import { Partitions } from '../../board/partitions.ts';
import type { VirtualBoard } from '../../guest/virtual-board.ts';
import { readFlash } from '../../oracles/flash-view.ts';

/** Which operation of a board's flash is meant. */
export interface FlashMoment {
  kind: FlashOperation['kind'] | 'operation';
  /** The how manieth of those that fit from now on, counted from 1. */
  number: number;
  /** Only those in the partition of this label. */
  label?: string;
}

/**
 * Cuts the power there, once; tells `onCut` when. Answers what takes the cut back while it has not come.
 * @throws RangeError when the board has no such partition
 */
export function cutAtFlash(
  board: VirtualBoard,
  moment: FlashMoment,
  phase: CutPhase,
  onCut: () => void = () => {},
): () => void {
  const place = moment.label === undefined ? undefined : partitionOf(board, moment.label);
  let seen = 0;
  const { hooks } = board.flash;
  const before = hooks.cut;
  let done = false;
  hooks.cut = (operation, data) => {
    const other = before?.(operation, data);
    if (other || done) return other;
    const inPlace =
      !place || (operation.offset >= place.offset && operation.offset < place.offset + place.size);
    const meant = moment.kind === 'operation' || operation.kind === moment.kind;
    if (!meant || !inPlace || ++seen < moment.number) return undefined;
    done = true;
    onCut();
    return phase;
  };
  return () => {
    done = true;
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
 * Takes one bit of an app slot away, at or soon after `offset`: what a worn cell does, from 1 to 0. `spare`: of a slot that the board
 * can do without now. Answers what was done, where it is not plain.
 * @throws RangeError when the board has no such slot, or no bit is left from there on
 */
export function flipBit(board: VirtualBoard, slot: number | 'spare', offset: number): string {
  const partitions = Partitions.read(board.flash);
  if (!(partitions instanceof Partitions)) throw new RangeError(`${board.name} has no app slots`);
  const number = slot === 'spare' ? spareSlot(board) : slot;
  if (number === undefined) return 'it can do without none';
  const partition = partitions.slot(number);
  if (!partition) throw new RangeError(`${board.name} has no app slot ${number}`);
  const region = partitions.region(partition);
  let at = offset;
  while (at < region.size && region.read(at, 1)[0] === 0) at++;
  if (at >= region.size) throw new RangeError(`${board.name}: no bit is left behind ${offset}`);
  const byte = region.read(at, 1)[0]!;
  // A cell that wears out is no operation of the chip: no power is cut there.
  const { hooks } = board.flash;
  board.flash.hooks = { done: hooks.done };
  region.write(at, Uint8Array.of(byte & (byte - 1)));
  board.flash.hooks = hooks;
  return slot === 'spare' ? `slot ${number}` : '';
}

/** A slot whose loss leaves another one that the bootloader would load and keep; undefined when there is none. */
function spareSlot(board: VirtualBoard): number | undefined {
  const { slots, active } = readFlash(board);
  const onTrial = active?.state === 'PENDING_VERIFY' || active?.state === 'NEW';
  const current = active?.slot ?? slots[0]?.slot;
  const others = slots.filter(({ slot }) => slot !== current);
  if (onTrial) return others.some(({ bootable }) => bootable) ? current : undefined;
  const settled = slots.some(({ slot, bootable }) => slot === current && bootable);
  return settled ? others[0]?.slot : undefined;
}
