import { join } from 'node:path';
import { parseImage } from '../formats/esp-image.ts';
import { unwrapGuest } from '../formats/guest-payload.ts';
import { type BuildDate, buildDate } from './build-date.ts';
import { BuildError } from './build-error.ts';
import { BuildCache } from './cache.ts';
import type { Compiler } from './compiler.ts';
import { onHost, type RawDiagnostic } from './diagnostics.ts';
import { hashBytes, hashFiles } from './file-set.ts';
import { type Hal, loadHal } from './hal.ts';
import { makeImage } from './image.ts';
import { joinSketch } from './ino.ts';
import type { LoadedLibrary } from './libraries.ts';
import { compileProject } from './objects.ts';
import { ownDefines } from './options.ts';
import { packageRoot } from './package-root.ts';
import { resolveParentIncludes } from './parent-includes.ts';
import { hostPlaces } from './places.ts';
import { baseDefines, layOutProject, selectLibraries } from './project.ts';
import { readSketch, type Sketch } from './sketch.ts';
import type { BuildOptions, BuildResult } from './types.ts';
import { PIPELINE_VERSION } from './unit-plan.ts';
import { WorkerPool } from './worker-pool.ts';

let shared: WorkerPool | undefined;

/** The compiler processes that all builds of this process share. */
function sharedCompiler(): WorkerPool {
  shared ??= new WorkerPool();
  return shared;
}

/** Ends the compiler processes. They also end by themselves when idle, and with this process. */
export function closeCompilers(): void {
  shared?.close();
}

/** Ends the compiler processes for good: builds under way in this process fail, and so do later ones that have to compile. */
export function cancelBuilds(): void {
  sharedCompiler().cancel();
}

/** All that decides what a build gives. */
interface Inputs {
  options: BuildOptions;
  hal: Hal;
  sketch: Sketch;
  libraries: LoadedLibrary[];
  date: BuildDate;
  own: Map<string, string>;
}

interface ImageMeta {
  version: string;
  role?: string;
  warnings: RawDiagnostic[];
}

/**
 * Compiles a sketch and its libraries with the HAL to WebAssembly and wraps it as an ESP app image.
 * The same inputs give the same bytes, wherever they lie and whenever they are built.
 * @throws BuildError with every message, for anything wrong with the sketch
 */
export async function buildSketch(
  options: BuildOptions,
  compiler: Compiler = sharedCompiler(),
): Promise<BuildResult> {
  const inputs = readInputs(options);
  const { sketch } = inputs;
  const report = options.onProgress ?? (() => {});
  report({ kind: 'start', project: sketch.name });
  const cache = new BuildCache(
    options.cacheDir === false
      ? undefined
      : (options.cacheDir ?? join(packageRoot(), '.cache', 'firmware')),
  );
  const key = imageKey(inputs, compiler);
  const stored = await cache.get<ImageMeta>(key);
  const entry = stored ?? (await make(inputs, compiler, cache));
  if (!stored) {
    await cache.put(key, entry.meta, entry.data);
    await cache.prune();
  }
  const reason = cache.takeFailure();
  if (reason) report({ kind: 'cache-unwritable', project: sketch.name, reason });
  report({ kind: 'done', project: sketch.name, cached: stored !== undefined });
  const places = hostPlaces(sketch, inputs.libraries, inputs.hal);
  return {
    image: entry.data,
    wasm: unwrapGuest(parseImage(entry.data)).wasm,
    project: sketch.name,
    version: entry.meta.version,
    role: entry.meta.role,
    cached: stored !== undefined,
    warnings: onHost(entry.meta.warnings, places, inputs.hal.missing),
    compiler: compiler.id,
  };
}

function readInputs(options: BuildOptions): Inputs {
  const own = ownDefines(options);
  const hal = loadHal(options.halDir);
  resolveParentIncludes(hal.mount.files as Map<string, Uint8Array>, hal.includeDirs);
  const sketch = readSketch(options.sketch);
  const date = buildDate(process.env.SOURCE_DATE_EPOCH);
  const known = new Map([...baseDefines(hal, date), ...own]);
  const libraries = selectLibraries(sketch, options.libraries ?? [], hal, known);
  return { options, hal, sketch, libraries, date, own };
}

function imageKey(
  { options, hal, sketch, libraries, date, own }: Inputs,
  compiler: Compiler,
): string {
  return hashBytes(
    'image',
    PIPELINE_VERSION,
    JSON.stringify([compiler.id, hal.config, date, [...own], options.version ?? null, sketch.name]),
    hal.mount.key,
    hashFiles(sketch.files),
    JSON.stringify([
      sketch.inos.map((ino) => ino.path),
      sketch.units,
      libraries.map((l) => [l.name, l.mount.key]),
    ]),
  );
}

async function make(
  inputs: Inputs,
  compiler: Compiler,
  cache: BuildCache,
): Promise<{ meta: ImageMeta; data: Uint8Array }> {
  const { options, hal, sketch, libraries, date, own } = inputs;
  resolveParentIncludes(sketch.files);
  const joined = await joinSketch(sketch);
  const project = layOutProject(sketch, joined, libraries, hal, date, own);
  const built = await compileProject(project, {
    compiler,
    cache,
    config: hal.config,
    name: sketch.name,
    report: options.onProgress ?? (() => {}),
  });
  if ('errors' in built) {
    throw new BuildError(onHost(built.errors, hostPlaces(sketch, libraries, hal), hal.missing));
  }
  const { image, version, role } = makeImage(built.wasm, sketch.name, options.version, date);
  return { meta: { version, role, warnings: built.warnings }, data: image };
}
