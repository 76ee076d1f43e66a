import { equalBytes, isFilled, utf8 } from '../bytes.ts';
import { espCrc32 } from '../crc.ts';
import {
  BITMAP_OFFSET,
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
  KEY_MAX,
  PAGE_STATE,
  PAGE_VERSION,
  readPageHeader,
  variableCrc,
  variableSize,
} from './entry.ts';
import type { Found, NvsPageInfo, Report } from './nvs-dump.ts';
import type { PageStatus } from './page.ts';
import { endsWithOnlyNul } from './value.ts';

/** One page of a partition: its header, and the items that stand in it. */
const STATUS = new Map<number, PageStatus>([
  [PAGE_STATE.active, 'active'],
  [PAGE_STATE.full, 'full'],
  [PAGE_STATE.freeing, 'freeing'],
]);

export function readPageInfo(page: Uint8Array, offset: number, report: Report): NvsPageInfo {
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

/** The items of a page in use. */
export function readItems(
  page: Uint8Array,
  { offset: pageOffset, status }: NvsPageInfo,
  report: Report,
): Found[] {
  const items: Found[] = [];
  const end = status === 'active' ? firstUnused(page) : ENTRY_COUNT;
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
    if (index >= end) {
      report('entry-behind-end', offset, `entry ${index} stands behind the end of its page`);
      continue;
    }
    const fault = entryFault(entry, index);
    if (fault) {
      report(fault, offset, `entry ${index} is no sound item: its ${fault.slice(6)} is wrong`);
      continue;
    }
    const item = { ...decodeItem(entry), offset };
    span = item.span;
    if (!isWritten(page, index, span)) {
      const key = JSON.stringify(item.key);
      report('entry-incomplete', offset, `${key} is written or erased in part only`);
      continue;
    }
    checkKey(entry, item, report);
    items.push({ ...item, value: readValue(page, index, item, report) });
  }
  return items;
}

/** Where the chip goes on writing: what stands behind it in a page being written is lost. */
function firstUnused(page: Uint8Array): number {
  for (let i = 0; i < ENTRY_COUNT; i++) if (stateOf(page, i) === ENTRY_STATE.empty) return i;
  return ENTRY_COUNT;
}

function isWritten(page: Uint8Array, index: number, span: number): boolean {
  for (let i = index; i < index + span; i++) {
    if (stateOf(page, i) !== ENTRY_STATE.written) return false;
  }
  return true;
}

function checkKey(entry: Uint8Array, { key, offset }: Item & { offset: number }, report: Report) {
  const written = new Uint8Array(KEY_MAX + 1);
  written.set(utf8(key).subarray(0, KEY_MAX));
  if (equalBytes(entry.subarray(8, 24), written)) return;
  report('entry-key', offset + 8, `the key ${JSON.stringify(key)} is no text padded with NULs`);
}

function readValue(
  page: Uint8Array,
  index: number,
  item: Item & { offset: number },
  report: Report,
): Uint8Array | undefined {
  if (!isVariableLength(item.type)) return new Uint8Array(0);
  const { offset, span, key } = item;
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
