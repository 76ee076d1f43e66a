import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Grows with every version of a header; the oldest entries go first. */
const SIZE_MAX_BYTES = 1024 * 1024 * 1024;
const DIGEST = 32;

export interface CacheEntry<Meta> {
  meta: Meta;
  data: Uint8Array;
}

/**
 * Results of compiling by the hash of everything that went in. An entry is one file:
 * SHA-256 of the rest (32 bytes) · u32 length of the JSON · JSON (meta) · data. An entry that fails its
 * hash counts as absent. Entries appear by rename, so readers never see half of one.
 */
export class BuildCache {
  readonly #dir: string | undefined;
  readonly #memory = new Map<string, CacheEntry<unknown>>();
  #failure: string | undefined;
  #wrote = false;

  /** Without a folder, entries live as long as this object. */
  constructor(dir: string | undefined) {
    this.#dir = dir;
  }

  /** Why the last entry could not be written, once. */
  takeFailure(): string | undefined {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }

  async get<Meta>(key: string): Promise<CacheEntry<Meta> | undefined> {
    if (!this.#dir) return this.#memory.get(key) as CacheEntry<Meta> | undefined;
    const path = this.#path(this.#dir, key);
    const bytes = await readFile(path).catch(() => undefined);
    if (!bytes) return undefined;
    const entry = decode<Meta>(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
    if (!entry) await rm(path, { force: true }).catch(() => {});
    else await touch(path);
    return entry;
  }

  async put<Meta>(key: string, meta: Meta, data: Uint8Array): Promise<void> {
    if (!this.#dir) {
      this.#memory.set(key, { meta, data });
      return;
    }
    const path = this.#path(this.#dir, key);
    const temporary = join(this.#dir, `tmp-${randomUUID()}`);
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(temporary, encode(meta, data));
      await rename(temporary, path);
      this.#wrote = true;
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      this.#failure = error instanceof Error ? error.message : String(error);
    }
  }

  /** Removes the entries unused for longest when the folder has outgrown its bound. */
  async prune(maxBytes = SIZE_MAX_BYTES): Promise<void> {
    if (!this.#dir || !this.#wrote) return;
    this.#wrote = false;
    const entries = [];
    let total = 0;
    for (const name of await readdir(this.#dir, { recursive: true }).catch(() => [])) {
      const path = join(this.#dir, name);
      const info = await stat(path).catch(() => undefined);
      if (!info?.isFile()) continue;
      entries.push({ path, size: info.size, used: info.mtimeMs });
      total += info.size;
    }
    entries.sort((a, b) => a.used - b.used);
    for (const entry of entries) {
      if (total <= maxBytes) return;
      await rm(entry.path, { force: true }).catch(() => {});
      total -= entry.size;
    }
  }

  #path(dir: string, key: string): string {
    return join(dir, key.slice(0, 2), key);
  }
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => {});
}

function encode(meta: unknown, data: Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(meta));
  const bytes = new Uint8Array(DIGEST + 4 + json.length + data.length);
  new DataView(bytes.buffer).setUint32(DIGEST, json.length, true);
  bytes.set(json, DIGEST + 4);
  bytes.set(data, DIGEST + 4 + json.length);
  bytes.set(sha256(bytes.subarray(DIGEST)), 0);
  return bytes;
}

function decode<Meta>(bytes: Uint8Array): CacheEntry<Meta> | undefined {
  if (bytes.length < DIGEST + 4) return undefined;
  const digest = sha256(bytes.subarray(DIGEST));
  if (!digest.every((byte, i) => byte === bytes[i])) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(DIGEST, true);
  const dataAt = DIGEST + 4 + length;
  const meta = JSON.parse(new TextDecoder().decode(bytes.subarray(DIGEST + 4, dataAt))) as Meta;
  return { meta, data: bytes.slice(dataAt) };
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}
