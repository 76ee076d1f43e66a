import { createReadStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, linkOrCopy, syncDirectory } from './durable.ts';
import { createDigests, type StoredImage } from './image-writer.ts';

/**
 * Gives the stored file `content` the public name `path`. False where the name is taken by other bytes, which stay: of two
 * processes that want one name, one gets it. Durable when it resolves. `half` is a free name for a copy in the making.
 */
export async function giveName(
  content: string,
  path: string,
  sha256: string,
  half: string,
): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await linkOrCopy(content, path, half);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return holdsSame(content, path, sha256);
  }
  await syncDirectory(dirname(path));
  await syncDirectory(dirname(dirname(path)));
  return true;
}

async function holdsSame(content: string, path: string, sha256: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(content), stat(path)]);
  if (a.ino === b.ino && a.dev === b.dev) return true;
  return (await digestFile(path))?.sha256 === sha256;
}

/** Reads a whole file; `undefined` where there is none. `onChunk` sees the bytes and is waited for. */
export async function digestFile(
  path: string,
  onChunk?: (chunk: Uint8Array) => Promise<void>,
): Promise<StoredImage | undefined> {
  const digests = createDigests();
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
      digests.update(chunk as Uint8Array);
      await onChunk?.(chunk as Uint8Array);
    }
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(errorCode(error))) return undefined;
    throw error;
  }
  return digests.end();
}
