import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { createBlockCache } from './block-cache.ts';
import { openImageWriter, type StoredImage } from './image-writer.ts';
import { streamFile } from './stream-file.ts';

/**
 * Image files addressed by their SHA-256: `<dir>/<first two digits>/<sha256>.bin`. A name never
 * changes its bytes, so reads need no lock and may be cached. Nothing is ever visible half
 * written: bytes go to `<dir>/tmp`, are synced, and renamed.
 */
export interface ImageStore {
  /** A new temporary file; `publish` or `discard` ends it. */
  receive(): Promise<ImageReceiver>;
  /** Bytes [start, end] of a stored image, from a bounded cache. Rejects where the file is short. */
  read(sha256: string, size: number, start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  /** The same bytes as a stream that holds one file open until it ends or is cancelled. */
  stream(sha256: string, start: number, end: number): ReadableStream<Uint8Array>;
  /** Whether a whole file of that name and size is there. */
  has(sha256: string, size: number): Promise<boolean>;
  /** Removes every image. */
  clear(): Promise<void>;
}

export interface ImageReceiver {
  write(chunk: Uint8Array): Promise<void>;
  /** Ends the writing; the file is synced and its digests are known. */
  finish(): Promise<StoredImage>;
  /** The whole content of a finished file. */
  readBack(): Promise<Uint8Array>;
  /** Makes a finished file readable under its SHA-256. */
  publish(): Promise<void>;
  /** Removes the temporary file; harmless after `publish`. */
  discard(): Promise<void>;
}

let received = 0;

export async function openImageStore(dir: string): Promise<ImageStore> {
  const temporary = join(dir, 'tmp');
  const own = `${hostname()}-${process.pid}-`;
  await mkdir(temporary, { recursive: true });
  await removeLeftovers(temporary);
  const pathOf = (sha256: string) => join(dir, sha256.slice(0, 2), `${sha256}.bin`);
  const cache = createBlockCache((sha256) => open(pathOf(sha256), 'r'));

  async function publish(from: string, sha256: string): Promise<void> {
    const target = pathOf(sha256);
    await mkdir(dirname(target), { recursive: true });
    await rename(from, target);
    await syncDirectory(dirname(target));
  }

  return {
    receive() {
      received += 1;
      return openImageWriter(join(temporary, `${own}${received}.part`), publish);
    },
    read: (sha256, size, start, end) => cache.read(sha256, size, start, end),
    stream: (sha256, start, end) => streamFile(() => open(pathOf(sha256), 'r'), start, end),
    async has(sha256, size) {
      const found = await stat(pathOf(sha256)).catch(() => undefined);
      return found?.size === size;
    },
    async clear() {
      cache.clear();
      for (const name of await readdir(dir)) {
        if (name !== 'tmp') await rm(join(dir, name), { recursive: true, force: true });
      }
    },
  };
}

/** A rename is durable only once its directory is. Not every system can sync one. */
async function syncDirectory(path: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    await handle.sync();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
  } finally {
    await handle?.close();
  }
}

/** Temporary files of processes of this machine that are gone; others may still be at work. */
async function removeLeftovers(temporary: string): Promise<void> {
  for (const name of await readdir(temporary)) {
    const match = /^(.*)-(\d+)-\d+\.part$/.exec(name);
    if (!match || match[1] !== hostname() || isAlive(Number(match[2]))) continue;
    await rm(join(temporary, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
