import { createReadStream, type ReadStream, statSync } from 'node:fs';

/** More than any flash chip of an ESP32 holds. */
const INPUT_MAX = 256 * 1024 * 1024;

let stdinTaken = false;

/** What messages call an input: its path, or "standard input" for `-`. */
export function inputName(file: string): string {
  return file === '-' ? 'standard input' : file;
}

/**
 * All bytes of a file, a pipe, or with `-` of standard input, which one command can read once only.
 * @param max bytes; what is longer is refused before it is read whole
 * @throws Error a sentence that names the input
 */
export async function readInput(file: string, max = INPUT_MAX): Promise<Uint8Array> {
  const name = inputName(file);
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of open(file)) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > max) throw new Error(`it has more than ${sizeText(max)}, which is too large`);
    }
  } catch (error) {
    throw new Error(`cannot read ${name}: ${reasonOf(error)}`, { cause: error });
  }
  const all = Buffer.concat(chunks, length);
  // Not a Buffer: its `slice` is a view where that of other bytes is a copy.
  return new Uint8Array(all.buffer, all.byteOffset, all.length);
}

function open(file: string): ReadStream | NodeJS.ReadStream {
  if (file !== '-') {
    if (statSync(file).isDirectory()) throw new Error('it is a folder');
    return createReadStream(file);
  }
  if (stdinTaken) throw new Error('- can be given once only');
  stdinTaken = true;
  return process.stdin;
}

function sizeText(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${bytes / 1024 / 1024} MB` : `${bytes} bytes`;
}

/** Why the system refused, in words, without the path. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message;
}

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EEXIST: 'there is already something by that name',
};
