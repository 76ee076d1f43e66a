import { equalBytes, readText } from '../bytes.ts';
import { FormatError } from '../errors.ts';
import { FLASH_SECTOR_SIZE, type FlashRegion } from '../flash-region.ts';
import { eraseBlob, readBlob, repairBlobs, writeBlob } from './blob.ts';
import {
  CHUNK_ANY,
  CHUNK_MAX_SIZE,
  ENTRY_COUNT,
  ITEM_TYPE,
  type Item,
  itemTypeName,
  KEY_MAX,
  spanOf,
  VERSION_1_OFFSET,
  variableData,
} from './entry.ts';
import { nvsError } from './nvs-errors.ts';
import { type Located, PageList } from './page-list.ts';
import {
  isScalarType,
  type NvsType,
  type NvsValue,
  type NvsValueOf,
  readScalar,
  scalarData,
  stringBytes,
} from './value.ts';

export interface NvsEntryInfo {
  namespace: string;
  key: string;
  type: NvsType;
}

/** `nvs_stats_t`: entries of 32 bytes. */
export interface NvsStats {
  used: number;
  /** Not holding live data, erased ones included. */
  free: number;
  /** Free but for the page that always stays free. */
  available: number;
  total: number;
  namespaces: number;
}

export interface NvsOptions {
  /** Overwrite erased values with zeros (NVS_READWRITE_PURGE). Repairs at mount always do. */
  purge?: boolean;
}

/**
 * Mounts an NVS partition, repairing what a loss of power left.
 * @param region whole 4096-byte pages; three or more to be of use
 * @throws FormatError `nvs-size`, ESP_ERR_NVS_NO_FREE_PAGES, ESP_ERR_NVS_NEW_VERSION_FOUND
 */
export function openNvs(region: FlashRegion, options: NvsOptions = {}): NvsStore {
  return new NvsStore(region, options);
}

/**
 * A live NVS partition (ESP_FORMATS §5, nvs_flash/src/nvs_storage.cpp). Every change is in flash when
 * the call returns. Errors are FormatErrors whose code is the name in nvs.h. If the flash itself
 * throws in the middle of a change, what is in flash is for the next mount to repair, and this store
 * answers ESP_ERR_NVS_INVALID_STATE from then on.
 */
export class NvsStore {
  readonly #pages: PageList;
  readonly #purge: boolean;
  /** Index by name. */
  readonly #namespaces = new Map<string, number>();
  #broken = false;

  constructor(region: FlashRegion, options: NvsOptions) {
    if (region.size < FLASH_SECTOR_SIZE || region.size % FLASH_SECTOR_SIZE !== 0) {
      throw new FormatError(
        'nvs-size',
        `an NVS partition has whole pages of 4096 bytes; ${region.size} bytes are none`,
        { offset: region.size },
      );
    }
    this.#purge = options.purge ?? false;
    this.#pages = new PageList(region);
    for (const { item } of this.#pages.all()) {
      if (item.nsIndex === 0 && item.type === ITEM_TYPE.u8) {
        this.#namespaces.set(item.key, item.data[0]!);
      }
    }
    repairBlobs(this.#pages);
  }

  /** Names in the order of their creation. */
  get namespaces(): string[] {
    return [...this.#namespaces.keys()];
  }

  hasNamespace(name: string): boolean {
    return this.#namespaces.has(name);
  }

  /**
   * What `nvs_open` with NVS_READWRITE does: a name not yet known is written to flash. `set` does it
   * by itself.
   * @throws FormatError ESP_ERR_NVS_INVALID_NAME, ESP_ERR_NVS_KEY_TOO_LONG,
   *   ESP_ERR_NVS_NOT_ENOUGH_SPACE
   */
  createNamespace(name: string): void {
    this.#change(() => void this.#namespaceIndex(name));
  }

  /** @throws FormatError ESP_ERR_NVS_NOT_FOUND, also where the key has another type, as in nvs.h */
  get<T extends NvsType>(namespace: string, key: string, type: T): NvsValueOf<T> {
    const value = isScalarType(type)
      ? readScalar(type, this.#find(namespace, key, type).item.data)
      : this.getBytes(namespace, key, type);
    return (type === 'str' ? textOf(value as Uint8Array) : value) as NvsValueOf<T>;
  }

  /** The stored bytes of a string, its NUL included, or of a blob.
   * @throws FormatError ESP_ERR_NVS_NOT_FOUND */
  getBytes(namespace: string, key: string, type: 'str' | 'blob'): Uint8Array {
    const found = this.#find(namespace, key, type);
    const value =
      found.item.type === ITEM_TYPE.blobIndex
        ? readBlob(this.#pages, found.item)
        : found.page.readValue(found.item);
    if (value) return value;
    // As on the chip, a value that turns out damaged is dropped when it is read.
    this.#change(() => this.#eraseFound(found));
    throw notFound(namespace, key);
  }

  /** The type a key has; undefined where there is no such key. */
  typeOf(namespace: string, key: string): NvsType | undefined {
    const found = this.#lookUp(namespace, key);
    return found && publicType(found.item.type);
  }

  /**
   * Stores a value, whatever the key held before. Equal values are not written again.
   * @throws FormatError ESP_ERR_INVALID_ARG, ESP_ERR_NVS_KEY_TOO_LONG, ESP_ERR_NVS_VALUE_TOO_LONG,
   *   ESP_ERR_NVS_NOT_ENOUGH_SPACE, and those of createNamespace
   */
  set(namespace: string, key: string, type: NvsType, value: NvsValue): void {
    checkKey(key);
    this.#change(() => {
      const nsIndex = this.#namespaceIndex(namespace);
      if (type === 'blob') this.#setBlob(nsIndex, key, value);
      else if (type === 'str') this.#setString(nsIndex, key, value);
      else this.#setItem(itemOf(nsIndex, type, key, scalarData(type, value)));
    });
  }

  /** @throws FormatError ESP_ERR_NVS_NOT_FOUND */
  eraseKey(namespace: string, key: string): void {
    const found = this.#lookUp(namespace, key);
    if (!found) throw notFound(namespace, key);
    this.#change(() => this.#eraseFound(found));
  }

  /** Erases all keys of a namespace; the namespace itself stays.
   * @throws FormatError ESP_ERR_NVS_NOT_FOUND */
  eraseAll(namespace: string): void {
    const nsIndex = this.#namespaces.get(namespace);
    if (nsIndex === undefined) throw notFound(namespace);
    this.#change(() => {
      for (const { page, item } of this.#pages.all()) {
        if (item.nsIndex === nsIndex) page.erase(item.index, this.#purge);
      }
    });
  }

  /** Nothing is left to write: `nvs_commit` does nothing in ESP-IDF either. */
  commit(): void {
    this.#checkUsable();
  }

  /** The keys in the order in which they stand in flash, as `nvs_entry_find` walks them: blobs of
   * format version 1 are not among them. */
  *entries(filter: { namespace?: string; type?: NvsType } = {}): Generator<NvsEntryInfo> {
    const names = new Map([...this.#namespaces].map(([name, index]) => [index, name]));
    for (const { item } of this.#pages.all()) {
      const namespace = names.get(item.nsIndex);
      if (namespace === undefined || !isListed(item)) continue;
      const type = publicType(item.type);
      if (filter.namespace !== undefined && filter.namespace !== namespace) continue;
      if (filter.type === undefined || filter.type === type) {
        yield { namespace, key: item.key, type };
      }
    }
  }

  stats(): NvsStats {
    const total = this.#pages.pageCount * ENTRY_COUNT;
    const used = this.#pages.pages.reduce((sum, page) => sum + page.usedEntries, 0);
    const free = total - used;
    const available = Math.max(0, free - ENTRY_COUNT);
    return { used, free, available, total, namespaces: this.#namespaces.size };
  }

  /** Entries that the keys of a namespace take (`nvs_get_used_entry_count`).
   * @throws FormatError ESP_ERR_NVS_NOT_FOUND */
  usedEntries(namespace: string): number {
    const nsIndex = this.#namespaces.get(namespace);
    if (nsIndex === undefined) throw notFound(namespace);
    const items = this.#pages.all().filter(({ item }) => item.nsIndex === nsIndex);
    return items.reduce((sum, { item }) => sum + item.span, 0);
  }

  #checkUsable(): void {
    if (this.#broken) {
      throw nvsError(
        'ESP_ERR_NVS_INVALID_STATE',
        'an earlier flash operation failed in the middle of a change',
        { hint: 'mount the partition again' },
      );
    }
  }

  /** Runs a change; one that ends in anything but an NVS error leaves the store unusable. */
  #change(change: () => void): void {
    this.#checkUsable();
    try {
      change();
    } catch (error) {
      this.#broken = !(error instanceof FormatError && error.code.startsWith('ESP_ERR_'));
      throw error;
    }
  }

  #lookUp(namespace: string, key: string): Located | undefined {
    this.#checkUsable();
    const nsIndex = this.#namespaces.get(namespace);
    if (nsIndex === undefined) return undefined;
    return this.#pages.find(
      (item) => item.nsIndex === nsIndex && item.key === key && item.chunkIndex === CHUNK_ANY,
    );
  }

  #find(namespace: string, key: string, type: NvsType): Located {
    const found = this.#lookUp(namespace, key);
    if (!found || publicType(found.item.type) !== type) throw notFound(namespace, key);
    return found;
  }

  /** @throws FormatError as createNamespace */
  #namespaceIndex(name: string): number {
    const known = this.#namespaces.get(name);
    if (known !== undefined) return known;
    if (name === '') throw nvsError('ESP_ERR_NVS_INVALID_NAME', 'a namespace needs a name');
    checkKey(name);
    const taken = new Set(this.#namespaces.values());
    let index = 1;
    while (taken.has(index)) index++;
    if (index > 254)
      throw nvsError('ESP_ERR_NVS_NOT_ENOUGH_SPACE', 'there are 254 namespaces already');
    this.#setItem(itemOf(0, 'u8', name, scalarData('u8', index)));
    this.#namespaces.set(name, index);
    return index;
  }

  #setString(nsIndex: number, key: string, value: NvsValue): void {
    const bytes = stringBytes(value);
    if (bytes.length > CHUNK_MAX_SIZE) {
      throw nvsError(
        'ESP_ERR_NVS_VALUE_TOO_LONG',
        `a string takes at most ${CHUNK_MAX_SIZE} bytes with its NUL; this one has ${bytes.length}`,
      );
    }
    this.#setItem(itemOf(nsIndex, 'str', key, variableData(bytes), spanOf(bytes.length)), bytes);
  }

  /** Writes the new item, then erases the old one: at every moment one of the two is whole. */
  #setItem(item: Item, value?: Uint8Array): void {
    const old = this.#pages.find((other) => isSame(other, item));
    if (old && this.#holds(old, item, value)) return;
    let page = this.#pages.current;
    let written = page.write(item, value);
    if (!written) {
      this.#pages.requestNewPage();
      page = this.#pages.current;
      written = page.write(item, value);
    }
    if (!written) {
      throw nvsError('ESP_ERR_NVS_NOT_ENOUGH_SPACE', `no page has ${item.span} entries in a row`);
    }
    this.#erasePredecessor({ page, item: written });
  }

  /** Erases what the key held before; it may have moved since it was seen. */
  #erasePredecessor({ page, item }: Located): void {
    const old = this.#pages.find(
      (other, at) => isSame(other, item) && !(at === page && other.index === item.index),
    );
    if (old) this.#eraseFound(old);
  }

  #holds({ page, item: old }: Located, item: Item, value: Uint8Array | undefined): boolean {
    if (old.type !== item.type || !equalBytes(old.data, item.data)) return false;
    const stored = value && page.readValue(old);
    return value === undefined || (stored !== undefined && equalBytes(stored, value));
  }

  #setBlob(nsIndex: number, key: string, value: NvsValue): void {
    if (!(value instanceof Uint8Array)) {
      throw nvsError('ESP_ERR_INVALID_ARG', `a blob is bytes, not ${typeof value}`);
    }
    const old = this.#pages.find((item) => isSame(item, { nsIndex, key, chunkIndex: CHUNK_ANY }));
    const oldIndex = old?.item.type === ITEM_TYPE.blobIndex ? old.item : undefined;
    const stored = oldIndex && readBlob(this.#pages, oldIndex);
    if (stored && equalBytes(stored, value)) return;
    const chunkStart = oldIndex && oldIndex.data[5] === 0 ? VERSION_1_OFFSET : 0;
    const purge = this.#purge;
    this.#erasePredecessor(writeBlob(this.#pages, { nsIndex, key, value, chunkStart, purge }));
  }

  #eraseFound({ page, item }: Located): void {
    if (item.type === ITEM_TYPE.blobIndex) eraseBlob(this.#pages, { page, item }, this.#purge);
    else page.erase(item.index, this.#purge);
  }
}

function isSame(
  a: Pick<Item, 'nsIndex' | 'key' | 'chunkIndex'>,
  b: Pick<Item, 'nsIndex' | 'key' | 'chunkIndex'>,
): boolean {
  return a.nsIndex === b.nsIndex && a.key === b.key && a.chunkIndex === b.chunkIndex;
}

function itemOf(nsIndex: number, type: NvsType, key: string, data: Uint8Array, span = 1): Item {
  const code = ITEM_TYPE[type as keyof typeof ITEM_TYPE];
  return { nsIndex, type: code, span, chunkIndex: CHUNK_ANY, key, data };
}

/** All forms of a blob are one type to a program. */
function publicType(type: number): NvsType {
  const name = itemTypeName(type)!;
  return name === 'blobV1' || name === 'blobData' || name === 'blobIndex' ? 'blob' : name;
}

/** A blob is listed once, by its first piece. */
function isListed(item: Item): boolean {
  if (item.type === ITEM_TYPE.blobV1 || item.type === ITEM_TYPE.blobIndex) return false;
  if (item.type !== ITEM_TYPE.blobData) return true;
  return item.chunkIndex === 0 || item.chunkIndex === VERSION_1_OFFSET;
}

function textOf(bytes: Uint8Array): string {
  return readText(bytes, 0, bytes.length);
}

function checkKey(key: string): void {
  const { length } = new TextEncoder().encode(key);
  if (length > KEY_MAX) {
    throw nvsError('ESP_ERR_NVS_KEY_TOO_LONG', `"${key}" takes ${length} bytes; ${KEY_MAX} fit`);
  }
  if (key.includes('\0')) throw nvsError('ESP_ERR_INVALID_ARG', 'a key cannot contain a NUL');
}

function notFound(namespace: string, key?: string): FormatError {
  const what = key === undefined ? `namespace "${namespace}"` : `key "${key}" in "${namespace}"`;
  return nvsError('ESP_ERR_NVS_NOT_FOUND', `there is no ${what} of that type`);
}
