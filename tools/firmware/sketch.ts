import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { buildError } from './build-error.ts';
import { isHeader, isSource, readBeside, readTree, textOf } from './file-set.ts';

export const SKETCH_MOUNT = 'sketch';

/** A sketch as the Arduino sketch specification lays one out. */
export interface Sketch {
  /** The name of its folder, or of a lone .ino file: the project name of the image. */
  name: string;
  dir: string;
  /** The .ino files in the order in which they are joined: main first, then by name. */
  inos: { path: string; text: string }[];
  /** All code of the folder, the .ino files too: "sketch/util.h", "sketch/src/a/b.cpp". */
  files: Map<string, Uint8Array>;
  /** .c and .cpp files to compile: those beside the .ino and all below src/. */
  units: string[];
}

const isIno = (name: string): boolean => /\.(?:ino|pde)$/i.test(name);

/**
 * Reads a sketch folder or .ino file. In a folder, the main file has the folder's name, or is the only
 * .ino. A file that is not named like its folder stands alone, with the headers beside it: whatever else lies there or
 * below, in a home folder say, is none of its business.
 * @throws BuildError when there is no sketch at that path
 */
export function readSketch(path: string): Sketch {
  const full = resolve(path);
  const stat = statSync(full, { throwIfNoEntry: false });
  if (!stat)
    throw buildError(full, 'there is no such file or folder', 'give a sketch folder or .ino file');
  const dir = stat.isDirectory() ? full : dirname(full);
  const beside = readdirSync(dir).filter(isIno).sort();
  const main = stat.isDirectory() ? mainOfFolder(dir, beside) : mainFile(full);
  const stem = basename(main, extname(main));
  const alone = !stat.isDirectory() && stem !== basename(dir);
  const inoNames = alone ? [main] : [main, ...beside.filter((name) => name !== main)];

  const files = alone
    ? readBeside(dir, SKETCH_MOUNT, (name) => name === main || isHeader(name))
    : readTree(dir, SKETCH_MOUNT, isIno);
  const inos = inoNames.map((name) => {
    const inner = `${SKETCH_MOUNT}/${name}`;
    return { path: inner, text: textOf(files.get(inner) ?? new Uint8Array()) };
  });
  const units = [...files.keys()].filter((p) => isSource(p) && isUnit(p) && !alone).sort();
  return { name: alone ? stem : stemOf(dir, stem), dir, inos, files, units };
}

/** "sketch/a.cpp" and "sketch/src/…/b.cpp" are compiled; other folders only give headers. */
function isUnit(path: string): boolean {
  const inner = path.slice(SKETCH_MOUNT.length + 1);
  return !inner.includes('/') || inner.startsWith('src/');
}

function stemOf(dir: string, stem: string): string {
  return existsSync(join(dir, `${basename(dir)}.ino`)) ? basename(dir) : stem;
}

function mainOfFolder(dir: string, inos: string[]): string {
  const named = inos.find((name) => basename(name, extname(name)) === basename(dir));
  if (named) return named;
  if (inos.length === 1) return inos[0]!;
  if (inos.length === 0) {
    throw buildError(dir, 'no .ino file in this folder', `create ${basename(dir)}.ino`);
  }
  throw buildError(
    dir,
    `several .ino files and none is named ${basename(dir)}.ino: ${inos.join(', ')}`,
    'rename the main one, or name the .ino file on the command line',
  );
}

function mainFile(path: string): string {
  if (!isIno(path)) {
    throw buildError(path, 'is no .ino file', 'give a sketch folder or its .ino file');
  }
  return basename(path);
}
