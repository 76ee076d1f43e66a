import { copyFile, type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { temporaryName } from './temporary.ts';

export const errorCode = (error: unknown) => (error as NodeJS.ErrnoException).code ?? '';

/** File systems that have no hard links (exFAT, some network shares), or where a file has too many. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'];

/**
 * A new name for a synced file, or a synced copy where there are no hard links (written to `half` first, so that nothing is seen
 * half written). EEXIST where `to` is taken.
 */
export async function linkOrCopy(from: string, to: string, half: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!NO_LINKS.includes(errorCode(error))) throw error;
    await copySynced(from, to, half);
  }
}

async function copySynced(from: string, to: string, half: string): Promise<void> {
  try {
    await copyFile(from, half);
    await syncFile(half);
    if (await stat(to).catch(() => undefined)) {
      throw Object.assign(new Error(`${to} is there already.`), { code: 'EEXIST' });
    }
    await rename(half, to);
  } finally {
    await rm(half, { force: true });
  }
}

export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A rename is durable only once its directory is. Not every system can sync one. */
export async function syncDirectory(path: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    await handle.sync();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw error;
  } finally {
    await handle?.close();
  }
}

/**
 * Gives the synced file `from` the name `to` as well, in place of whatever stood there: readers see the old bytes or the new
 * ones. `from` stays. `temporary` is a folder on the same file system. Durable when it resolves; cheap where `to` is that file
 * already.
 */
export async function publishFile(from: string, to: string, temporary: string): Promise<void> {
  const [source, there] = await Promise.all([stat(from), stat(to).catch(() => undefined)]);
  if (there?.ino === source.ino && there.dev === source.dev) return;
  const second = join(temporary, temporaryName());
  try {
    await linkOrCopy(from, second, `${second}.half`);
    await rename(second, to);
  } finally {
    // POSIX: renaming one link of a file over another one leaves both.
    await rm(second, { force: true });
  }
  await syncDirectory(dirname(to));
}
