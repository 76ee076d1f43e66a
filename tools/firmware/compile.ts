import type { BuildCache, CacheEntry } from './cache.ts';
import { type Compiler, CompilerCrash, type Mount } from './compiler.ts';
import { parseClang, type RawDiagnostic } from './diagnostics.ts';
import type { PrecompiledPlan } from './precompiled.ts';
import type { PlannedUnit } from './unit-plan.ts';

export interface CompiledUnit {
  path: string;
  object: Uint8Array;
  warnings: RawDiagnostic[];
}

export type UnitOutcome = CompiledUnit | { path: string; errors: RawDiagnostic[] };

interface UnitMeta {
  warnings: RawDiagnostic[];
}

/** Compiles planned units, keeps results in the cache, and shares what runs at the same time. */
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
      // A header that does not compile is better reported from the file that includes it.
      const pch = unit.precompiled && (await this.#precompile(unit.precompiled));
      const args = [...unit.args, ...(pch ? ['-include-pch', PCH_PATH] : []), '-o', '-'];
      const mounts = pch ? [...unit.mounts, pch] : unit.mounts;
      const outcome = await this.#run(unit.path, args, mounts);
      if ('errors' in outcome) return { path: unit.path, errors: outcome.errors };
      await this.#cache.put<UnitMeta>(unit.key, outcome.meta, outcome.data);
      return { path: unit.path, object: outcome.data, warnings: outcome.meta.warnings };
    });
  }

  #precompile(header: PrecompiledPlan): Promise<Mount | undefined> {
    return this.#once(`pch ${header.key}`, async () => {
      const cached = await this.#cache.get<UnitMeta>(header.key);
      const path = header.args.at(-1)!;
      const entry = cached ?? (await this.#run(path, [...header.args, '-o', '-'], header.mounts));
      if ('errors' in entry) return undefined;
      if (!cached) await this.#cache.put<UnitMeta>(header.key, entry.meta, entry.data);
      return { key: header.key, files: new Map([[PCH_PATH, entry.data], ...header.source.files]) };
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

const PCH_PATH = 'precompiled.pch';

const failure = (file: string, message: string): RawDiagnostic => ({
  file,
  line: 0,
  column: 0,
  severity: 'error',
  message,
});
