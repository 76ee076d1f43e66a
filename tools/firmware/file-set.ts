import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildError } from './build-error.ts';
import type { FileSet } from './types.ts';

const HEADER = /\.(?:h|hh|hpp|hxx|inc|ipp|tpp|tcc|def|inl)$/i;
const SOURCE = /\.(?:c|cpp|cc|cxx)$/i;

/** Nothing that is compiled or included is larger; a folder beyond these bounds is not a sketch. */
const MAX_FILES = 5_000;
const MAX_FILE_BYTES = 8 * 1024 * 1024;
const MAX_DEPTH = 16;

export const isSource = (path: string): boolean => SOURCE.test(path);
export const isC = (path: string): boolean => path.endsWith('.c');
const isCode = (name: string): boolean => HEADER.test(name) || SOURCE.test(name);

/**
 * All C/C++ files below `dir`, and those that `also` names, as `<mount>/<relative path>` with forward
 * slashes, in a stable order. Hidden folders and node_modules are left out.
 * @throws BuildError for a folder that is far too large to be firmware
 */
export function readTree(
  dir: string,
  mount: string,
  also: (name: string) => boolean = () => false,
): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const visit = (folder: string, prefix: string, depth: number): void => {
    if (depth > MAX_DEPTH) return;
    const names = readdirSync(folder).sort();
    for (const name of names) {
      if (name.startsWith('.') || name === 'node_modules') continue;
      const path = join(folder, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat?.isDirectory()) visit(path, `${prefix}/${name}`, depth + 1);
      else if (stat?.isFile() && (isCode(name) || also(name))) {
        files.set(`${prefix}/${name}`, readBounded(path, stat.size));
        if (files.size > MAX_FILES) {
          throw buildError(
            dir,
            `more than ${MAX_FILES} source files: this is not one sketch or library`,
          );
        }
      }
    }
  };
  visit(dir, mount, 0);
  return files;
}

function readBounded(path: string, size: number): Uint8Array {
  if (size > MAX_FILE_BYTES)
    throw buildError(path, `${size} bytes are too large for a source file`);
  return Uint8Array.from(readFileSync(path));
}

export function hashBytes(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    // Lengths keep ("a", "bc") apart from ("ab", "c").
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest('hex');
}

export function hashFiles(files: FileSet): string {
  return hashBytes(...[...files].flat());
}

const decoder = new TextDecoder();
export const textOf = (bytes: Uint8Array): string => decoder.decode(bytes);

const hashes = new WeakMap<Uint8Array, string>();

/** The hash of a file's bytes, computed once for as long as they are in memory. They must not change. */
export function contentHash(bytes: Uint8Array | undefined): string {
  if (!bytes) return '';
  let hash = hashes.get(bytes);
  if (!hash) {
    hash = hashBytes(bytes);
    hashes.set(bytes, hash);
  }
  return hash;
}
