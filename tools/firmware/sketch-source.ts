import type { BuildDate } from './build-date.ts';
import { buildError } from './build-error.ts';
import { hashBytes, hashFiles } from './file-set.ts';
import { loadHal } from './hal.ts';
import { makeImage } from './image.ts';
import { joinSketch } from './ino.ts';
import { ownDefines, statedVersion } from './options.ts';
import { resolveParentIncludes } from './parent-includes.ts';
import { sketchPlaces } from './places.ts';
import { baseDefines, layOutSketch, selectLibraries } from './project.ts';
import { readSketch } from './sketch.ts';
import type { BuildSource } from './source.ts';
import type { BuildOptions } from './types.ts';

/** Reads a sketch and the libraries it includes. @throws BuildError */
export function sketchSource(options: BuildOptions, date: BuildDate): BuildSource {
  const asked = Object.keys(options.settings ?? {})[0];
  if (asked !== undefined)
    throw buildError('', `--set ${asked}: a sketch has no Kconfig`, 'give a macro with --define');
  const own = ownDefines(options);
  const hal = loadHal(options.halDir);
  resolveParentIncludes(hal.mount.files as Map<string, Uint8Array>, hal.includeDirs);
  const sketch = readSketch(options.sketch);
  const known = new Map([...baseDefines(hal, date), ...own]);
  const libraries = selectLibraries(sketch, options.libraries ?? [], hal, known);
  const key = hashBytes(
    JSON.stringify([[...own], statedVersion(options) ?? null, sketch.name]),
    hashFiles(sketch.files),
    JSON.stringify([
      sketch.inos.map((ino) => ino.path),
      sketch.units,
      libraries.map((l) => [l.name, l.mount.key]),
    ]),
  );
  return {
    name: sketch.name,
    hal,
    key,
    places: sketchPlaces(sketch, libraries, hal),
    async layOut() {
      resolveParentIncludes(sketch.files);
      return layOutSketch(sketch, await joinSketch(sketch), libraries, hal, date, own);
    },
    wrap: (wasm) => makeImage(wasm, sketch.name, statedVersion(options), date),
  };
}
