import type { CutPhase, NorFlash } from '../../simulator/board/nor-flash.ts';
import {
  type JournalEntry as FlashEntry,
  type Journal as FlashJournal,
  journalOf as flashJournal,
} from '../../simulator/scenario/enumerate/journal.ts';
import type { DirectBench } from './bench.ts';

/** One operation of the device's flash, and where the server stood. */
export interface JournalEntry extends FlashEntry {
  /** Requests that the server had been asked, and its time, milliseconds since 1970. */
  requests: number;
  at: number;
}

/** Everything that a device's flash goes through from now on. */
export type Journal = FlashJournal<JournalEntry>;

export function journalOf(bench: DirectBench, now: () => number): Journal {
  return flashJournal(bench.board.flash, () => ({ requests: bench.requests.length, at: now() }));
}

/** Program unit of the flash chip. */
export const PAGE = 256;

/** A moment at which the power goes: in an operation, after so many of its bytes. */
export interface CutPoint {
  /** Of the journal's entries. */
  entry: number;
  /** Bytes of it that are done. */
  bytes: number;
  /** Some bits of the next byte are done too: the page program was under way. */
  torn: boolean;
}

/**
 * Every point of an entry: before, half-way through and after the erase, or each page of the program. Where `everyByte`, also between any
 * two bytes of it.
 */
export function pointsOf(entry: JournalEntry, index: number, everyByte: boolean): CutPoint[] {
  const at = (bytes: number, torn = false): CutPoint => ({ entry: index, bytes, torn });
  if (!entry.data) return [at(0), at(entry.length / 2, true), at(entry.length)];
  const points: CutPoint[] = [];
  for (let start = 0; start < entry.length; ) {
    const room = PAGE - ((entry.offset + start) % PAGE);
    const length = Math.min(room, entry.length - start);
    points.push(at(start), at(start + (length >> 1), true), at(start + length));
    start += length;
  }
  if (everyByte) for (let bytes = 1; bytes < entry.length; bytes++) points.push(at(bytes, true));
  return points;
}

/** Carries an entry out up to a point. A torn byte keeps some of its old bits; a torn erase leaves the rest of the sector with random ones. */
export function applyCut(
  flash: NorFlash,
  entry: JournalEntry,
  point: CutPoint,
  noise: number,
): void {
  const { offset, length, data } = entry;
  const { bytes, torn } = point;
  if (data) {
    flash.write(offset, data.subarray(0, bytes));
    if (torn && bytes < length)
      flash.write(offset + bytes, Uint8Array.of(data[bytes]! | (noise & 0xff)));
    return;
  }
  if (bytes === 0) return;
  if (bytes === length) return flash.erase(offset, length);
  const rest = flash.read(offset + bytes, length - bytes);
  flash.erase(offset, length);
  // Erasing raises bits: of the rest, some have risen.
  flash.write(
    offset + bytes,
    rest.map((byte, i) => byte | ((noise >> (i % 8)) & 0xff)),
  );
}

/** The same moment for a run that is cut as it goes, where there is one: NorFlash knows whole operations and their middle. */
export function phaseOf(entry: JournalEntry, { bytes, torn }: CutPoint): CutPhase | undefined {
  if (bytes === 0) return 'before';
  if (bytes === entry.length) return 'after';
  return !torn && bytes === entry.length >> 1 ? 'half' : undefined;
}
