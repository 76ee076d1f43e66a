import {
  activeOtadata,
  OTADATA_EMPTY,
  OTADATA_SIZE,
  type OtadataEntries,
  otaStateName,
  parseOtadata,
  slotOfSeq,
} from '../../tools/formats/otadata.ts';
import { NorFlash } from '../board/nor-flash.ts';
import { Partitions } from '../board/partitions.ts';
import type { VirtualBoard } from '../guest/virtual-board.ts';
import type { TraceRecord } from '../kernel/trace.ts';
import { flashOp } from './flash-op.ts';

/** What otadata says between two flash operations. */
export interface OtadataView {
  slot: number;
  state: string;
  sequence: number;
}

interface Otadata {
  from: number;
  to: number;
  entries: OtadataEntries;
  active: OtadataView | undefined;
  hasFactory: boolean;
}

/** What counts now, for the bootloader. Undefined while no entry is valid. */
export function readOtadata(board: VirtualBoard): OtadataView | undefined {
  return readEntries(board)?.active;
}

/** Calls `changed` with what counted before and after each entry that is written, as long as something counts. */
export function watchOtadata(
  boards: ReadonlyMap<string, VirtualBoard>,
  changed: (board: VirtualBoard, before: OtadataView | undefined, after: OtadataView) => void,
): (record: TraceRecord) => void {
  const watch = new OtadataWatch(boards, ({ board, before, after }) => {
    if (after.active) changed(board, before.active, after.active);
  });
  return (record) => watch.record(record);
}

/** Reads otadata without the board's knowing: no time passes on its CPU. Undefined without such a partition. */
function readEntries(board: VirtualBoard): Otadata | undefined {
  const flash = new NorFlash(board.flash.size, board.flash.snapshot());
  const partitions = Partitions.read(flash);
  if (!(partitions instanceof Partitions) || !partitions.otadata) return undefined;
  const { offset, size } = partitions.otadata;
  if (size < OTADATA_SIZE) return undefined;
  const entries = parseOtadata(partitions.region(partitions.otadata).read(0, OTADATA_SIZE));
  const index = activeOtadata(entries);
  const { seq, state } = entries[index < 0 ? 0 : (index as 0 | 1)];
  const slot = slotOfSeq(seq, partitions.appCount);
  return {
    from: offset,
    to: offset + size,
    entries,
    active: index < 0 ? undefined : { slot, state: otaStateName(state), sequence: seq },
    hasFactory: partitions.factory !== undefined,
  };
}

/** What an OtadataWatch must be told of. */
export const OTADATA_KINDS = ['reset', 'erase', 'program'] as const;

/** What otadata was and became. */
export interface OtadataChange {
  board: VirtualBoard;
  before: Otadata;
  after: Otadata;
}

/**
 * Follows otadata of all boards: `changed` is called after each entry that is written, and at a reset for what a power cut tore. The
 * erase before a write is no moment of its own: an entry is rewritten by both.
 */
export class OtadataWatch {
  readonly #boards: ReadonlyMap<string, VirtualBoard>;
  readonly #changed: (change: OtadataChange) => void;
  readonly #last = new Map<string, Otadata>();

  constructor(
    boards: ReadonlyMap<string, VirtualBoard>,
    changed: (change: OtadataChange) => void = () => {},
  ) {
    this.#boards = boards;
    this.#changed = changed;
    for (const [name, board] of boards) this.#keep(name, readEntries(board));
  }

  /** What otadata of a board says, by the last write of an entry. */
  active(board: string): OtadataView | undefined {
    return this.#last.get(board)?.active;
  }

  record(record: TraceRecord): void {
    if (!(OTADATA_KINDS as readonly string[]).includes(record.kind)) return;
    const board = this.#boards.get(record.board);
    const before = this.#last.get(record.board);
    if (!board || !before) {
      // Its table may have come by the serial line meanwhile.
      if (board && record.kind === 'reset') this.#keep(record.board, readEntries(board));
      return;
    }
    const op = flashOp(record);
    const inside = op !== undefined && op.from < before.to && op.to > before.from;
    if (inside && op.kind === 'erase') this.#erased(board, before);
    if (record.kind !== 'reset' && !(inside && op.kind === 'program')) return;
    const after = readEntries(board);
    this.#keep(record.board, after);
    if (after && (op || differs(before, after))) this.#changed({ board, before, after });
  }

  /** With a factory app, two erased entries are a way to say that it boots; and counting begins anew. */
  #erased(board: VirtualBoard, before: Otadata): void {
    const now = readEntries(board);
    if (now?.hasFactory && now.entries.every(({ seq }) => seq === OTADATA_EMPTY)) {
      this.#keep(board.name, { ...before, entries: now.entries, active: undefined });
    }
  }

  #keep(name: string, otadata: Otadata | undefined): void {
    if (otadata) this.#last.set(name, otadata);
    else this.#last.delete(name);
  }
}

function differs(before: Otadata, after: Otadata): boolean {
  return before.entries.some(({ seq, state, crc }, i) => {
    const other = after.entries[i as 0 | 1];
    return other.seq !== seq || other.state !== state || other.crc !== crc;
  });
}
