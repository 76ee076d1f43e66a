import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
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
export const isHeader = (name: string): boolean => HEADER.test(name);
const isCode = (name: string): boolean => HEADER.test(name) || SOURCE.test(name);

/**
 * All C/C++ files below `dir`, and those that `also` names, as `<mount>/<relative path>` with forward
 * slashes, in a stable order. Hidden folders and node_modules are left out; a folder that several links lead to is read
 * once, and a link to `dir` or above it not at all.
 * @throws BuildError for a folder that is far too large to be firmware
 */
export function readTree(
  dir: string,
  mount: string,
  also: (name: string) => boolean = () => false,
): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const top = realpathSync(dir);
  const seen = new Set<string>();
  const isNew = (folder: string): boolean => {
    const real = realpathSync(folder);
    const above = folder !== dir && (real === top || top.startsWith(real + sep));
    if (above || seen.has(real)) return false;
    seen.add(real);
    return true;
  };
  const visit = (folder: string, prefix: string, depth: number): void => {
    if (depth > MAX_DEPTH || !isNew(folder)) return;
    const names = readdirSync(folder).sort();
    for (const name of names) {
      if (name.startsWith('.') || name === 'node_modules') continue;
      const path = join(folder, name);
      const stat = statOf(path);
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

/** Undefined for what leads nowhere: a broken link, or one that goes round in a circle. */
function statOf(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') return undefined;
    throw error;
  }
}

/** The code files directly in `dir`, without its folders. */
export function readBeside(
  dir: string,
  mount: string,
  wanted: (name: string) => boolean,
): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const name of readdirSync(dir).sort()) {
    const stat = wanted(name) ? statOf(join(dir, name)) : undefined;
    if (stat?.isFile()) files.set(`${mount}/${name}`, readBounded(join(dir, name), stat.size));
  }
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
