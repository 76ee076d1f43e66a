import { join, posix } from 'node:path';
import type { Hal } from './hal.ts';
import { HAL_MOUNT } from './hal.ts';
import type { LoadedLibrary } from './libraries.ts';
import type { Sketch } from './sketch.ts';
import { SKETCH_MOUNT } from './sketch.ts';

/** Finds the host file behind a path of the compiler's file tree. */
export type Places = (path: string) => string;

export function sketchPlaces(
  sketch: Sketch,
  libraries: readonly LoadedLibrary[],
  hal: Hal,
): Places {
  const roots: [prefix: string, dir: string][] = [
    [`${SKETCH_MOUNT}/`, sketch.dir],
    ...libraries.map((l): [string, string] => [`${l.includeDir}/`, l.sourceDir]),
    [`${HAL_MOUNT}/`, hal.dir],
  ];
  const place = placesOf(roots);
  return (path) => {
    const inner = posix.normalize(path).replace(/^\//, '');
    if (inner === `${SKETCH_MOUNT}/${sketch.name}.ino.cpp`) {
      return join(sketch.dir, (sketch.inos[0]?.path ?? '').slice(SKETCH_MOUNT.length + 1));
    }
    return place(path);
  };
}

/** By prefix of the path in the tree, with the host folder behind it. */
export function placesOf(roots: readonly (readonly [prefix: string, dir: string])[]): Places {
  return (path) => {
    const inner = posix.normalize(path).replace(/^\//, '');
    const root = roots.find(([prefix]) => inner.startsWith(prefix));
    return root ? join(root[1], inner.slice(root[0].length)) : path;
  };
}
