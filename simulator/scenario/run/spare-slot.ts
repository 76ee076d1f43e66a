import type { VirtualBoard } from '../../guest/virtual-board.ts';
import { readFlash } from '../../oracles/flash-view.ts';

/** A slot whose loss leaves another one that the bootloader would load and keep, and that nothing runs from; undefined when there is none. */
export function spareSlot(board: VirtualBoard): number | undefined {
  const { slots, active } = readFlash(board);
  if (active?.state === 'PENDING_VERIFY') return undefined;
  const current = active?.slot ?? slots[0]?.slot;
  const others = slots.filter(({ slot }) => slot !== current);
  if (active?.state === 'NEW') return others.some(({ bootable }) => bootable) ? current : undefined;
  const settled = slots.some(({ slot, bootable }) => slot === current && bootable);
  return settled ? others[0]?.slot : undefined;
}
