import type { Compiler, Mount } from './compiler.ts';
import { hashBytes, isC } from './file-set.ts';
import { closureHash, IncludeGraph } from './include-closure.ts';
import { PrecompiledHeaders, type PrecompiledPlan } from './precompiled.ts';

/** Files that are compiled alike: the HAL, one library, or the sketch. */
export interface UnitGroup {
  units: string[];
  /** All that its files may include, by content. */
  mounts: Mount[];
  /** Folders for -I, then those for -isystem. */
  includeDirs: string[];
  systemDirs: string[];
  /** For every file, and for precompiled headers; `cxxflags` besides for C++. */
  cflags: string[];
  cxxflags: string[];
  /** For these files alone: instrumentation, warnings. */
  ownFlags: string[];
  defines: ReadonlyMap<string, string>;
  /** Precompiled, and used for files that include it anyway; empty for none. */
  prefixHeader: string;
}

/** One file with the key of its result, ready to be looked up or compiled. */
export interface PlannedUnit {
  path: string;
  key: string;
  args: string[];
  mounts: Mount[];
  precompiled?: PrecompiledPlan;
}

/** Raise it when the same inputs must no longer give the same cached result. */
export const PIPELINE_VERSION = '2';

export function planUnits(group: UnitGroup, compiler: Compiler): PlannedUnit[] {
  const files = new Map(group.mounts.flatMap((mount) => [...mount.files]));
  const searchDirs = [...group.includeDirs, ...group.systemDirs];
  const graph = new IncludeGraph({ files, searchDirs, defines: group.defines });
  const headers = new PrecompiledHeaders(group, graph, files, compiler);
  return group.units.map((path) => {
    const closure = graph.closure([path]);
    const precompiled = isC(path) ? undefined : headers.choose(closure);
    const args = [...flagsFor(isC(path), group, group.defines), ...group.ownFlags, '-c', path];
    const key = hashBytes(
      PIPELINE_VERSION,
      compiler.id.version,
      ...args,
      precompiled?.key ?? '',
      closureHash(closure, files),
    );
    return { path, key, args, mounts: group.mounts, precompiled };
  });
}

export function flagsFor(
  c: boolean,
  group: UnitGroup,
  defines: ReadonlyMap<string, string>,
): string[] {
  return [
    c ? 'clang' : 'clang++',
    ...group.cflags,
    ...(c ? [] : group.cxxflags),
    ...[...defines].map(([name, value]) => `-D${name}=${value}`),
    '-Wno-builtin-macro-redefined',
    '-fno-caret-diagnostics',
    '-fno-color-diagnostics',
    ...group.includeDirs.map((dir) => `-I${dir}`),
    ...group.systemDirs.flatMap((dir) => ['-isystem', dir]),
  ];
}
