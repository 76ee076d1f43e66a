import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

const KEPT_BYTES_MAX = 128 * 1024 * 1024;

/** Results that may be thrown away at any time. */
export interface DeflateCache {
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, data: Uint8Array): Promise<void>;
}

/** $XDG_CACHE_HOME/ota/deflate, or ~/.cache/ota/deflate. */
export function defaultCacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ota', 'deflate');
}

/** In a folder, the least used thrown away beyond 128 MB. What cannot be read or written is passed over:
 * it only costs time. */
export function folderCache(folder = defaultCacheFolder(), most = KEPT_BYTES_MAX): DeflateCache {
  return {
    async get(key) {
      const path = join(folder, key);
      try {
        const data = await readFile(path);
        const now = new Date();
        await utimes(path, now, now);
        return new Uint8Array(data);
      } catch {
        return undefined;
      }
    },
    async put(key, data) {
      const temporary = join(folder, `${randomUUID()}.tmp`);
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(temporary, data);
        await rename(temporary, join(folder, key));
        await prune(folder, most);
      } catch {
        await rm(temporary, { force: true }).catch(() => {});
      }
    },
  };
}

async function prune(folder: string, most: number): Promise<void> {
  const names = await readdir(folder);
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const { size, mtimeMs } = await stat(path);
      return { path, size, mtimeMs };
    }),
  );
  files.sort((a, b) => b.mtimeMs - a.mtimeMs);
  let kept = 0;
  for (const { path, size } of files) {
    kept += size;
    if (kept > most) await rm(path, { force: true });
  }
}
