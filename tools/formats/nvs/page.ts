import { isFilled, viewOf } from '../bytes.ts';
import { espCrc32 } from '../crc.ts';
import type { FlashRegion } from '../flash-region.ts';
import {
  BITMAP_OFFSET,
  buildPageHeader,
  CHUNK_MAX_SIZE,
  decodeItem,
  ENTRIES_OFFSET,
  ENTRY_COUNT,
  ENTRY_SIZE,
  ENTRY_STATE,
  encodeItem,
  entryFault,
  entryState,
  type Item,
  PAGE_SIZE,
  PAGE_STATE,
  PAGE_VERSION,
  readPageHeader,
  variableCrc,
  variableSize,
} from './entry.ts';
import { nvsError } from './nvs-errors.ts';

export type PageStatus = 'empty' | 'active' | 'full' | 'freeing' | 'corrupt';

/** An item's first entry, and where it stands in its page. */
export interface StoredItem extends Item {
  index: number;
}

const STATUS_OF = new Map<number, PageStatus>([
  [PAGE_STATE.empty, 'empty'],
  [PAGE_STATE.active, 'active'],
  [PAGE_STATE.full, 'full'],
  [PAGE_STATE.freeing, 'freeing'],
]);

/**
 * One page of a live NVS partition (nvs_flash/src/nvs_page.cpp). Writes to flash in the order of
 * ESP-IDF: an entry before its state, an item's data before the state of the data, so that at every
 * moment a loss of power leaves something that `load` can tell from a whole item.
 */
export class NvsPage {
  status: PageStatus = 'empty';
  seq = 0;
  /** First entry not yet used. */
  nextFree = 0;
  /** The sound items by the index of their first entry, in ascending order. */
  readonly items = new Map<number, StoredItem>();
  readonly #flash: FlashRegion;
  readonly #base: number;
  readonly #bitmap = new Uint8Array(ENTRY_SIZE);

  constructor(flash: FlashRegion, base: number) {
    this.#flash = flash;
    this.#base = base;
  }

  /** Reads the page and repairs what a loss of power left.
   * @throws FormatError ESP_ERR_NVS_NEW_VERSION_FOUND */
  load(): void {
    const page = this.#flash.read(this.#base, PAGE_SIZE);
    const header = readPageHeader(page);
    this.#reset();
    if (header.state === PAGE_STATE.empty) {
      this.status = isFilled(page, 0xff) ? 'empty' : 'corrupt';
      return;
    }
    this.status = (header.crcOk && STATUS_OF.get(header.state)) || 'corrupt';
    if (this.status === 'corrupt') return;
    this.seq = header.seq;
    if (header.version < PAGE_VERSION) {
      throw nvsError(
        'ESP_ERR_NVS_NEW_VERSION_FOUND',
        `the page at 0x${this.#base.toString(16)} has a format newer than version 2`,
        { offset: this.#base + 8 },
      );
    }
    this.#bitmap.set(page.subarray(BITMAP_OFFSET, BITMAP_OFFSET + ENTRY_SIZE));
    this.nextFree = ENTRY_COUNT;
    if (this.status === 'active') this.#closeTail();
    this.#loadItems();
  }

  #reset(): void {
    this.items.clear();
    this.#bitmap.fill(0xff);
    this.nextFree = 0;
  }

  /** The first unused entry. Entries that were begun, but not yet marked as written, are erased. */
  #closeTail(): void {
    let next = 0;
    while (next < ENTRY_COUNT && this.#stateOf(next) !== ENTRY_STATE.empty) next++;
    while (next < ENTRY_COUNT && !isFilled(this.#readEntry(next).subarray(0, 4), 0xff)) {
      this.#setState(next, ENTRY_STATE.erased);
      this.#zero(next, 1);
      next++;
    }
    this.nextFree = next;
  }

  #loadItems(): void {
    const end = this.nextFree;
    for (let index = 0, span = 1; index < end; index += span) {
      span = 1;
      const state = this.#stateOf(index);
      if (state === ENTRY_STATE.illegal && this.status === 'active') this.#eraseEntries(index, 1);
      if (state !== ENTRY_STATE.written) continue;
      const entry = this.#readEntry(index);
      if (entryFault(entry, index)) {
        this.#eraseEntries(index, 1);
        continue;
      }
      const item = { ...decodeItem(entry), index };
      span = item.span;
      if (!this.#isWritten(index, span)) {
        this.#eraseEntries(index, span);
        continue;
      }
      // The later one counts: power went before the earlier one was erased.
      const earlier = this.status === 'active' ? this.findSame(item) : undefined;
      if (earlier) this.erase(earlier.index, true);
      this.items.set(index, item);
    }
  }

  #isWritten(index: number, span: number): boolean {
    for (let i = index; i < index + span; i++) {
      if (this.#stateOf(i) !== ENTRY_STATE.written) return false;
    }
    return true;
  }

  /** Erases what was found damaged, and overwrites it with zeros. */
  #eraseEntries(index: number, span: number): void {
    this.#setStates(index, index + span, ENTRY_STATE.erased);
    this.#zero(index, span);
    this.nextFree = Math.max(this.nextFree, index + span);
  }

  /** The first item that satisfies `test`. */
  find(test: (item: StoredItem) => boolean): StoredItem | undefined {
    for (const item of this.items.values()) if (test(item)) return item;
    return undefined;
  }

  /** The item that stands for the same value, of whatever type. */
  findSame(item: Pick<Item, 'nsIndex' | 'key' | 'chunkIndex'>): StoredItem | undefined {
    return this.find(
      (other) =>
        other.nsIndex === item.nsIndex &&
        other.key === item.key &&
        other.chunkIndex === item.chunkIndex,
    );
  }

  /** Entries in use, those of data included. */
  get usedEntries(): number {
    let used = 0;
    for (let i = 0; i < ENTRY_COUNT; i++) if (this.#stateOf(i) === ENTRY_STATE.written) used++;
    return used;
  }

  /** Bytes of a string or piece of a blob that still fit, with its first entry. */
  get tailroom(): number {
    if (this.status === 'empty') return CHUNK_MAX_SIZE;
    if (this.status === 'full') return 0;
    return Math.max(0, ENTRY_COUNT - this.nextFree - 1) * ENTRY_SIZE;
  }

  /**
   * Writes an item with the value that follows it, if any.
   * @returns where it stands; undefined where it does not fit
   */
  write(item: Item, value: Uint8Array = new Uint8Array(0)): StoredItem | undefined {
    if (this.status === 'empty') this.#initialize();
    if (this.status !== 'active' || this.nextFree + item.span > ENTRY_COUNT) return undefined;
    const index = this.nextFree;
    this.#append(encodeItem(item));
    const whole = value.length - (value.length % ENTRY_SIZE);
    if (whole > 0) this.#append(value.subarray(0, whole));
    if (whole < value.length) {
      const tail = new Uint8Array(ENTRY_SIZE).fill(0xff);
      tail.set(value.subarray(whole));
      this.#append(tail);
    }
    const stored = { ...item, index };
    this.items.set(index, stored);
    return stored;
  }

  #initialize(): void {
    this.#flash.write(this.#base, buildPageHeader(this.seq));
    this.status = 'active';
  }

  /** Writes whole entries, then marks them as written. */
  #append(entries: Uint8Array): void {
    const begin = this.nextFree;
    const end = begin + entries.length / ENTRY_SIZE;
    this.#flash.write(this.#addressOf(begin), entries);
    this.#setStates(begin, end, ENTRY_STATE.written);
    this.nextFree = end;
  }

  /** The bytes behind a string, or a piece of a blob; undefined where their CRC is wrong. */
  readValue(item: StoredItem): Uint8Array | undefined {
    const value = this.#flash.read(this.#addressOf(item.index + 1), variableSize(item));
    return espCrc32(value) === variableCrc(item) ? value : undefined;
  }

  /** Marks an item as erased; with `purge` its bytes are overwritten with zeros as well. */
  erase(index: number, purge: boolean): void {
    const { span } = this.items.get(index)!;
    this.#setStates(index, index + span, ENTRY_STATE.erased);
    this.items.delete(index);
    if (purge) this.#zero(index, span);
  }

  /** Copies all items to another page, entry by entry. */
  copyTo(other: NvsPage): void {
    if (this.items.size > 0 && other.status === 'empty') other.#initialize();
    for (const item of this.items.values()) {
      const index = other.nextFree;
      for (let i = 0; i < item.span; i++) other.#append(this.#readEntry(item.index + i));
      other.items.set(index, { ...item, index });
    }
  }

  markFull(): void {
    this.#setStatus('full', PAGE_STATE.full);
  }

  markFreeing(): void {
    this.#setStatus('freeing', PAGE_STATE.freeing);
  }

  #setStatus(status: PageStatus, word: number): void {
    const bytes = new Uint8Array(4);
    viewOf(bytes).setUint32(0, word, true);
    this.#flash.write(this.#base, bytes);
    this.status = status;
  }

  erasePage(): void {
    this.#flash.erase(this.#base, PAGE_SIZE);
    this.#reset();
    this.status = 'empty';
  }

  #addressOf(index: number): number {
    return this.#base + ENTRIES_OFFSET + index * ENTRY_SIZE;
  }

  #readEntry(index: number): Uint8Array {
    return this.#flash.read(this.#addressOf(index), ENTRY_SIZE);
  }

  #zero(index: number, span: number): void {
    const zeros = new Uint8Array(ENTRY_SIZE);
    for (let i = index; i < index + span; i++) this.#flash.write(this.#addressOf(i), zeros);
  }

  #stateOf(index: number): number {
    return entryState(this.#bitmap, index);
  }

  #setState(index: number, state: number): void {
    this.#setStates(index, index + 1, state);
  }

  /** Word by word from the last entry to the first: the first entry, which says what the others
   * are, changes last. */
  #setStates(begin: number, end: number, state: number): void {
    for (let index = end - 1; index >= begin; index--) {
      const mask = ~(3 << ((index & 3) * 2)) | (state << ((index & 3) * 2));
      this.#bitmap[index >> 2] = this.#bitmap[index >> 2]! & mask;
      if (index % 16 !== 0 && index !== begin) continue;
      const word = (index >> 4) * 4;
      this.#flash.write(this.#base + BITMAP_OFFSET + word, this.#bitmap.slice(word, word + 4));
    }
  }
}
