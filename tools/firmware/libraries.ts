import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { buildError } from './build-error.ts';
import type { Mount } from './compiler.ts';
import { hashFiles, isSource, readTree } from './file-set.ts';
import { resolveParentIncludes } from './parent-includes.ts';

/** A library folder of the Arduino layout: library.properties and src/ (recursive), or the older flat one
 * (the folder itself and utility/). */
export interface Library {
  name: string;
  dir: string;
  /** Its include folder inside the file tree: "libraries/MeshSwarm/src". */
  includeDir: string;
  /** Host folder of `includeDir`. */
  sourceDir: string;
  recursive: boolean;
}

export interface LoadedLibrary extends Library {
  mount: Mount;
  units: string[];
}

const HEADER = /\.(?:h|hh|hpp|hxx)$/i;

/**
 * The libraries at `paths` (each one a library, or a folder that contains some), and those in
 * `<project>/libraries` when the sketch lies in `<project>/sketches/<name>/`. The first of a name wins.
 * @throws BuildError for a path that is neither
 */
export function findLibraries(paths: readonly string[], sketchDir: string): Library[] {
  const found = new Map<string, Library>();
  const add = (library: Library): void => {
    if (!found.has(library.name)) found.set(library.name, library);
  };
  for (const path of paths) {
    const libraries = librariesAt(resolve(path));
    if (libraries.length === 0) {
      throw buildError(
        resolve(path),
        'is no Arduino library and contains none',
        'a library has headers in src/ or in its own folder',
      );
    }
    libraries.forEach(add);
  }
  if (basename(dirname(sketchDir)) === 'sketches') {
    const shared = join(dirname(dirname(sketchDir)), 'libraries');
    if (existsSync(shared)) librariesAt(shared).forEach(add);
  }
  return [...found.values()];
}

function librariesAt(dir: string): Library[] {
  if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return [];
  const one = asLibrary(dir);
  if (one) return [one];
  return readdirSync(dir, { withFileTypes: true })
    .filter(
      (entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'),
    )
    .map((entry) => asLibrary(join(dir, entry.name)))
    .filter((library) => library !== undefined)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function asLibrary(dir: string): Library | undefined {
  const src = join(dir, 'src');
  const recursive =
    headersIn(src).length > 0 || (existsSync(join(dir, 'library.properties')) && existsSync(src));
  if (!recursive && headersIn(dir).length === 0) return undefined;
  const name = basename(dir);
  const includeDir = `libraries/${name}${recursive ? '/src' : ''}`;
  return { name, dir, includeDir, sourceDir: recursive ? src : dir, recursive };
}

function headersIn(dir: string): string[] {
  if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(dir).filter((name) => HEADER.test(name));
}

/** The library that gives `header`: the one named like it, else the first that has it. */
export function libraryFor(header: string, libraries: readonly Library[]): Library | undefined {
  const having = libraries.filter((library) => existsSync(join(library.sourceDir, header)));
  const stem = basename(header).replace(HEADER, '');
  return having.find((library) => library.name === stem) ?? having[0];
}

export function loadLibrary(library: Library): LoadedLibrary {
  const all = readTree(library.sourceDir, library.includeDir);
  // A flat library is compiled from its own folder and utility/; examples/ and the like are not part of it.
  const inner = (path: string): string => path.slice(library.includeDir.length + 1);
  const part = (path: string): boolean =>
    !inner(path).includes('/') || inner(path).startsWith('utility/');
  const files = library.recursive ? all : new Map([...all].filter(([path]) => part(path)));
  resolveParentIncludes(files, [library.includeDir]);
  return {
    ...library,
    mount: { key: hashFiles(files), files },
    units: [...files.keys()].filter(isSource).sort(),
  };
}
