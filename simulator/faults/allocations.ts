import type { VirtualBoard } from '../guest/virtual-board.ts';

/** Asked for each allocation: its bytes, block header included. */
export type AllocationFails = (bytes: number) => boolean;

/** Lets allocations of a board's firmware fail, beside whatever else lets them. Answers what ends it. */
export function failAllocations(board: VirtualBoard, fails: AllocationFails): () => void {
  const earlier = board.failAllocation;
  let open = true;
  board.failAllocation = (nth, bytes, task) => {
    // Both are asked, so that each counts every allocation.
    const mine = open && fails(bytes);
    return (earlier?.(nth, bytes, task) ?? false) || mine;
  };
  return () => {
    open = false;
  };
}
