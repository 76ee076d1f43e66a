import type { BuildCache } from './cache.ts';
import { type CompiledUnit, UnitCompiler } from './compile.ts';
import type { Compiler } from './compiler.ts';
import type { RawDiagnostic } from './diagnostics.ts';
import { hashBytes } from './file-set.ts';
import type { HalConfig } from './hal.ts';
import { archive, link, type Objects } from './link.ts';
import type { Project } from './project.ts';
import type { ProgressEvent } from './types.ts';
import { type PlannedUnit, planUnits } from './unit-plan.ts';

export interface CompileContext {
  compiler: Compiler;
  cache: BuildCache;
  config: HalConfig;
  /** The project's name, for progress. */
  name: string;
  report: (event: ProgressEvent) => void;
}

type Outcome = { wasm: Uint8Array; warnings: RawDiagnostic[] } | { errors: RawDiagnostic[] };

/** Compiles what the cache does not have, archives the libraries, and links. All files are tried, so
 * that one run shows every error. */
export async function compileProject(project: Project, context: CompileContext): Promise<Outcome> {
  const { compiler, cache, config, name } = context;
  const groups = [project.main, project.hal, ...project.archives.map(({ group }) => group)];
  const plans = groups.map((group) => planUnits(group, compiler));
  const compiled = await compileAll(plans.flat(), project, context);
  if ('errors' in compiled) return compiled;

  const objectsOf = (plan: PlannedUnit[]): Objects =>
    new Map(plan.map((unit) => [`${unit.path}.o`, compiled.units.get(unit.path)!.object]));
  const [main, hal, ...others] = plans;
  const archives = new Map<string, Uint8Array>();
  for (const [index, plan] of others.entries()) {
    if (plan.length === 0) continue;
    const { path } = project.archives[index]!;
    archives.set(path, await cachedArchive(objectsOf(plan), compiler, cache));
  }
  context.report({ kind: 'link', project: name });
  const linked = await link(compiler, {
    objects: new Map([...objectsOf(main!), ...objectsOf(hal!)]),
    archives,
    config,
  });
  if ('errors' in linked) return { errors: linked.errors.map((error) => locate(error, project)) };
  const warnings = plans
    .flat()
    .filter((unit) => project.isOwn(unit.path))
    .flatMap((unit) => compiled.units.get(unit.path)!.warnings);
  return { wasm: linked.wasm, warnings: [...warnings, ...linked.warnings] };
}

async function compileAll(
  plan: PlannedUnit[],
  project: Project,
  { compiler, cache, name, report }: CompileContext,
): Promise<{ units: Map<string, CompiledUnit> } | { errors: RawDiagnostic[] }> {
  const units = new UnitCompiler(compiler, cache);
  const done = new Map<string, CompiledUnit>();
  const misses: PlannedUnit[] = [];
  for (const unit of plan) {
    const hit = await units.cached(unit);
    if (hit) done.set(unit.path, hit);
    else misses.push(unit);
  }
  report({ kind: 'plan', project: name, total: misses.length });
  const errors: RawDiagnostic[] = [];
  let finished = 0;
  const outcomes = misses.map(async (unit) => {
    const outcome = await units.compile(unit);
    if ('errors' in outcome) errors.push(...outcome.errors);
    else done.set(unit.path, outcome);
    finished++;
    report({ kind: 'unit', project: name, unit: unit.path, done: finished, total: misses.length });
  });
  await Promise.all(outcomes);
  return errors.length > 0 ? { errors: inOrder(errors, plan, project) } : { units: done };
}

/** The user's errors first, each file's in a row, whichever worker was faster. */
function inOrder(errors: RawDiagnostic[], plan: PlannedUnit[], project: Project): RawDiagnostic[] {
  const rank = (file: string): number => {
    const at = plan.findIndex((unit) => unit.path === file);
    return project.isOwn(file) ? at : at + plan.length;
  };
  const unique = new Map(errors.map((e) => [`${e.file}:${e.line}:${e.column}:${e.message}`, e]));
  return [...unique.values()].sort(
    (a, b) =>
      rank(a.file) - rank(b.file) || (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line),
  );
}

async function cachedArchive(
  objects: Objects,
  compiler: Compiler,
  cache: BuildCache,
): Promise<Uint8Array> {
  const key = hashBytes('archive', compiler.id.version, ...[...objects].flat());
  const stored = await cache.get(key);
  if (stored) return stored.data;
  const bytes = await archive(compiler, objects);
  await cache.put(key, {}, bytes);
  return bytes;
}

const SYMBOL = /undefined symbol: (?:.*?\b)?(~?\w+)(?:\(.*)?$/;

/** The linker knows files but no lines: the first line of the user's file that names the symbol. */
function locate(error: RawDiagnostic, project: Project): RawDiagnostic {
  const symbol = SYMBOL.exec(error.message)?.[1];
  if (!symbol || !project.isOwn(error.file)) return error;
  const groups = [project.main, ...project.archives.map(({ group }) => group)];
  const own = new Map(groups.flatMap(({ mounts }) => [...mounts.at(-1)!.files]));
  const inos = [...own.keys()].filter((path) => /\.(?:ino|pde)$/i.test(path));
  for (const path of error.file.endsWith('.ino.cpp') ? inos : [error.file]) {
    const lines = new TextDecoder().decode(own.get(path)).split('\n');
    const index = lines.findIndex((line) =>
      new RegExp(`\\b${symbol}\\b`).test(line.replace(/\/\/.*/, '')),
    );
    if (index >= 0)
      return { ...error, file: path, line: index + 1, column: lines[index]!.indexOf(symbol) + 1 };
  }
  return error;
}
