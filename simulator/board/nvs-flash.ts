import { FormatError } from '../../tools/formats/errors.ts';
import { type NvsStore, openNvs } from '../../tools/formats/nvs/nvs-store.ts';
import type { NvsType, NvsValue } from '../../tools/formats/nvs/value.ts';
import type { BootedApp } from './booted-app.ts';
import { ESP, nvsError } from './esp-err.ts';
import { SECTOR_SIZE } from './nor-flash.ts';

const NOT_INITIALIZED = nvsError('ESP_ERR_NVS_NOT_INITIALIZED');
const NOT_FOUND = nvsError('ESP_ERR_NVS_NOT_FOUND');
const READ_ONLY = nvsError('ESP_ERR_NVS_READ_ONLY');
const INVALID_HANDLE = nvsError('ESP_ERR_NVS_INVALID_HANDLE');
const INVALID_LENGTH = nvsError('ESP_ERR_NVS_INVALID_LENGTH');
const PART_NOT_FOUND = nvsError('ESP_ERR_NVS_PART_NOT_FOUND');

/** nvs_type_t */
const TYPE: Record<number, NvsType> = {
  1: 'u8',
  17: 'i8',
  2: 'u16',
  18: 'i16',
  4: 'u32',
  20: 'i32',
  8: 'u64',
  24: 'i64',
  33: 'str',
  66: 'blob',
};

interface Handle {
  namespace: string;
  writable: boolean;
}

/** nvs.h and nvs_flash.h of one boot, on the NVS partition in flash. Functions answer esp_err_t. */
export class NvsFlash {
  readonly #app: BootedApp;
  #store: NvsStore | undefined;
  readonly #handles = new Map<number, Handle>();
  #next = 1;

  constructor(app: BootedApp) {
    this.#app = app;
  }

  init(label: string): number {
    if (this.#store) return ESP.OK;
    const region = this.#region(label);
    if (!region) return PART_NOT_FOUND;
    return this.#guard(() => {
      this.#store = openNvs(region);
    });
  }

  erasePartition(label: string): number {
    const region = this.#region(label);
    if (!region) return PART_NOT_FOUND;
    this.#store = undefined;
    this.#handles.clear();
    region.erase(0, region.size - (region.size % SECTOR_SIZE));
    return ESP.OK;
  }

  open(namespace: string, writable: boolean): { error: number; handle: number } {
    const store = this.#store;
    if (!store) return { error: NOT_INITIALIZED, handle: 0 };
    if (!writable && !store.hasNamespace(namespace)) return { error: NOT_FOUND, handle: 0 };
    const error = writable ? this.#guard(() => store.createNamespace(namespace)) : ESP.OK;
    if (error !== ESP.OK) return { error, handle: 0 };
    const handle = this.#next++;
    this.#handles.set(handle, { namespace, writable });
    return { error: ESP.OK, handle };
  }

  close(handle: number): void {
    this.#handles.delete(handle);
  }

  /** The bytes of a value as nvs_get_* lays them into memory: little-endian numbers, strings with their NUL. */
  get(handle: number, key: string, type: number): { error: number; bytes: Uint8Array } {
    const none = new Uint8Array(0);
    const open = this.#handles.get(handle);
    if (!open || !this.#store) return { error: INVALID_HANDLE, bytes: none };
    const name = TYPE[type];
    if (!name) return { error: ESP.ERR_INVALID_ARG, bytes: none };
    let bytes: Uint8Array = none;
    const error = this.#guard(() => {
      const store = this.#store!;
      if (name === 'str' || name === 'blob') bytes = store.getBytes(open.namespace, key, name);
      else bytes = scalarBytes(name, store.get(open.namespace, key, name) as number | bigint);
    });
    return { error, bytes };
  }

  set(handle: number, key: string, type: number, bytes: Uint8Array): number {
    const open = this.#handles.get(handle);
    if (!open || !this.#store) return INVALID_HANDLE;
    if (!open.writable) return READ_ONLY;
    const name = TYPE[type];
    if (!name) return ESP.ERR_INVALID_ARG;
    const value = decodeValue(name, bytes);
    if (value === undefined) return INVALID_LENGTH;
    return this.#guard(() => this.#store!.set(open.namespace, key, name, value));
  }

  /** nvs_type_t of a key; 0 when there is none. */
  typeOf(handle: number, key: string): { error: number; type: number } {
    const open = this.#handles.get(handle);
    if (!open || !this.#store) return { error: INVALID_HANDLE, type: 0 };
    const name = this.#store.typeOf(open.namespace, key);
    return name
      ? { error: ESP.OK, type: NvsFlash.typeNumber(name) }
      : { error: NOT_FOUND, type: 0 };
  }

  eraseKey(handle: number, key: string): number {
    return this.#write(handle, (namespace) => this.#store!.eraseKey(namespace, key));
  }

  eraseAll(handle: number): number {
    return this.#write(handle, (namespace) => this.#store!.eraseAll(namespace));
  }

  commit(handle: number): number {
    return this.#handles.has(handle) && this.#store
      ? this.#guard(() => this.#store!.commit())
      : INVALID_HANDLE;
  }

  /** used, free, total entries and namespaces */
  stats(): [number, number, number, number] | undefined {
    const stats = this.#store?.stats();
    return stats && [stats.used, stats.free, stats.total, stats.namespaces];
  }

  /** Entries of the keys of the handle's namespace. */
  usedEntries(handle: number): { error: number; count: number } {
    const open = this.#handles.get(handle);
    if (!open || !this.#store) return { error: INVALID_HANDLE, count: 0 };
    let count = 0;
    const error = this.#guard(() => {
      count = this.#store!.usedEntries(open.namespace);
    });
    return { error, count };
  }

  /** The `index`-th key that nvs_entry_find walks; type 0xff = any, namespace empty = all. */
  entry(namespace: string, type: number, index: number) {
    const filter = { namespace: namespace || undefined, type: TYPE[type] };
    let at = 0;
    for (const found of this.#store?.entries(filter) ?? []) if (at++ === index) return found;
    return undefined;
  }

  get mounted(): boolean {
    return this.#store !== undefined;
  }

  /** nvs_flash_deinit */
  deinit(): number {
    if (!this.#store) return NOT_INITIALIZED;
    this.#store = undefined;
    this.#handles.clear();
    return ESP.OK;
  }

  namespaceOf(handle: number): string | undefined {
    return this.#handles.get(handle)?.namespace;
  }

  /** The number of a type's name; 0 for none. */
  static typeNumber(name: NvsType): number {
    return Number(Object.keys(TYPE).find((number) => TYPE[Number(number)] === name) ?? 0);
  }

  #write(handle: number, run: (namespace: string) => void): number {
    const open = this.#handles.get(handle);
    if (!open || !this.#store) return INVALID_HANDLE;
    return open.writable ? this.#guard(() => run(open.namespace)) : READ_ONLY;
  }

  #region(label: string) {
    const partition = this.#app.dataPartition(label);
    return partition && this.#app.ota.app.partitions.region(partition);
  }

  #guard(run: () => void): number {
    try {
      run();
      return ESP.OK;
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      return nvsError(error.code);
    }
  }
}

const WIDTH: Record<string, number> = {
  u8: 1,
  i8: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
  u64: 8,
  i64: 8,
};

function scalarBytes(type: NvsType, value: number | bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value), true);
  return bytes.slice(0, WIDTH[type]);
}

function decodeValue(type: NvsType, bytes: Uint8Array): NvsValue | undefined {
  if (type === 'blob') return bytes;
  if (type === 'str') {
    const end = bytes.indexOf(0);
    return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
  }
  const width = WIDTH[type]!;
  if (bytes.length !== width) return undefined;
  const signed = type.startsWith('i');
  const wide = new Uint8Array(8).fill(signed && bytes[width - 1]! & 0x80 ? 0xff : 0);
  wide.set(bytes);
  const view = new DataView(wide.buffer);
  const value = signed ? view.getBigInt64(0, true) : view.getBigUint64(0, true);
  return width === 8 ? value : Number(value);
}
