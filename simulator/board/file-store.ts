import { espCrc32 } from '../../tools/formats/crc.ts';
import type { FlashRegion } from '../../tools/formats/flash-region.ts';

const SECTOR = 4096;
const MAGIC = 0x53464f45; // "EOFS"
const HEADER = 16;
const PATH_LIMIT = 31;
const TOMBSTONE = 0xffff_fffe;

interface Entry {
  path: string;
  data: Uint8Array;
}

/**
 * Files on the file system partition: what SPIFFS and LittleFS of the Arduino core show a sketch (small whole files, a flat
 * name space of paths). The layout is our own, not SPIFFS's: two halves, each a log of records
 * {magic, generation/path length, data length, CRC} + path + data; the newest record of a path counts. When a half is
 * full the live files are copied to the other one, whose first sector (with the generation) is written last, so a power cut
 * at any operation leaves either all old or all new content.
 */
export class FileStore {
  readonly #flash: FlashRegion;
  readonly #half: number;
  #files = new Map<string, Uint8Array>();
  #active = -1;
  #generation = 0;
  #end = 0;

  constructor(flash: FlashRegion) {
    this.#flash = flash;
    this.#half = Math.floor(flash.size / SECTOR / 2) * SECTOR;
    if (this.#half < SECTOR)
      throw new RangeError(`a file system needs 8192 bytes, not ${flash.size}`);
  }

  /** SPIFFS.begin: mounts if it is not yet, formatting what cannot be mounted where that is asked for. */
  begin(formatOnFail: boolean): boolean {
    if (this.mounted || this.mount()) return true;
    if (formatOnFail) this.format();
    return formatOnFail;
  }

  /** Reads the log; false when there is no file system (then `format`). */
  mount(): boolean {
    const halves = [this.#readHalf(0), this.#readHalf(1)];
    const best = halves
      .map((half, index) => ({ ...half, index }))
      .filter((half) => half.generation > 0)
      .sort((a, b) => b.generation - a.generation)[0];
    if (!best) return false;
    this.#active = best.index;
    this.#generation = best.generation;
    this.#files = best.files;
    this.#end = best.end;
    return true;
  }

  format(): void {
    this.#flash.erase(0, this.#half * 2);
    this.#files = new Map();
    this.#generation = 0;
    this.#compact([], 0);
  }

  get mounted(): boolean {
    return this.#active >= 0;
  }

  get totalBytes(): number {
    return this.#half;
  }

  get usedBytes(): number {
    let used = HEADER;
    for (const [path, data] of this.#files) used += recordSize(path, data.length);
    return used;
  }

  paths(): string[] {
    return [...this.#files.keys()].sort();
  }

  read(path: string): Uint8Array | undefined {
    return this.#files.get(path)?.slice();
  }

  /** Replaces a file; false when it cannot fit or the path is too long (31 bytes, as SPIFFS_OBJ_NAME_LEN - 1). */
  write(path: string, data: Uint8Array): boolean {
    if (!this.mounted || !path || new TextEncoder().encode(path).length > PATH_LIMIT) return false;
    return this.#append(path, data);
  }

  remove(path: string): boolean {
    return this.#files.has(path) && this.#append(path, undefined);
  }

  rename(from: string, to: string): boolean {
    const data = this.read(from);
    return data !== undefined && this.write(to, data) && this.remove(from);
  }

  #append(path: string, data: Uint8Array | undefined): boolean {
    const size = recordSize(path, data?.length ?? 0);
    const files = new Map(this.#files);
    files.delete(path);
    if (data) files.set(path, data.slice());
    if (this.#end + size <= this.#half) {
      this.#flash.write(this.#active * this.#half + this.#end, encodeRecord(path, data));
      this.#end += size;
    } else {
      const live = [...files].map(([p, d]) => ({ path: p, data: d }));
      const needed = live.reduce((sum, e) => sum + recordSize(e.path, e.data.length), HEADER);
      if (needed > this.#half) return false;
      this.#compact(live, 1 - this.#active);
    }
    this.#files = files;
    return true;
  }

  #compact(live: Entry[], half: number): void {
    const base = half * this.#half;
    this.#flash.erase(base, this.#half);
    let end = HEADER;
    for (const { path, data } of live) {
      this.#flash.write(base + end, encodeRecord(path, data));
      end += recordSize(path, data.length);
    }
    const header = new Uint8Array(HEADER);
    const view = new DataView(header.buffer);
    view.setUint32(0, MAGIC, true);
    view.setUint32(4, this.#generation + 1, true);
    view.setUint32(8, espCrc32(header.subarray(0, 8)), true);
    this.#flash.write(base, header);
    this.#active = half;
    this.#generation++;
    this.#end = end;
  }

  #readHalf(half: number): { generation: number; files: Map<string, Uint8Array>; end: number } {
    const bytes = this.#flash.read(half * this.#half, this.#half);
    const view = new DataView(bytes.buffer);
    const files = new Map<string, Uint8Array>();
    const valid =
      view.getUint32(0, true) === MAGIC &&
      view.getUint32(8, true) === espCrc32(bytes.subarray(0, 8));
    if (!valid) return { generation: 0, files, end: 0 };
    let end = HEADER;
    while (
      end + HEADER <= bytes.length &&
      bytes.subarray(end, end + HEADER).some((b) => b !== 0xff)
    ) {
      const record = decodeRecord(bytes, end);
      // A torn record: its length cannot be trusted, so nothing more is appended to this half.
      if (!record) return { generation: view.getUint32(4, true), files, end: this.#half };
      files.delete(record.path);
      if (record.data) files.set(record.path, record.data);
      end = record.end;
    }
    return { generation: view.getUint32(4, true), files, end };
  }
}

function recordSize(path: string, length: number): number {
  return Math.ceil((HEADER + new TextEncoder().encode(path).length + length) / 4) * 4;
}

function encodeRecord(path: string, data: Uint8Array | undefined): Uint8Array {
  const name = new TextEncoder().encode(path);
  const record = new Uint8Array(recordSize(path, data?.length ?? 0)).fill(0xff);
  const view = new DataView(record.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, name.length, true);
  view.setUint32(8, data ? data.length : TOMBSTONE, true);
  record.set(name, HEADER);
  if (data) record.set(data, HEADER + name.length);
  view.setUint32(12, recordCrc(record, HEADER + name.length + (data?.length ?? 0)), true);
  return record;
}

function recordCrc(record: Uint8Array, end: number): number {
  return espCrc32(record.subarray(HEADER, end), espCrc32(record.subarray(0, 12)));
}

function decodeRecord(
  bytes: Uint8Array,
  at: number,
): { path: string; data: Uint8Array | undefined; end: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  const nameLength = view.getUint32(4, true);
  const dataLength = view.getUint32(8, true);
  const length = dataLength === TOMBSTONE ? 0 : dataLength;
  const size = Math.ceil((HEADER + nameLength + length) / 4) * 4;
  const fits =
    view.getUint32(0, true) === MAGIC && nameLength <= PATH_LIMIT && at + size <= bytes.length;
  if (!fits) return undefined;
  const record = bytes.subarray(at, at + size);
  if (recordCrc(record, HEADER + nameLength + length) !== view.getUint32(12, true))
    return undefined;
  return {
    path: new TextDecoder().decode(record.subarray(HEADER, HEADER + nameLength)),
    data:
      dataLength === TOMBSTONE
        ? undefined
        : record.slice(HEADER + nameLength, HEADER + nameLength + length),
    end: at + size,
  };
}
