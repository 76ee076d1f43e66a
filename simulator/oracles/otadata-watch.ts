import {
  activeOtadata,
  OTADATA_SIZE,
  type OtadataEntry,
  otaStateName,
  parseOtadata,
  slotOfSeq,
} from '../../tools/formats/otadata.ts';
import { NorFlash } from '../board/nor-flash.ts';
import { Partitions } from '../board/partitions.ts';
import type { VirtualBoard } from '../guest/virtual-board.ts';
import type { TraceRecord } from '../kernel/trace.ts';

/** What otadata says between two flash operations. */
export interface OtadataView {
  slot: number;
  state: string;
  sequence: number;
}

/** Reads otadata without the board's knowing: no time passes on its CPU. Undefined while no entry is valid. */
export function readOtadata(board: VirtualBoard): OtadataView | undefined {
  const flash = new NorFlash(board.flash.size, board.flash.snapshot());
  const partitions = Partitions.read(flash);
  if (!(partitions instanceof Partitions) || !partitions.otadata) return undefined;
  const bytes = partitions.region(partitions.otadata).read(0, OTADATA_SIZE);
  const entries = parseOtadata(bytes);
  const active = activeOtadata(entries);
  if (active < 0) return undefined;
  const entry: OtadataEntry = entries[active as 0 | 1];
  const slot = slotOfSeq(entry.seq, partitions.appCount);
  return { slot, state: otaStateName(entry.state), sequence: entry.seq };
}

/** Where a board's otadata stands, for telling its flash operations from others. */
export function otadataRange(board: VirtualBoard): { from: number; to: number } | undefined {
  const flash = new NorFlash(board.flash.size, board.flash.snapshot());
  const partitions = Partitions.read(flash);
  const partition = partitions instanceof Partitions ? partitions.otadata : undefined;
  return partition && { from: partition.offset, to: partition.offset + partition.size };
}

/** The address of a `program` record; undefined for any other. */
function programmed({ kind, data }: TraceRecord): number | undefined {
  if (kind !== 'program' || typeof data !== 'string') return undefined;
  const match = /^([0-9a-f]+)\+\d+/.exec(data);
  return match ? Number.parseInt(match[1]!, 16) : undefined;
}

/**
 * Calls `changed` with what otadata said before and after each entry that is written. The erase before it is no moment of its own:
 * an entry is rewritten by both.
 */
export function watchOtadata(
  boards: ReadonlyMap<string, VirtualBoard>,
  changed: (board: VirtualBoard, before: OtadataView | undefined, after: OtadataView) => void,
): (record: TraceRecord) => void {
  const ranges = new Map<string, ReturnType<typeof otadataRange>>();
  const last = new Map<string, OtadataView>();
  for (const [name, board] of boards) {
    ranges.set(name, otadataRange(board));
    const view = readOtadata(board);
    if (view) last.set(name, view);
  }
  return (record) => {
    const address = programmed(record);
    const range = ranges.get(record.board);
    const board = boards.get(record.board);
    if (address === undefined || !range || !board) return;
    if (address < range.from || address >= range.to) return;
    const after = readOtadata(board);
    if (!after) return;
    const before = last.get(record.board);
    last.set(record.board, after);
    changed(board, before, after);
  };
}
