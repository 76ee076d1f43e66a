import type { CutPhase, FlashOperation } from '../board/nor-flash.ts';
import type { VirtualBoard } from '../guest/virtual-board.ts';
import type { Place } from './flash-places.ts';

/** Which operation of a board's flash is meant; what is left out may be any. */
export interface FlashMoment {
  kind?: FlashOperation['kind'];
  /** The how manieth of those that fit from now on, counted from 1; default the first. */
  number?: number;
  /** Only those that begin there. */
  place?: Place;
  /** Only those that begin at this offset of the place. */
  offset?: number;
  /** Only the one with this number in the life of the chip, from 0. */
  index?: number;
}

export interface StrikeOptions {
  /** The supply sags and comes back, which is a brown-out; else it stays away. */
  sag?: boolean;
  /** Told when it strikes, in the middle of the operation. */
  onStrike?: () => void;
}

/** A failure of the supply that waits for its operation. */
export interface FlashStrike {
  readonly struck: boolean;
  /** Takes it back; nothing once it has struck. */
  disarm(): void;
}

/** The supply fails once, at an operation of the board's flash. */
export function strikeAtFlash(
  board: VirtualBoard,
  moment: FlashMoment,
  phase: CutPhase,
  { sag = false, onStrike }: StrikeOptions = {},
): FlashStrike {
  let state: 'armed' | 'struck' | 'disarmed' = 'armed';
  let seen = 0;
  const { hooks } = board.flash;
  const hook = sag ? 'sag' : 'cut';
  // What was armed earlier is asked first; it stays in the chain when it is through, since others may stand behind it.
  const earlier = hooks[hook];
  hooks[hook] = (operation, data) => {
    const other = earlier?.(operation, data);
    if (other !== undefined || state !== 'armed' || !fits(operation, moment)) return other;
    if (++seen < (moment.number ?? 1)) return undefined;
    state = 'struck';
    onStrike?.();
    return phase;
  };
  return {
    get struck() {
      return state === 'struck';
    },
    disarm() {
      if (state === 'armed') state = 'disarmed';
    },
  };
}

function fits(operation: FlashOperation, { kind, place, offset, index }: FlashMoment): boolean {
  if (kind !== undefined && operation.kind !== kind) return false;
  if (index !== undefined && operation.index !== index) return false;
  if (!place) return true;
  const at = operation.offset - place.offset;
  return at >= 0 && at < place.size && at === (offset ?? at);
}

/** Keeps a journal of what changes a board's flash from now on: whole operations, in their order. */
export function recordWrites(board: VirtualBoard): FlashOperation[] {
  const journal: FlashOperation[] = [];
  const { hooks } = board.flash;
  const earlier = hooks.done;
  hooks.done = (operation, data) => {
    journal.push(operation);
    earlier?.(operation, data);
  };
  return journal;
}

/** Watches a place from now on; answers how often it has been erased or programmed since. */
export function countWrites(board: VirtualBoard, { offset, size }: Place): () => number {
  const journal = recordWrites(board);
  return () => journal.filter((op) => op.offset >= offset && op.offset < offset + size).length;
}
