import type { BuildDate } from './build-date.ts';
import { hashFiles } from './file-set.ts';
import type { Hal } from './hal.ts';
import { IncludeGraph } from './include-closure.ts';
import type { JoinedSketch } from './ino.ts';
import { findLibraries, type LoadedLibrary, libraryFor, loadLibrary } from './libraries.ts';
import { SKETCH_MOUNT, type Sketch } from './sketch.ts';
import type { UnitGroup } from './unit-plan.ts';

/** The libraries that a sketch needs: those with a header that it or one of them includes. The HAL's own
 * headers go first, so a library named like one of them is not taken. */
export function selectLibraries(
  sketch: Sketch,
  paths: readonly string[],
  hal: Hal,
  defines: ReadonlyMap<string, string>,
): LoadedLibrary[] {
  const candidates = findLibraries(paths, sketch.dir);
  const selected = new Map<string, LoadedLibrary>();
  const files = new Map([...hal.mount.files, ...sketch.files]);
  const searchDirs = [SKETCH_MOUNT, ...hal.includeDirs];
  const onMissing = (header: string): boolean => {
    const library = libraryFor(header, candidates);
    if (!library || selected.has(library.name)) return false;
    const loaded = loadLibrary(library);
    selected.set(library.name, loaded);
    for (const [path, bytes] of loaded.mount.files) files.set(path, bytes);
    searchDirs.push(loaded.includeDir);
    return true;
  };
  const graph = new IncludeGraph({ files, searchDirs, defines, onMissing });
  let count = -1;
  // Each library's own files may ask for further libraries.
  while (selected.size > count) {
    count = selected.size;
    const units = [...selected.values()].flatMap((library) => library.units);
    const roots = [
      hal.prefixHeader,
      ...sketch.inos.map((ino) => ino.path),
      ...sketch.units,
      ...units,
    ];
    graph.closure(roots);
  }
  return [...selected.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What is compiled and how it is linked. */
export interface Project {
  hal: UnitGroup;
  /** Linked before the archives: the sketch, or component main. */
  main: UnitGroup;
  /** Their members are linked only where something refers to them: libraries, or the other components. */
  archives: { path: string; group: UnitGroup }[];
  /** Whether a file belongs to the user: its warnings are told, its errors come first. */
  isOwn(path: string): boolean;
}

/** How each part is compiled. `own` are the macros of the sketch's files alone. */
export function layOutSketch(
  sketch: Sketch,
  joined: JoinedSketch,
  libraries: readonly LoadedLibrary[],
  hal: Hal,
  date: BuildDate,
  own: ReadonlyMap<string, string>,
): Project {
  const { config } = hal;
  const common = baseDefines(hal, date);
  const base = {
    systemDirs: hal.includeDirs,
    cflags: config.cflags,
    cxxflags: config.cxxflags,
    prefixHeader: hal.prefixHeader,
    defines: common,
  };
  const sketchFiles = new Map(sketch.files).set(joined.path, new TextEncoder().encode(joined.text));
  return {
    hal: {
      ...base,
      units: hal.units,
      mounts: [hal.mount],
      includeDirs: [],
      ownFlags: ['-w'],
    },
    isOwn: (path) => path.startsWith(`${SKETCH_MOUNT}/`),
    archives: libraries.map((library) => {
      const needed = neededBy(library, libraries, hal, common);
      return {
        path: `libraries/${library.name}.a`,
        group: {
          ...base,
          units: library.units,
          mounts: [hal.mount, ...needed.map((l) => l.mount)],
          includeDirs: needed.map((l) => l.includeDir),
          ownFlags: [...config.guestFlags, '-w'],
        },
      };
    }),
    main: {
      ...base,
      units: [joined.path, ...sketch.units],
      mounts: [
        hal.mount,
        ...libraries.map((l) => l.mount),
        { key: hashFiles(sketchFiles), files: sketchFiles },
      ],
      includeDirs: [SKETCH_MOUNT, ...libraries.map((l) => l.includeDir)],
      ownFlags: config.guestFlags,
      defines: new Map([...common, ...own]),
    },
  };
}

export function baseDefines(hal: Hal, date: BuildDate): Map<string, string> {
  const defines = hal.config.defines.map((define): [string, string] => {
    const at = define.indexOf('=');
    return at < 0 ? [define, '1'] : [define.slice(0, at), define.slice(at + 1)];
  });
  return new Map([
    ...defines,
    ['__DATE__', `"${date.date}"`],
    ['__TIME__', `"${date.time}"`],
    ['__TIMESTAMP__', `"${date.date} ${date.time}"`],
  ]);
}

/** A library is compiled with the folders of those libraries alone that its own files reach, so that its
 * objects serve every sketch. */
function neededBy(
  library: LoadedLibrary,
  all: readonly LoadedLibrary[],
  hal: Hal,
  defines: ReadonlyMap<string, string>,
): LoadedLibrary[] {
  const files = new Map([...hal.mount.files, ...all.flatMap((l) => [...l.mount.files])]);
  const searchDirs = [library.includeDir, ...all.map((l) => l.includeDir), ...hal.includeDirs];
  const reached = new Set(
    new IncludeGraph({ files, searchDirs, defines }).closure(library.units).files,
  );
  const others = all.filter(
    (l) => l !== library && [...l.mount.files.keys()].some((path) => reached.has(path)),
  );
  return [library, ...others];
}
