import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createBlockCache } from './block-cache.ts';
import { publishFile, syncDirectory } from './durable.ts';
import { openImageWriter, type StoredImage } from './image-writer.ts';
import { CONTENT, contentPath, isPublicName, isSha256, publicPath, TEMPORARY } from './layout.ts';
import { digestFile, giveName } from './public-names.ts';
import { streamFile } from './stream-file.ts';
import { removeLeftovers, temporaryName } from './temporary.ts';

/**
 * Image files addressed by their SHA-256 (layout.ts), and public names for them (`door/v1.0.0.bin`), hard links of the same
 * bytes. A name never changes its bytes, so reads need no lock and may be cached. Nothing is ever visible half written: bytes go
 * to a temporary file, are synced, and get their name; the folder is synced. Several processes may share one folder.
 */
export interface ImageStore {
  /** Where all of it stands. */
  readonly dir: string;
  /** A new temporary file; `discard` ends it. */
  receive(): Promise<ImageReceiver>;
  /** Bytes [start, end] of a stored image, from a bounded cache. Rejects where the file is short. */
  read(sha256: string, size: number, start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  /** The same bytes as a stream that holds one file open until it ends or is cancelled. */
  stream(sha256: string, start: number, end: number): ReadableStream<Uint8Array>;
  /** Where the bytes stand, for who sends a file by its path. */
  pathOf(sha256: string): string;
  /** Whether a whole file of that name and size is there. */
  has(sha256: string, size: number): Promise<boolean>;
  /**
   * Gives a stored image the public name `<folder>/<file>` (isPublicName, else it throws). False where other bytes have that
   * name; they stay.
   */
  name(publicName: string, sha256: string): Promise<boolean>;
  /**
   * What stands under a public name, read and hashed whole; `undefined` where nothing does or it is no public name. Bytes that
   * somebody put there by hand are taken into the store, so that they can be served.
   */
  lookup(publicName: string): Promise<StoredImage | undefined>;
  /** Removes every image. */
  clear(): Promise<void>;
}

export interface ImageReceiver {
  write(chunk: Uint8Array): Promise<void>;
  /** Ends the writing; the file is synced and its digests are known. */
  finish(): Promise<StoredImage>;
  /** The whole content of a finished file. */
  readBack(): Promise<Uint8Array>;
  /** Makes a finished file readable under its SHA-256; again where a sweep has removed it meanwhile. */
  publish(): Promise<void>;
  /** Removes the temporary file; what was published stays. */
  discard(): Promise<void>;
}

export async function openImageStore(dir: string): Promise<ImageStore> {
  const temporary = join(dir, TEMPORARY);
  await mkdir(temporary, { recursive: true });
  await removeLeftovers(temporary, Date.now());
  const pathOf = (sha256: string) => contentPath(dir, sha256);
  const cache = createBlockCache((sha256) => open(pathOf(sha256), 'r'));

  async function publish(from: string, sha256: string): Promise<void> {
    const target = pathOf(sha256);
    const made = await mkdir(dirname(target), { recursive: true });
    await publishFile(from, target, temporary);
    if (made === undefined) return;
    await syncDirectory(join(dir, CONTENT));
    await syncDirectory(dir);
  }

  const receive = () => openImageWriter(join(temporary, temporaryName()), publish);

  return {
    dir,
    receive,
    pathOf,
    read: (sha256, size, start, end) => cache.read(sha256, size, start, end),
    stream: (sha256, start, end) => streamFile(() => open(pathOf(sha256), 'r'), start, end),
    async has(sha256, size) {
      if (!isSha256(sha256)) return false;
      const found = await stat(pathOf(sha256)).catch(() => undefined);
      return found?.size === size;
    },
    async name(publicName, sha256) {
      const half = join(temporary, temporaryName());
      return giveName(pathOf(sha256), publicPath(dir, publicName), sha256, half);
    },
    async lookup(publicName) {
      if (!isPublicName(publicName)) return undefined;
      return adopt(publicPath(dir, publicName), pathOf, receive);
    },
    async clear() {
      cache.clear();
      for (const name of await readdir(dir)) {
        if (name !== TEMPORARY) await rm(join(dir, name), { recursive: true, force: true });
      }
    },
  };
}

/** Hashes the file at `path`; where the store does not hold its bytes, copies them into it. */
async function adopt(
  path: string,
  pathOf: (sha256: string) => string,
  receive: () => Promise<ImageReceiver>,
): Promise<StoredImage | undefined> {
  const found = await digestFile(path);
  if (!found) return undefined;
  const held = await stat(pathOf(found.sha256)).catch(() => undefined);
  if (held?.size === found.size) return found;
  const receiver = await receive();
  try {
    // Hashed again on the way: the file may have changed since.
    await digestFile(path, (chunk) => receiver.write(chunk));
    const stored = await receiver.finish();
    await receiver.publish();
    return stored;
  } finally {
    await receiver.discard();
  }
}
