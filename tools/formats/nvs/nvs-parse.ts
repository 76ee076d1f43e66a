import { concatBytes, isFilled, readText } from '../bytes.ts';
import { espCrc32 } from '../crc.ts';
import { FormatError } from '../errors.ts';
import {
  BITMAP_OFFSET,
  blobIndexOf,
  decodeItem,
  ENTRIES_OFFSET,
  ENTRY_COUNT,
  ENTRY_SIZE,
  ENTRY_STATE,
  entryFault,
  entryState,
  ITEM_TYPE,
  type Item,
  isVariableLength,
  itemTypeName,
  PAGE_SIZE,
  PAGE_STATE,
  PAGE_VERSION,
  readPageHeader,
  variableCrc,
  variableSize,
} from './entry.ts';
import type { PageStatus } from './page.ts';
import {
  endsWithOnlyNul,
  type NvsType,
  type NvsValue,
  readScalar,
  type ScalarType,
} from './value.ts';

export interface NvsProblem {
  code: string;
  message: string;
  /** Byte in the partition. */
  offset: number;
}

export interface NvsPageInfo {
  /** Byte in the partition. */
  offset: number;
  status: PageStatus;
  /** Of pages in use. */
  seq?: number;
  /** Format version of pages in use: 1, 2, or what a newer format may be called. */
  version?: number;
  /** Entries by state; of a page not in use all are empty. */
  written: number;
  erased: number;
}

export interface NvsDumpEntry {
  key: string;
  type: NvsType;
  value: NvsValue;
  /** Of its first entry; of a blob, that of its index. */
  offset: number;
}

export interface NvsDumpNamespace {
  /** 1 to 254, as entries refer to it. */
  index: number;
  /** Absent where no entry names the index. */
  name?: string;
  entries: NvsDumpEntry[];
}

export interface NvsDump {
  /** In the order of the partition. */
  pages: NvsPageInfo[];
  namespaces: NvsDumpNamespace[];
  /** Every inconsistency, as found: nothing is repaired. */
  problems: NvsProblem[];
}

interface Found extends Item {
  offset: number;
  /** What follows the first entry; empty where the value stands in it. */
  value: Uint8Array;
}

type Report = (code: string, offset: number, message: string) => void;

/**
 * Reads an NVS partition without changing it (ESP_FORMATS §5). Of two entries for one key the later
 * counts, as on the chip. Values of encrypted partitions cannot be read: all their entries have a
 * wrong CRC.
 * @throws FormatError `nvs-size`
 */
export function parseNvs(bytes: Uint8Array): NvsDump {
  if (bytes.length === 0 || bytes.length % PAGE_SIZE !== 0) {
    throw new FormatError(
      'nvs-size',
      `an NVS partition has whole pages of 4096 bytes; ${bytes.length} bytes are none`,
      { offset: bytes.length },
    );
  }
  const problems: NvsProblem[] = [];
  const report: Report = (code, offset, message) => void problems.push({ code, message, offset });
  const pages: NvsPageInfo[] = [];
  const found: { seq: number; items: Found[] }[] = [];
  const offsetBySeq = new Map<number, number>();
  for (let offset = 0; offset < bytes.length; offset += PAGE_SIZE) {
    const page = bytes.subarray(offset, offset + PAGE_SIZE);
    const info = readPageInfo(page, offset, report);
    pages.push(info);
    if (info.seq === undefined || info.version! > 2) continue;
    if (offsetBySeq.has(info.seq)) {
      report('page-seq-twice', offset + 4, `another page has the sequence number ${info.seq} too`);
    }
    offsetBySeq.set(info.seq, offset);
    found.push({ seq: info.seq, items: readItems(page, offset, report) });
  }
  if (!pages.some((page) => page.status === 'empty' || page.status === 'corrupt')) {
    report('no-free-page', 0, 'no page is free: a chip does not mount this partition for writing');
  }
  found.sort((a, b) => a.seq - b.seq);
  const items = dropOlder(
    found.flatMap((page) => page.items),
    report,
  );
  return { pages, namespaces: readNamespaces(items, report), problems };
}

const STATUS = new Map<number, PageStatus>([
  [PAGE_STATE.active, 'active'],
  [PAGE_STATE.full, 'full'],
  [PAGE_STATE.freeing, 'freeing'],
]);

function readPageInfo(page: Uint8Array, offset: number, report: Report): NvsPageInfo {
  const header = readPageHeader(page);
  if (header.state === PAGE_STATE.empty) {
    const blank = isFilled(page, 0xff);
    if (!blank) report('page-not-blank', offset, 'the page is marked as empty, but is not blank');
    return { offset, status: blank ? 'empty' : 'corrupt', written: 0, erased: 0 };
  }
  const status = STATUS.get(header.state);
  if (!status || !header.crcOk) {
    if (!status)
      report('page-state', offset, `the page state 0x${header.state.toString(16)} is none`);
    if (!header.crcOk)
      report('page-header-crc', offset + 28, 'the CRC of the page header is wrong');
    return { offset, status: 'corrupt', written: 0, erased: 0 };
  }
  if (status === 'freeing') {
    report(
      'page-freeing',
      offset,
      'the page was being moved when power went; a mount moves it again',
    );
  }
  const version = 0x100 - header.version;
  if (header.version < PAGE_VERSION) {
    report('page-version', offset + 8, `the page has format version ${version}, newer than 2`);
  }
  const states = Array.from({ length: ENTRY_COUNT }, (_, i) => stateOf(page, i));
  const count = (state: number): number => states.filter((s) => s === state).length;
  const written = count(ENTRY_STATE.written);
  return { offset, status, seq: header.seq, version, written, erased: count(ENTRY_STATE.erased) };
}

function stateOf(page: Uint8Array, index: number): number {
  return entryState(page.subarray(BITMAP_OFFSET, BITMAP_OFFSET + ENTRY_SIZE), index);
}

function entriesOf(page: Uint8Array, index: number, count = 1): Uint8Array {
  const at = ENTRIES_OFFSET + index * ENTRY_SIZE;
  return page.subarray(at, at + count * ENTRY_SIZE);
}

function readItems(page: Uint8Array, pageOffset: number, report: Report): Found[] {
  const items: Found[] = [];
  for (let index = 0, span = 1; index < ENTRY_COUNT; index += span) {
    span = 1;
    const offset = pageOffset + ENTRIES_OFFSET + index * ENTRY_SIZE;
    const entry = entriesOf(page, index);
    const state = stateOf(page, index);
    if (state === ENTRY_STATE.illegal) {
      report('entry-illegal-state', offset, `the state of entry ${index} is none`);
    } else if (state === ENTRY_STATE.empty && !isFilled(entry, 0xff)) {
      report(
        'entry-not-blank',
        offset,
        `entry ${index} is half-written: it is not marked as written`,
      );
    }
    if (state !== ENTRY_STATE.written) continue;
    const fault = entryFault(entry, index);
    if (fault) {
      report(fault, offset, `entry ${index} is no sound item: its ${fault.slice(6)} is wrong`);
      continue;
    }
    const item = decodeItem(entry);
    span = item.span;
    const value = readValue(page, { ...item, index, offset }, report);
    if (value) items.push({ ...item, offset, value });
  }
  return items;
}

function readValue(
  page: Uint8Array,
  item: Item & { index: number; offset: number },
  report: Report,
): Uint8Array | undefined {
  if (!isVariableLength(item.type)) return new Uint8Array(0);
  const { index, offset, span, key } = item;
  for (let i = index + 1; i < index + span; i++) {
    if (stateOf(page, i) === ENTRY_STATE.written) continue;
    report('entry-incomplete', offset, `${JSON.stringify(key)} is written or erased in part only`);
    return undefined;
  }
  const value = entriesOf(page, index + 1, span - 1).subarray(0, variableSize(item));
  if (espCrc32(value) !== variableCrc(item)) {
    report('data-crc', offset, `the CRC of the value of ${JSON.stringify(key)} is wrong`);
    return undefined;
  }
  if (item.type === ITEM_TYPE.str && !endsWithOnlyNul(value)) {
    report('string-nul', offset, `the string ${JSON.stringify(key)} does not end with its one NUL`);
  }
  return value;
}

function dropOlder(items: Found[], report: Report): Found[] {
  const latest = new Map<string, Found>();
  for (const item of items) {
    const identity = `${item.nsIndex}/${item.chunkIndex}/${item.key}`;
    const older = latest.get(identity);
    if (older) {
      report('duplicate', older.offset, `${JSON.stringify(item.key)} was written again later`);
      latest.delete(identity);
    }
    latest.set(identity, item);
  }
  return [...latest.values()];
}

function readNamespaces(items: Found[], report: Report): NvsDumpNamespace[] {
  const byIndex = new Map<number, NvsDumpNamespace>();
  for (const { nsIndex, type, key, data, offset } of items) {
    if (nsIndex !== 0) continue;
    const index = data[0]!;
    if (type !== ITEM_TYPE.u8 || index === 0 || index === 0xff) {
      report('namespace-entry', offset, `${JSON.stringify(key)} is no sound name of a namespace`);
    } else if (byIndex.has(index)) {
      report('namespace-twice', offset, `namespace ${index} has two names`);
    } else byIndex.set(index, { index, name: key, entries: [] });
  }
  const pieces = Map.groupBy(
    items.filter((item) => item.type === ITEM_TYPE.blobData),
    (item) => `${item.nsIndex}/${item.key}`,
  );
  const used = new Set<Found>();
  for (const item of items) {
    if (item.nsIndex === 0 || item.type === ITEM_TYPE.blobData) continue;
    const value = publicValue(item, pieces.get(`${item.nsIndex}/${item.key}`) ?? [], used, report);
    if (value === undefined) continue;
    let namespace = byIndex.get(item.nsIndex);
    if (!namespace) {
      report('namespace-unknown', item.offset, `no entry names namespace ${item.nsIndex}`);
      namespace = { index: item.nsIndex, entries: [] };
      byIndex.set(item.nsIndex, namespace);
    }
    const name = itemTypeName(item.type)!;
    const type = name === 'blobIndex' || name === 'blobV1' ? 'blob' : (name as NvsType);
    namespace.entries.push({ key: item.key, type, value, offset: item.offset });
  }
  for (const piece of [...pieces.values()].flat()) {
    if (used.has(piece)) continue;
    report('blob-orphan', piece.offset, `a piece of ${JSON.stringify(piece.key)} has no index`);
  }
  return [...byIndex.values()];
}

function publicValue(
  item: Found,
  candidates: Found[],
  used: Set<Found>,
  report: Report,
): NvsValue | undefined {
  if (item.type === ITEM_TYPE.str) return readText(item.value, 0, item.value.length);
  if (item.type === ITEM_TYPE.blobV1) return item.value.slice();
  if (item.type !== ITEM_TYPE.blobIndex) {
    return readScalar(itemTypeName(item.type) as ScalarType, item.data);
  }
  const { size, chunkCount, chunkStart } = blobIndexOf(item);
  const pieces = candidates
    .filter(({ chunkIndex: i }) => i >= chunkStart && i < chunkStart + chunkCount)
    .sort((a, b) => a.chunkIndex - b.chunkIndex);
  for (const piece of pieces) used.add(piece);
  const value = concatBytes(pieces.map((piece) => piece.value));
  if (pieces.length === chunkCount && value.length === size) return value;
  report(
    'blob-incomplete',
    item.offset,
    `${JSON.stringify(item.key)} should have ${size} bytes in ${chunkCount} pieces; ${value.length} in ${pieces.length} are here`,
  );
  return undefined;
}
