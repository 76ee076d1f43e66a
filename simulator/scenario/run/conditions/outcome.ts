import type { VirtualBoard } from '../../../guest/virtual-board.ts';
import type { ScenarioBench } from '../bench.ts';

/** Whether a condition holds, and what is seen where it does not. */
export interface Outcome {
  ok: boolean;
  /** Empty while it holds. */
  seen: string;
}

const HOLDS: Outcome = { ok: true, seen: '' };

export function outcome(ok: boolean, seen: string): Outcome {
  return ok ? HOLDS : { ok, seen };
}

/** Holds when `fault` finds nothing wrong with any of the boards. */
export function eachBoard(
  { world }: ScenarioBench,
  names: readonly string[],
  fault: (board: VirtualBoard) => string,
): Outcome {
  const faults = names.flatMap((name) => {
    const seen = fault(world.board(name));
    return seen === '' ? [] : [`${name} ${seen}`];
  });
  return outcome(faults.length === 0, faults.join(', '));
}
