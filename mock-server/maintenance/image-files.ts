import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../images/durable.ts';
import { CONTENT, isPublicName, isSha256 } from '../images/layout.ts';

/** A file in an image folder. */
export interface ImageFile {
  path: string;
  /** The SHA-256 it is stored under, or its public name. */
  name: string;
}

/** Every content file. */
export async function contentFiles(dir: string): Promise<ImageFile[]> {
  const files: ImageFile[] = [];
  for (const folder of await entries(join(dir, CONTENT))) {
    for (const file of await entries(join(dir, CONTENT, folder))) {
      const name = file.replace(/\.bin$/, '');
      if (isSha256(name)) files.push({ path: join(dir, CONTENT, folder, file), name });
    }
  }
  return files;
}

/** Every file under a public name; what has another form is not ours. */
export async function publicFiles(dir: string): Promise<ImageFile[]> {
  const files: ImageFile[] = [];
  for (const folder of await entries(dir)) {
    for (const file of await entries(join(dir, folder))) {
      const name = `${folder}/${file}`;
      if (isPublicName(name)) files.push({ path: join(dir, folder, file), name });
    }
  }
  return files;
}

/** Size and age in milliseconds; `undefined` where it is no file, or gone. */
export async function fileFacts(
  path: string,
  now: number,
): Promise<{ size: number; age: number } | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  return { size: found.size, age: now - found.mtimeMs };
}

async function entries(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return [];
    throw error;
  }
}
