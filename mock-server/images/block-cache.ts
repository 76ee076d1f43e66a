import type { FileHandle } from 'node:fs/promises';
import { Lru } from '../http/lru.ts';

/** Read at once, so that a gateway's 64 Range requests of 1 KiB in a row cost one read. */
export const BLOCK_SIZE = 64 * 1024;
/** Blocks kept: 8 MiB, a few images under distribution. */
const BLOCK_LIMIT = 128;

export interface BlockCache {
  read(sha256: string, size: number, start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  clear(): void;
}

/**
 * Bounded least-recently-used blocks of files that never change under their name. Concurrent
 * readers of a block share one read; a failed read is not kept; no descriptor stays open.
 */
export function createBlockCache(
  openFile: (sha256: string) => Promise<FileHandle>,
  limit = BLOCK_LIMIT,
): BlockCache {
  const blocks = new Lru<string, Promise<Uint8Array<ArrayBuffer>>>(limit);

  function block(sha256: string, size: number, index: number) {
    const key = `${sha256}/${index}`;
    const known = blocks.get(key);
    if (known) return known;
    const offset = index * BLOCK_SIZE;
    const loading = readExactly(openFile, sha256, offset, Math.min(BLOCK_SIZE, size - offset));
    blocks.set(key, loading);
    loading.catch(() => blocks.delete(key));
    return loading;
  }

  return {
    async read(sha256, size, start, end) {
      const first = Math.floor(start / BLOCK_SIZE);
      const last = Math.floor(end / BLOCK_SIZE);
      const head = await block(sha256, size, first);
      const from = start - first * BLOCK_SIZE;
      if (first === last) return head.subarray(from, from + end - start + 1);
      const bytes = new Uint8Array(end - start + 1);
      bytes.set(head.subarray(from));
      for (let index = first + 1; index <= last; index += 1) {
        const at = index * BLOCK_SIZE - start;
        const part = await block(sha256, size, index);
        bytes.set(part.subarray(0, bytes.length - at), at);
      }
      return bytes;
    },
    clear: () => blocks.clear(),
  };
}

async function readExactly(
  openFile: (sha256: string) => Promise<FileHandle>,
  sha256: string,
  offset: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const handle = await openFile(sha256);
  try {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) {
        throw new Error(`Image file ${sha256} ends at ${offset + done}; restore it from a backup.`);
      }
      done += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}
