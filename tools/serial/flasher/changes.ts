import { createHash } from 'node:crypto';
import type { Board } from '../loader/board.ts';
import { SECTOR } from '../loader/flash-erase.ts';
import type { Region } from './regions.ts';

/** A run of sectors that flash holds otherwise than they should be. */
export interface Change {
  offset: number;
  data: Uint8Array;
}

const md5 = (data: Uint8Array): string => createHash('md5').update(data).digest('hex');

/** Is the region in flash already? The first sector is asked about alone at first: it holds the build's
 * hash, so that one short question finds out about most new builds. */
export async function isThere(board: Board, { offset, data }: Region): Promise<boolean> {
  const first = data.subarray(0, SECTOR);
  if ((await board.md5(offset, first.length)) !== md5(first)) return false;
  return data.length === first.length || (await board.md5(offset, data.length)) === md5(data);
}

/** The sectors that differ, neighbours together: one MD5 for each sector. */
export async function changesOf(
  board: Board,
  { offset, data }: Region,
  progress: (done: number, total: number) => void = () => {},
): Promise<Change[]> {
  const changes: { from: number; to: number }[] = [];
  for (let at = 0; at < data.length; at += SECTOR) {
    const sector = data.subarray(at, at + SECTOR);
    const same = (await board.md5(offset + at, sector.length)) === md5(sector);
    progress(at + sector.length, data.length);
    if (same) continue;
    const last = changes.at(-1);
    if (last?.to === at) last.to += sector.length;
    else changes.push({ from: at, to: at + sector.length });
  }
  return changes.map(({ from, to }) => ({ offset: offset + from, data: data.subarray(from, to) }));
}
