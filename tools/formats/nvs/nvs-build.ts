import { utf8 } from '../bytes.ts';
import { FormatError } from '../errors.ts';
import { LARGEST_FLASH } from '../flash-image/merge.ts';
import {
  BITMAP_OFFSET,
  blobIndexData,
  buildPageHeader,
  CHUNK_ANY,
  CHUNK_MAX_SIZE,
  ENTRIES_OFFSET,
  ENTRY_COUNT,
  ENTRY_SIZE,
  encodeItem,
  ITEM_TYPE,
  type Item,
  KEY_MAX,
  PAGE_SIZE,
  PAGE_STATE,
  PAGE_VERSION,
  PAGE_VERSION_1,
  spanOf,
  variableData,
} from './entry.ts';
import { nvsError } from './nvs-errors.ts';
import { isScalarType, type NvsType, type NvsValue, scalarData, stringBytes } from './value.ts';

/** A key with its value; without `entry`, a namespace that may stay empty. */
export interface NvsRow {
  namespace: string;
  entry?: { key: string; type: NvsType; value: NvsValue };
}

export interface NvsBuildOptions {
  /** Of the partition, in bytes: whole pages of 4096. Below 0x3000 the partition is for reading only. */
  size: number;
  /** Page format: 2 (default) stores blobs over several pages, 1 in one piece. */
  version?: 1 | 2;
}

/** Longest string or blob of format version 1, in the generator's words. */
const V1_MAX_SIZE = 1984;
const BLOB_PIECES_MAX = 127;

/**
 * An NVS partition in the layout of ESP-IDF's generator (nvs_partition_gen.py 0.2.0; ESP_FORMATS §5):
 * rows in their order, a namespace's entry before its first key.
 * @throws FormatError `nvs-size`, `nvs-full`, `duplicate-key`, and the NVS errors of `NvsBuilder.add`
 */
export function buildNvs(rows: Iterable<NvsRow>, options: NvsBuildOptions): Uint8Array {
  checkNvsSize(options.size);
  const builder = new NvsBuilder(options.version);
  for (const row of rows) builder.add(row);
  return builder.finish(options.size);
}

/** @throws FormatError `nvs-size` */
export function checkNvsSize(size: number): void {
  if (!(Number.isSafeInteger(size) && size >= PAGE_SIZE && size % PAGE_SIZE === 0)) {
    throw new FormatError(
      'nvs-size',
      `an NVS partition has whole pages of 4096 bytes; ${size} bytes are none`,
      { offset: 0, hint: '0x3000 and more can be written by the chip; 0x6000 is usual' },
    );
  }
  if (size > LARGEST_FLASH) {
    throw new FormatError('nvs-size', `${size} bytes are more than any flash of an ESP32 holds`, {
      offset: 0,
      hint: '0x6000 is usual',
    });
  }
}

/** Pages that may hold entries: where the chip is to write, one stays free. */
function usablePages(size: number): number {
  const pages = size / PAGE_SIZE;
  return pages < 3 ? pages : pages - 1;
}

/** Lays entries out page by page, without a limit until `finish`. */
export class NvsBuilder {
  readonly #version: 1 | 2;
  readonly #pages: Uint8Array[] = [];
  readonly #namespaces = new Map<string, number>();
  readonly #keys = new Set<string>();
  /** Entries taken in the last page. */
  #used = 0;

  constructor(version: 1 | 2 = 2) {
    this.#version = version;
    this.#newPage();
  }

  /** Bytes of the smallest partition that the chip can write to and that has room for what was added. */
  get sizeNeeded(): number {
    return Math.max(3, this.#pages.length + 1) * PAGE_SIZE;
  }

  fits(size: number): boolean {
    return this.#pages.length <= usablePages(size);
  }

  /**
   * @throws FormatError `duplicate-key`, ESP_ERR_INVALID_ARG, ESP_ERR_NVS_INVALID_NAME,
   *   ESP_ERR_NVS_KEY_TOO_LONG, ESP_ERR_NVS_VALUE_TOO_LONG, ESP_ERR_NVS_NOT_ENOUGH_SPACE (more than
   *   254 namespaces); what was there before stays
   */
  add({ namespace, entry }: NvsRow): void {
    checkName('namespace', namespace);
    const index = this.#namespaces.get(namespace) ?? this.#namespaces.size + 1;
    if (index > 254) {
      throw nvsError('ESP_ERR_NVS_NOT_ENOUGH_SPACE', 'there are 254 namespaces already');
    }
    const write = entry && this.#writerOf(index, entry);
    if (!this.#namespaces.has(namespace)) {
      this.#putItem(itemOf(0, ITEM_TYPE.u8, namespace, scalarData('u8', index)));
      this.#namespaces.set(namespace, index);
    }
    write?.();
  }

  /** Checks first, so that nothing is written of what cannot be. */
  #writerOf(nsIndex: number, { key, type, value }: NonNullable<NvsRow['entry']>): () => void {
    checkName('key', key);
    const identity = `${nsIndex}/${key}`;
    if (this.#keys.has(identity)) {
      throw new FormatError('duplicate-key', `the key "${key}" is in this namespace already`);
    }
    const write = this.#valueWriter(nsIndex, key, type, value);
    return () => {
      this.#keys.add(identity);
      write();
    };
  }

  #valueWriter(nsIndex: number, key: string, type: NvsType, value: NvsValue): () => void {
    if (isScalarType(type)) {
      const data = scalarData(type, value);
      return () => this.#putItem(itemOf(nsIndex, ITEM_TYPE[type], key, data));
    }
    if (type === 'str') {
      const bytes = stringBytes(value);
      checkLength(bytes, this.#version === 1 ? V1_MAX_SIZE : CHUNK_MAX_SIZE, 'a string');
      return () => this.#putVariable(nsIndex, ITEM_TYPE.str, key, bytes);
    }
    if (!(value instanceof Uint8Array)) {
      throw nvsError('ESP_ERR_INVALID_ARG', `a blob is bytes, not ${typeof value}`);
    }
    if (this.#version === 1) {
      checkLength(value, V1_MAX_SIZE, 'a blob of format version 1');
      return () => this.#putVariable(nsIndex, ITEM_TYPE.blobV1, key, value);
    }
    // The first piece may be short, or empty, where its page is nearly full.
    checkLength(value, (BLOB_PIECES_MAX - 1) * CHUNK_MAX_SIZE, 'a blob');
    return () => this.#putBlob(nsIndex, key, value);
  }

  /** @throws FormatError `nvs-full` */
  finish(size: number): Uint8Array {
    if (!this.fits(size)) {
      throw new FormatError(
        'nvs-full',
        `the entries take ${this.#pages.length} pages; a partition of 0x${size.toString(16)} bytes has ${usablePages(size)} for them`,
        { offset: size, hint: `make it 0x${this.sizeNeeded.toString(16)} bytes` },
      );
    }
    const bytes = new Uint8Array(size).fill(0xff);
    for (const [i, page] of this.#pages.entries()) bytes.set(page, i * PAGE_SIZE);
    return bytes;
  }

  #newPage(): void {
    const full = this.#pages.at(-1);
    if (full) new DataView(full.buffer).setUint32(0, PAGE_STATE.full, true);
    const page = new Uint8Array(PAGE_SIZE).fill(0xff);
    const version = this.#version === 1 ? PAGE_VERSION_1 : PAGE_VERSION;
    page.set(buildPageHeader(this.#pages.length, version));
    this.#pages.push(page);
    this.#used = 0;
  }

  #putItem(item: Item): void {
    if (this.#used === ENTRY_COUNT) this.#newPage();
    this.#put(encodeItem(item), 1);
  }

  /** A string, or a blob in one piece. The generator leaves the last entry of a page unused rather
   * than fill it with the end of a value. */
  #putVariable(nsIndex: number, type: number, key: string, value: Uint8Array): void {
    const span = spanOf(value.length);
    if (this.#used > 0 && this.#used + span >= ENTRY_COUNT) this.#newPage();
    this.#put(encodeItem(itemOf(nsIndex, type, key, variableData(value), span)), 1);
    this.#put(value, span - 1);
  }

  #putBlob(nsIndex: number, key: string, value: Uint8Array): void {
    if (this.#used === ENTRY_COUNT) this.#newPage();
    let chunkCount = 0;
    let at = 0;
    do {
      const tailroom = (ENTRY_COUNT - this.#used - 1) * ENTRY_SIZE;
      const piece = value.subarray(at, at + tailroom);
      const span = spanOf(piece.length);
      const item = itemOf(nsIndex, ITEM_TYPE.blobData, key, variableData(piece), span);
      this.#put(encodeItem({ ...item, chunkIndex: chunkCount }), 1);
      this.#put(piece, span - 1);
      chunkCount++;
      at += piece.length;
      if (at < value.length) this.#newPage();
    } while (at < value.length);
    const data = blobIndexData({ size: value.length, chunkCount, chunkStart: 0 });
    this.#putItem(itemOf(nsIndex, ITEM_TYPE.blobIndex, key, data));
  }

  /** Sets bytes and marks `count` entries as written. */
  #put(bytes: Uint8Array, count: number): void {
    const page = this.#pages.at(-1)!;
    page.set(bytes, ENTRIES_OFFSET + this.#used * ENTRY_SIZE);
    for (let i = this.#used; i < this.#used + count; i++) {
      const at = BITMAP_OFFSET + (i >> 2);
      page[at] = page[at]! & ~(1 << ((i & 3) * 2));
    }
    this.#used += count;
  }
}

function itemOf(nsIndex: number, type: number, key: string, data: Uint8Array, span = 1): Item {
  return { nsIndex, type, span, chunkIndex: CHUNK_ANY, key, data };
}

function checkName(what: string, name: string): void {
  const { length } = utf8(name);
  if (length === 0) throw nvsError('ESP_ERR_NVS_INVALID_NAME', `the ${what} has no name`);
  if (name.includes('\0')) throw nvsError('ESP_ERR_INVALID_ARG', `the ${what} contains a NUL`);
  if (length <= KEY_MAX) return;
  throw nvsError(
    'ESP_ERR_NVS_KEY_TOO_LONG',
    `the ${what} "${name.slice(0, 40)}" takes ${length} bytes; ${KEY_MAX} fit`,
  );
}

function checkLength(value: Uint8Array, max: number, what: string): void {
  if (value.length <= max) return;
  throw nvsError(
    'ESP_ERR_NVS_VALUE_TOO_LONG',
    `${what} takes at most ${max} bytes; this one has ${value.length}`,
  );
}
