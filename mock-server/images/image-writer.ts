import { createHash } from 'node:crypto';
import { open, readFile, rm } from 'node:fs/promises';
import type { ImageReceiver } from './image-store.ts';

/** What is known of received bytes; digests are lower-case hex. */
export interface StoredImage {
  size: number;
  sha256: string;
  md5: string;
}

/** Writes to `path` while hashing; `publish(path, sha256)` gives the file its lasting name. */
export async function openImageWriter(
  path: string,
  publish: (path: string, sha256: string) => Promise<void>,
): Promise<ImageReceiver> {
  const handle = await open(path, 'wx');
  const digests = createDigests();
  let open_ = true;
  let stored: StoredImage | undefined;

  async function close(): Promise<void> {
    if (!open_) return;
    open_ = false;
    await handle.close();
  }

  return {
    async write(chunk) {
      digests.update(chunk);
      await writeAll(handle, chunk);
    },
    async finish() {
      await handle.sync();
      await close();
      stored = digests.end();
      return stored;
    },
    readBack: () => readFile(path),
    async publish() {
      if (!stored) throw new Error('publish() before finish(): the digests are not known yet.');
      await publish(path, stored.sha256);
    },
    async discard() {
      await close();
      await rm(path, { force: true });
    },
  };
}

/** SHA-256, MD5 and length of bytes as they come. */
export function createDigests() {
  const sha256 = createHash('sha256');
  const md5 = createHash('md5');
  let size = 0;
  return {
    update(chunk: Uint8Array) {
      sha256.update(chunk);
      md5.update(chunk);
      size += chunk.length;
    },
    end: (): StoredImage => ({ size, sha256: sha256.digest('hex'), md5: md5.digest('hex') }),
  };
}

/** A write may take fewer bytes than it was given (a full disk, a signal). */
async function writeAll(
  handle: { write(data: Uint8Array, offset: number): Promise<{ bytesWritten: number }> },
  chunk: Uint8Array,
): Promise<void> {
  let offset = 0;
  while (offset < chunk.length) {
    const { bytesWritten } = await handle.write(chunk, offset);
    if (bytesWritten === 0) throw new Error('The disk took no more bytes of an upload.');
    offset += bytesWritten;
  }
}
