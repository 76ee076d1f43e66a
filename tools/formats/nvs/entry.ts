import { copyBytes, readText, viewOf } from '../bytes.ts';
import { espCrc32 } from '../crc.ts';

/** NVS pages and entries as bytes (ESP_FORMATS §5, nvs_flash/src/nvs_types.hpp, nvs_page.hpp). */
export const PAGE_SIZE = 4096;
export const ENTRY_SIZE = 32;
export const ENTRY_COUNT = 126;
/** Entry i stands at ENTRIES_OFFSET + i * ENTRY_SIZE in its page. */
export const ENTRIES_OFFSET = 64;
export const BITMAP_OFFSET = 32;
/** Bytes of the longest string, or of the longest piece of a blob: a page but for one entry. */
export const CHUNK_MAX_SIZE = ENTRY_SIZE * (ENTRY_COUNT - 1);
/** Chunk index of everything but blob data. */
export const CHUNK_ANY = 0xff;
/** A blob's pieces count up from here, in turn with 0, each time it is rewritten. */
export const VERSION_1_OFFSET = 0x80;
/** Longest key and namespace name, in bytes. */
export const KEY_MAX = 15;

export const ITEM_TYPE = {
  u8: 0x01,
  i8: 0x11,
  u16: 0x02,
  i16: 0x12,
  u32: 0x04,
  i32: 0x14,
  u64: 0x08,
  i64: 0x18,
  float: 0x24,
  double: 0x28,
  str: 0x21,
  /** A blob of format version 1: in one piece, without an index. */
  blobV1: 0x41,
  blobData: 0x42,
  blobIndex: 0x48,
} as const;

export type ItemTypeName = keyof typeof ITEM_TYPE;

const typeNames = new Map<number, ItemTypeName>(
  Object.entries(ITEM_TYPE).map(([name, code]) => [code, name as ItemTypeName]),
);

export function itemTypeName(type: number): ItemTypeName | undefined {
  return typeNames.get(type);
}

/** Does the value stand in the entries that follow? */
export function isVariableLength(type: number): boolean {
  return type === ITEM_TYPE.str || type === ITEM_TYPE.blobV1 || type === ITEM_TYPE.blobData;
}

/** The first entry of an item. */
export interface Item {
  /** 0 = the list of namespaces, 1 to 254 = a namespace. */
  nsIndex: number;
  type: number;
  /** Entries taken, this one included. */
  span: number;
  chunkIndex: number;
  key: string;
  /** 8 bytes: the value, or what describes it. */
  data: Uint8Array;
}

/** Entries for a value of `size` bytes in a page: one, and those it fills. */
export function spanOf(size: number): number {
  return 1 + Math.ceil(size / ENTRY_SIZE);
}

export function entryCrc(entry: Uint8Array): number {
  let crc = espCrc32(entry.subarray(0, 4));
  crc = espCrc32(entry.subarray(8, 24), crc);
  return espCrc32(entry.subarray(24, 32), crc);
}

const encoder = new TextEncoder();

/** `item.key` is at most KEY_MAX bytes: checked where it enters. */
export function encodeItem(item: Item): Uint8Array {
  const entry = new Uint8Array(ENTRY_SIZE);
  entry[0] = item.nsIndex;
  entry[1] = item.type;
  entry[2] = item.span;
  entry[3] = item.chunkIndex;
  encoder.encodeInto(item.key, entry.subarray(8, 8 + KEY_MAX));
  entry.set(item.data, 24);
  viewOf(entry).setUint32(4, entryCrc(entry), true);
  return entry;
}

/** Reads an entry as the first of an item, whether it is sound or not. */
export function decodeItem(entry: Uint8Array): Item {
  return {
    nsIndex: entry[0]!,
    type: entry[1]!,
    span: entry[2]!,
    chunkIndex: entry[3]!,
    key: readText(entry, 8, 16),
    data: copyBytes(entry, 24, 32),
  };
}

/** The 8 data bytes that describe a string or a piece of a blob. */
export function variableData(value: Uint8Array): Uint8Array {
  const data = new Uint8Array(8).fill(0xff);
  const view = viewOf(data);
  view.setUint16(0, value.length, true);
  view.setUint32(4, espCrc32(value), true);
  return data;
}

export function variableSize(item: Item): number {
  return viewOf(item.data).getUint16(0, true);
}

export function variableCrc(item: Item): number {
  return viewOf(item.data).getUint32(4, true);
}

/** What a blob's index entry says: pieces `chunkStart` … `chunkStart + chunkCount - 1`. */
export interface BlobIndex {
  size: number;
  chunkCount: number;
  /** 0 or 0x80. */
  chunkStart: number;
}

export function blobIndexData({ size, chunkCount, chunkStart }: BlobIndex): Uint8Array {
  const data = new Uint8Array(8).fill(0xff);
  viewOf(data).setUint32(0, size, true);
  data[4] = chunkCount;
  data[5] = chunkStart;
  return data;
}

export function blobIndexOf(item: Pick<Item, 'data'>): BlobIndex {
  const size = viewOf(item.data).getUint32(0, true);
  return { size, chunkCount: item.data[4]!, chunkStart: item.data[5]! };
}

export type EntryFault = 'entry-crc' | 'entry-type' | 'entry-span' | 'entry-chunk' | 'entry-size';

/**
 * What is wrong with an entry as the first of an item at `index` in its page; undefined where it is
 * sound (`Item::checkHeaderConsistency`).
 */
export function entryFault(entry: Uint8Array, index: number): EntryFault | undefined {
  if (viewOf(entry).getUint32(4, true) !== entryCrc(entry)) return 'entry-crc';
  const item = decodeItem(entry);
  if (itemTypeName(item.type) === undefined) return 'entry-type';
  if (isVariableLength(item.type)) {
    if (item.type === ITEM_TYPE.blobData && item.chunkIndex === CHUNK_ANY) return 'entry-chunk';
    const room = ENTRY_COUNT - index;
    const size = variableSize(item);
    if (size > (room - 1) * ENTRY_SIZE) return 'entry-size';
    return item.span === spanOf(size) ? undefined : 'entry-span';
  }
  if (item.span !== 1) return 'entry-span';
  if (item.type !== ITEM_TYPE.blobIndex) return undefined;
  if (item.chunkIndex !== CHUNK_ANY) return 'entry-chunk';
  return blobIndexOf(item).size > 127 * CHUNK_MAX_SIZE ? 'entry-size' : undefined;
}

/** Two bits an entry. Bits are only ever cleared: empty → written → erased. */
export const ENTRY_STATE = { empty: 3, written: 2, erased: 0, illegal: 1 } as const;

export function entryState(bitmap: Uint8Array, index: number): number {
  return (bitmap[index >> 2]! >> ((index & 3) * 2)) & 3;
}

/** A page's state word; states follow each other by clearing bits. Any other value: corrupt. */
export const PAGE_STATE = {
  empty: 0xffffffff,
  active: 0xfffffffe,
  full: 0xfffffffc,
  freeing: 0xfffffff8,
} as const;

/** The page format written here: version 2, as all of ESP-IDF since 3.2 writes. A smaller byte is a
 * newer format. */
export const PAGE_VERSION = 0xfe;
/** Version 1: blobs in one piece. */
export const PAGE_VERSION_1 = 0xff;

export interface PageHeader {
  state: number;
  seq: number;
  version: number;
  crcOk: boolean;
}

export function readPageHeader(page: Uint8Array): PageHeader {
  const view = viewOf(page);
  const crcOk = view.getUint32(28, true) === espCrc32(page.subarray(4, 28));
  return { state: view.getUint32(0, true), seq: view.getUint32(4, true), version: page[8]!, crcOk };
}

/** The 32 bytes that make an empty page active. */
export function buildPageHeader(seq: number, version = PAGE_VERSION): Uint8Array {
  const header = new Uint8Array(ENTRY_SIZE).fill(0xff);
  const view = viewOf(header);
  view.setUint32(0, PAGE_STATE.active, true);
  view.setUint32(4, seq, true);
  header[8] = version;
  view.setUint32(28, espCrc32(header.subarray(4, 28)), true);
  return header;
}
