import { FormatError } from '../errors.ts';
import {
  type BlobIndex,
  blobIndexData,
  blobIndexOf,
  CHUNK_ANY,
  CHUNK_MAX_SIZE,
  ENTRY_SIZE,
  ITEM_TYPE,
  type Item,
  spanOf,
  VERSION_1_OFFSET,
  variableData,
  variableSize,
} from './entry.ts';
import { nvsError } from './nvs-errors.ts';
import type { StoredItem } from './page.ts';
import type { Located, PageList } from './page-list.ts';

/** Blobs of format version 2: pieces over several pages, and an index written after them
 * (nvs_flash/src/nvs_storage.cpp). */

/** Does a piece belong to this index entry? */
function isPiece(
  item: Item,
  index: Pick<Item, 'nsIndex' | 'key'>,
  { chunkStart, chunkCount }: BlobIndex,
): boolean {
  return (
    item.type === ITEM_TYPE.blobData &&
    item.nsIndex === index.nsIndex &&
    item.key === index.key &&
    item.chunkIndex >= chunkStart &&
    item.chunkIndex < chunkStart + chunkCount
  );
}

/** In their order. */
function piecesOf(pages: PageList, index: Pick<Item, 'nsIndex' | 'key' | 'data'>): Located[] {
  const blob = blobIndexOf(index);
  return pages
    .all()
    .filter(({ item }) => isPiece(item, index, blob))
    .sort((a, b) => a.item.chunkIndex - b.item.chunkIndex);
}

/** The blob's bytes; undefined where pieces are missing or damaged. */
export function readBlob(pages: PageList, index: StoredItem): Uint8Array | undefined {
  const { size, chunkCount } = blobIndexOf(index);
  const pieces = piecesOf(pages, index);
  const total = pieces.reduce((sum, { item }) => sum + variableSize(item), 0);
  if (pieces.length !== chunkCount || total !== size) return undefined;
  const value = new Uint8Array(size);
  let at = 0;
  for (const { page, item } of pieces) {
    const piece = page.readValue(item);
    if (!piece) return undefined;
    value.set(piece, at);
    at += piece.length;
  }
  return value;
}

/** The index first: without it the pieces are orphans, which the next mount erases. */
export function eraseBlob(pages: PageList, index: Located, purge: boolean): void {
  const pieces = piecesOf(pages, index.item);
  index.page.erase(index.item.index, purge);
  for (const { page, item } of pieces) page.erase(item.index, purge);
}

interface BlobWrite {
  nsIndex: number;
  key: string;
  value: Uint8Array;
  chunkStart: number;
  purge: boolean;
}

/**
 * Writes pieces, then the index; of a write that does not succeed nothing is left.
 * @throws FormatError ESP_ERR_NVS_VALUE_TOO_LONG, ESP_ERR_NVS_NOT_ENOUGH_SPACE
 */
export function writeBlob(pages: PageList, blob: BlobWrite): Located {
  const most = Math.min(pages.pageCount - 1, 127) * CHUNK_MAX_SIZE;
  if (blob.value.length > most) {
    throw nvsError(
      'ESP_ERR_NVS_VALUE_TOO_LONG',
      `a blob takes at most ${most} bytes in ${pages.pageCount} pages; this one has ${blob.value.length}`,
    );
  }
  try {
    const chunkCount = writePieces(pages, blob);
    return writeIndex(pages, blob, chunkCount);
  } catch (error) {
    // After a failure of the flash itself the next mount finds the orphans.
    const ours = error instanceof FormatError && error.code.startsWith('ESP_ERR_NVS_');
    if (ours) erasePieces(pages, blob);
    throw error;
  }
}

function writePieces(pages: PageList, { nsIndex, key, value, chunkStart }: BlobWrite): number {
  while (isTooTight(pages.current.tailroom, value.length)) {
    const before = pages.current.tailroom;
    pages.requestNewPage();
    if (pages.current.tailroom === before) throw noSpace();
  }
  let chunkCount = 0;
  let at = 0;
  do {
    const { current } = pages;
    const { tailroom } = current;
    if (tailroom === 0) throw noSpace();
    const piece = value.subarray(at, at + tailroom);
    const written = current.write(
      {
        nsIndex,
        type: ITEM_TYPE.blobData,
        span: spanOf(piece.length),
        chunkIndex: chunkStart + chunkCount,
        key,
        data: variableData(piece),
      },
      piece,
    );
    if (!written) throw noSpace();
    chunkCount++;
    at += piece.length;
    // The index, or the next piece, needs an entry in the page.
    if (at < value.length || tailroom - piece.length < ENTRY_SIZE) pages.requestNewPage();
  } while (at < value.length);
  return chunkCount;
}

/** The first piece does not go where less than a tenth of a page is left, unless it fits whole. */
function isTooTight(tailroom: number, size: number): boolean {
  const short = tailroom < size || (tailroom === 0 && size === 0);
  return short && tailroom < CHUNK_MAX_SIZE / 10;
}

function writeIndex(pages: PageList, blob: BlobWrite, chunkCount: number): Located {
  const { nsIndex, key, value, chunkStart } = blob;
  const data = blobIndexData({ size: value.length, chunkCount, chunkStart });
  const item = { nsIndex, type: ITEM_TYPE.blobIndex, span: 1, chunkIndex: CHUNK_ANY, key, data };
  const page = pages.current;
  const written = page.write(item);
  if (!written) throw noSpace();
  return { page, item: written };
}

function erasePieces(pages: PageList, { nsIndex, key, chunkStart, purge }: BlobWrite): void {
  const data = blobIndexData({ size: 0, chunkCount: VERSION_1_OFFSET - 1, chunkStart });
  for (const { page, item } of piecesOf(pages, { nsIndex, key, data }))
    page.erase(item.index, purge);
}

function noSpace(): Error {
  return nvsError('ESP_ERR_NVS_NOT_ENOUGH_SPACE', 'the blob does not fit into the free pages');
}

/** At mount: erases indexes whose pieces do not add up, and pieces without an index. */
export function repairBlobs(pages: PageList): void {
  const all = pages.all();
  const piecesByKey = Map.groupBy(
    all.filter(({ item }) => item.type === ITEM_TYPE.blobData),
    ({ item }) => `${item.nsIndex}/${item.key}`,
  );
  const owned = new Set<StoredItem>();
  for (const { page, item } of all) {
    if (item.type !== ITEM_TYPE.blobIndex) continue;
    const blob = blobIndexOf(item);
    // All pieces of the index's version count, those beyond its range included.
    const family = { ...blob, chunkCount: blob.chunkStart === 0 ? VERSION_1_OFFSET : 127 };
    const candidates = piecesByKey.get(`${item.nsIndex}/${item.key}`) ?? [];
    const pieces = candidates.filter((piece) => isPiece(piece.item, item, family));
    const total = pieces.reduce((sum, piece) => sum + variableSize(piece.item), 0);
    if (pieces.length !== blob.chunkCount || total !== blob.size) page.erase(item.index, true);
    else for (const piece of pieces) if (isPiece(piece.item, item, blob)) owned.add(piece.item);
  }
  for (const { page, item } of all) {
    if (item.type === ITEM_TYPE.blobData && !owned.has(item)) page.erase(item.index, true);
  }
}
