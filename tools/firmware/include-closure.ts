import { posix } from 'node:path';
import type { ConditionWorld } from './conditions.ts';
import { type Include, macroWorld, scanIncludes } from './directives.ts';
import { contentHash, hashBytes, textOf } from './file-set.ts';
import type { FileSet } from './types.ts';

export interface IncludeWorld {
  files: FileSet;
  /** Folders for <header>, in order, inside the file tree. */
  searchDirs: readonly string[];
  defines: ReadonlyMap<string, string>;
  /** Asked for a header that is in none of searchDirs. A library that answers with folders joins. */
  onMissing?: (header: string) => boolean;
}

export interface Closure {
  /** The files reached, roots included. */
  files: string[];
  /** Headers that no folder has: those of the C and C++ libraries, and truly missing ones. */
  missing: string[];
  /** Some file includes by macro: what it reaches is not known. */
  computed: boolean;
}

interface Edges {
  targets: string[];
  missing: string[];
  computed: boolean;
}

/** Which file includes which, as seen with one set of folders and macros. Each file is scanned once. */
export class IncludeGraph {
  readonly #world: IncludeWorld;
  readonly #edges = new Map<string, Edges>();

  constructor(world: IncludeWorld) {
    this.#world = world;
  }

  /** All files that `roots` may include, directly or not: a superset of what a compiler will read. */
  closure(roots: readonly string[]): Closure {
    const reached = new Set<string>(roots);
    const missing = new Set<string>();
    let computed = false;
    // A Set iterates over what is added meanwhile.
    for (const path of reached) {
      const edges = this.#edgesOf(path);
      computed ||= edges.computed;
      for (const target of edges.targets) reached.add(target);
      for (const name of edges.missing) missing.add(name);
    }
    return { files: [...reached].sort(), missing: [...missing].sort(), computed };
  }

  #edgesOf(path: string): Edges {
    let edges = this.#edges.get(path);
    if (!edges) {
      edges = scanFile(path, this.#world);
      this.#edges.set(path, edges);
    }
    return edges;
  }
}

function scanFile(path: string, world: IncludeWorld): Edges {
  const edges: Edges = { targets: [], missing: [], computed: false };
  const bytes = world.files.get(path);
  if (!bytes) return edges;
  const find = (include: Include): string | undefined => resolveInclude(path, include, world);
  const scan = scanIncludes(textOf(bytes), conditionWorld(world, find));
  edges.computed = scan.computed;
  for (const include of scan.includes) {
    let target = find(include);
    if (!target && world.onMissing?.(include.name)) target = find(include);
    if (target) edges.targets.push(target);
    else edges.missing.push(include.name);
  }
  return edges;
}

/** Hash of everything that `root` may read; of all files where an include cannot be followed. */
export function closureHash(closure: Closure, files: FileSet): string {
  const paths = closure.computed ? [...files.keys()].sort() : closure.files;
  const parts = paths.flatMap((path) => [path, contentHash(files.get(path))]);
  return hashBytes(...parts, ...closure.missing);
}

function conditionWorld(
  world: IncludeWorld,
  find: (include: Include) => string | undefined,
): ConditionWorld {
  return {
    ...macroWorld(world.defines),
    hasInclude: (header) => {
      const include = { name: header.slice(1, -1), quoted: header.startsWith('"'), next: false };
      return (
        find(include) !== undefined ||
        (world.onMissing?.(include.name) ?? false) ||
        isStandard(include.name)
      );
    },
  };
}

/** "vector", "cstdint": headers without a suffix come with the compiler. */
const isStandard = (name: string): boolean => /^[a-z_]+$/.test(name);

function resolveInclude(from: string, include: Include, world: IncludeWorld): string | undefined {
  const dirs =
    include.quoted && !include.next ? [posix.dirname(from), ...world.searchDirs] : world.searchDirs;
  for (const dir of dirs) {
    const path = posix.normalize(
      include.name.startsWith('/') ? include.name.slice(1) : `${dir}/${include.name}`,
    );
    // #include_next means: the next one on the way, not this very file.
    if (world.files.has(path) && !(include.next && path === from)) return path;
  }
  return undefined;
}
