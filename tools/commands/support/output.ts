import { randomUUID } from 'node:crypto';
import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { reasonOf } from './input.ts';

/** What reports call an output: its path, or "standard output" for `-`. */
export function outputName(file: string): string {
  return file === '-' ? 'standard output' : file;
}

/**
 * Writes bytes to a file, or with `-` to standard output. A file is written beside its place and then
 * moved there: a full disk leaves what was there whole. What is no file (a pipe, /dev/null) is
 * written to as it is.
 * @param what the bytes are, for messages: "the image"
 * @throws Error a sentence that names what and where
 */
export async function writeOutput(file: string, bytes: Uint8Array, what: string): Promise<void> {
  if (file !== '-') return writeFile(file, bytes, what);
  if (process.stdout.isTTY) {
    throw new Error(`${what} is binary and would upset the terminal: give -o FILE, or a pipe`);
  }
  await new Promise<void>((done, failed) => {
    process.stdout.write(bytes, (error) => (error ? failed(error) : done()));
  });
}

/** As writeOutput, files only, at once. A file keeps its mode, a link stays a link to its file. */
export function writeFile(file: string, bytes: Uint8Array, what: string): void {
  const there = statSync(file, { throwIfNoEntry: false });
  if (there?.isDirectory()) throw new Error(`${what} cannot be written: ${file} is a folder`);
  const place = there ? realpathSync(file) : file;
  const temporary = `${place}.${randomUUID()}.tmp`;
  try {
    if (there && !there.isFile()) return writeFileSync(file, bytes);
    writeFileSync(temporary, bytes, { mode: there?.mode, flush: true });
    if (there) chmodSync(temporary, there.mode); // the umask took from it
    renameSync(temporary, place);
  } catch (error) {
    rmSync(temporary, { force: true });
    const noFolder = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = noFolder ? 'there is no such folder' : reasonOf(error);
    throw new Error(`${what} cannot be written: ${file}: ${reason}`, { cause: error });
  }
}
