import type { BuildCache, CacheEntry } from './cache.ts';
import { type Compiler, CompilerCrash, type Mount } from './compiler.ts';
import { parseClang, type RawDiagnostic } from './diagnostics.ts';
import { hashBytes, isC, textOf } from './file-set.ts';
import { closureHash, IncludeGraph } from './include-closure.ts';
import type { FileSet } from './types.ts';

/** Files that are compiled alike: the HAL, one library, or the sketch. */
export interface UnitGroup {
  units: string[];
  /** All that its files may include, by content. */
  mounts: Mount[];
  /** Folders for -I, then those for -isystem. */
  includeDirs: string[];
  systemDirs: string[];
  /** For every file, and for the precompiled header; `cxxflags` besides for C++. */
  cflags: string[];
  cxxflags: string[];
  /** For these files alone: instrumentation, warnings. */
  ownFlags: string[];
  defines: ReadonlyMap<string, string>;
  /** Precompiled, and used for files that include it anyway. */
  prefixHeader: string;
}

export interface CompiledUnit {
  path: string;
  object: Uint8Array;
  warnings: RawDiagnostic[];
}

export type UnitOutcome = CompiledUnit | { path: string; errors: RawDiagnostic[] };

interface UnitMeta {
  warnings: RawDiagnostic[];
}

/** One file with the key of its result, ready to be looked up or compiled. */
export interface PlannedUnit {
  path: string;
  key: string;
  args: string[];
  mounts: Mount[];
  precompiled?: { key: string; args: string[]; mounts: Mount[] };
}

/** Raise it when the same inputs must no longer give the same cached result. */
export const PIPELINE_VERSION = '1';

export function planUnits(group: UnitGroup, compiler: Compiler): PlannedUnit[] {
  const files = new Map(group.mounts.flatMap((mount) => [...mount.files]));
  const searchDirs = [...group.includeDirs, ...group.systemDirs];
  const graph = new IncludeGraph({ files, searchDirs, defines: group.defines });
  const prefix = precompiledHeader(group, files, compiler);
  return group.units.map((path) => {
    const closure = graph.closure([path]);
    const usesPrefix = !isC(path) && closure.files.includes(group.prefixHeader);
    const args = [...flagsFor(path, group, group.defines), ...group.ownFlags, '-c', path];
    const key = hashBytes(
      PIPELINE_VERSION,
      compiler.id.version,
      ...args,
      usesPrefix ? prefix.key : '',
      closureHash(closure, files),
    );
    return { path, key, args, mounts: group.mounts, precompiled: usesPrefix ? prefix : undefined };
  });
}

function flagsFor(path: string, group: UnitGroup, defines: ReadonlyMap<string, string>): string[] {
  return [
    isC(path) ? 'clang' : 'clang++',
    ...group.cflags,
    ...(isC(path) ? [] : group.cxxflags),
    ...[...defines].map(([name, value]) => `-D${name}=${value}`),
    '-Wno-builtin-macro-redefined',
    '-fno-caret-diagnostics',
    '-fno-color-diagnostics',
    ...group.includeDirs.map((dir) => `-I${dir}`),
    ...group.systemDirs.flatMap((dir) => ['-isystem', dir]),
  ];
}

/** The precompiled header knows only those of the group's macros that its own text mentions, so that
 * one serves every sketch and every version. */
function precompiledHeader(
  group: UnitGroup,
  files: FileSet,
  compiler: Compiler,
): { key: string; args: string[]; mounts: Mount[] } {
  const closure = new IncludeGraph({
    files,
    searchDirs: group.systemDirs,
    defines: group.defines,
  }).closure([group.prefixHeader]);
  const words = new Set(
    closure.files.flatMap(
      (path) => textOf(files.get(path) ?? new Uint8Array()).match(/\b[A-Za-z_]\w*/g) ?? [],
    ),
  );
  const defines = new Map(
    [...group.defines].filter(([name]) => words.has(name) || name.startsWith('__')),
  );
  const own = { ...group, includeDirs: [] };
  const args = [
    ...flagsFor(group.prefixHeader, own, defines),
    '-x',
    'c++-header',
    group.prefixHeader,
  ];
  const mounts = group.mounts.filter((mount) =>
    closure.files.some((path) => mount.files.has(path)),
  );
  const key = hashBytes(
    'pch',
    PIPELINE_VERSION,
    compiler.id.version,
    ...args,
    closureHash(closure, files),
  );
  return { key, args, mounts };
}

export class UnitCompiler {
  readonly #compiler: Compiler;
  readonly #cache: BuildCache;
  /** What is being compiled now, so that builds that run side by side share it. */
  static readonly #running = new Map<string, Promise<unknown>>();

  constructor(compiler: Compiler, cache: BuildCache) {
    this.#compiler = compiler;
    this.#cache = cache;
  }

  async cached(unit: PlannedUnit): Promise<CompiledUnit | undefined> {
    const entry = await this.#cache.get<UnitMeta>(unit.key);
    return entry && { path: unit.path, object: entry.data, warnings: entry.meta.warnings };
  }

  compile(unit: PlannedUnit): Promise<UnitOutcome> {
    return this.#once(`unit ${unit.key}`, async (): Promise<UnitOutcome> => {
      const pch = unit.precompiled && (await this.#precompile(unit.precompiled));
      if (pch && 'errors' in pch) return { path: unit.path, errors: pch.errors };
      const args = [...unit.args, ...(pch ? ['-include-pch', PCH_PATH] : []), '-o', '-'];
      const mounts = pch ? [...unit.mounts, pch.mount] : unit.mounts;
      const outcome = await this.#run(unit.path, args, mounts);
      if ('errors' in outcome) return { path: unit.path, errors: outcome.errors };
      await this.#cache.put<UnitMeta>(unit.key, outcome.meta, outcome.data);
      return { path: unit.path, object: outcome.data, warnings: outcome.meta.warnings };
    });
  }

  #precompile(
    header: NonNullable<PlannedUnit['precompiled']>,
  ): Promise<{ mount: Mount } | { errors: RawDiagnostic[] }> {
    return this.#once(`pch ${header.key}`, async () => {
      const cached = await this.#cache.get<UnitMeta>(header.key);
      const path = header.args.at(-1)!;
      const entry = cached ?? (await this.#run(path, [...header.args, '-o', '-'], header.mounts));
      if ('errors' in entry) return { errors: entry.errors };
      if (!cached) await this.#cache.put<UnitMeta>(header.key, entry.meta, entry.data);
      return { mount: { key: header.key, files: new Map([[PCH_PATH, entry.data]]) } };
    });
  }

  async #run(
    path: string,
    args: string[],
    mounts: Mount[],
  ): Promise<CacheEntry<UnitMeta> | { errors: RawDiagnostic[] }> {
    try {
      const result = await this.#compiler.run({ args, mounts });
      const diagnostics = parseClang(result.stderr);
      if (result.exitCode === 0) return { meta: { warnings: diagnostics }, data: result.stdout };
      const errors = diagnostics.filter((d) => d.severity === 'error');
      return {
        errors:
          errors.length > 0
            ? errors
            : [failure(path, `the compiler failed: ${result.stderr.trim()}`)],
      };
    } catch (error) {
      if (error instanceof CompilerCrash) return { errors: [failure(path, error.message)] };
      throw error;
    }
  }

  #once<T>(key: string, work: () => Promise<T>): Promise<T> {
    const running = UnitCompiler.#running.get(key);
    if (running) return running as Promise<T>;
    const promise = work().finally(() => UnitCompiler.#running.delete(key));
    UnitCompiler.#running.set(key, promise);
    return promise;
  }
}

const PCH_PATH = 'prefix.pch';

const failure = (file: string, message: string): RawDiagnostic => ({
  file,
  line: 0,
  column: 0,
  severity: 'error',
  message,
});
