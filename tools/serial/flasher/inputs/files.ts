import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { LARGEST_FLASH } from '../../../formats/flash-image/merge.ts';
import { SerialError } from '../../trouble.ts';

const CHUNK = 1024 * 1024;

/** @throws SerialError `input`, naming the file */
export function readBytes(path: string): Uint8Array {
  try {
    // Not a Buffer: its `slice` is a view where that of other bytes is a copy.
    return new Uint8Array(readAtMost(path, LARGEST_FLASH * 3));
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** A file or a pipe. What has no end, such as /dev/zero, has no size to look at either. */
function readAtMost(path: string, max: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let length = 0; ; ) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const count = readSync(file, chunk);
      if (count === 0) return Buffer.concat(chunks, length);
      length += count;
      if (length > max) throw new Error('it is larger than any flash');
      chunks.push(chunk.subarray(0, count));
    }
  } finally {
    closeSync(file);
  }
}

/** @throws SerialError `input`, naming the file */
export function readJson(path: string): unknown {
  const text = Buffer.from(readBytes(path)).toString('utf8');
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new SerialError('input', `${path} is no JSON: ${(error as Error).message}`);
  }
}

export function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Names in a folder, sorted; none where there is no folder. */
export function namesIn(folder: string): string[] {
  return isFolder(folder) ? readdirSync(folder).sort() : [];
}

export function hasText(path: string, pattern: RegExp): boolean {
  return exists(path) && pattern.test(readFileSync(path, 'utf8'));
}

function unreadable(path: string, error: unknown): SerialError {
  const { code, message } = error as NodeJS.ErrnoException;
  const why =
    code === 'ENOENT'
      ? 'there is no such file'
      : code === 'EISDIR'
        ? 'it is a folder'
        : code === 'EACCES'
          ? 'permission denied'
          : message;
  return new SerialError('input', `cannot read ${path}: ${why}`, { cause: error });
}

/** A flash offset as people and JSON files write it: 4096, "0x1000", "64K".
 * @throws SerialError `input` */
export function offsetOf(value: unknown, where: string): number {
  const text = String(value).trim();
  const match = /^(0x[0-9a-f]+|\d+)([km]?)b?$/i.exec(text);
  const unit = { '': 1, k: 1024, m: 1024 * 1024 }[(match?.[2] ?? '').toLowerCase()] ?? 1;
  const offset = match ? Number(match[1]) * unit : Number.NaN;
  if (Number.isSafeInteger(offset) && offset <= 0xffffffff) return offset;
  throw new SerialError('input', `${where}: "${text}" is no address in flash`, {
    hint: 'write it as 0x10000 or 64K',
  });
}
