import { type FlashPart, sortParts } from '../../formats/flash-image/merge.ts';
import { SECTOR } from '../loader/flash-erase.ts';
import { padToWord } from '../loader/write-job.ts';

/** A span of flash to be written: it begins at a sector, and no other shares a sector with it. */
export interface Region {
  offset: number;
  data: Uint8Array;
  /** Of the parts in it, for messages. */
  name: string;
}

/** A span to be erased: whole sectors. */
export interface EraseSpan {
  offset: number;
  length: number;
  name: string;
}

const sectorOf = (offset: number): number => Math.floor(offset / SECTOR);

/**
 * Parts as regions. Parts that share a sector become one region, 0xFF between them, as writing one
 * erases the other. A part that begins within a sector keeps what stands before it there.
 * @param head reads the bytes that must be kept
 * @throws FormatError `merge-overlap`
 */
export async function regionsOf(
  parts: readonly FlashPart[],
  head: (offset: number, length: number) => Promise<Uint8Array>,
): Promise<Region[]> {
  const regions: Region[] = [];
  for (const part of sortParts(parts)) {
    if (part.data.length === 0) continue;
    const name = part.name ?? `0x${part.offset.toString(16)}`;
    const last = regions.at(-1);
    if (last && sectorOf(last.offset + last.data.length - 1) === sectorOf(part.offset)) {
      last.data = join(last.data, part.offset - last.offset, part.data);
      last.name = `${last.name} + ${name}`;
      continue;
    }
    const offset = sectorOf(part.offset) * SECTOR;
    const kept = offset < part.offset ? await head(offset, part.offset - offset) : undefined;
    const data = kept ? join(kept, kept.length, part.data) : part.data;
    regions.push({ offset, data, name });
  }
  return regions.map((region) => ({ ...region, data: padToWord(region.data) }));
}

function join(before: Uint8Array, at: number, after: Uint8Array): Uint8Array {
  const joined = new Uint8Array(at + after.length).fill(0xff);
  joined.set(before);
  joined.set(after, at);
  return joined;
}
