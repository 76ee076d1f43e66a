import { join } from 'node:path';
import { parseImage } from '../formats/esp-image.ts';
import { unwrapGuest } from '../formats/guest-payload.ts';
import { buildDate } from './build-date.ts';
import { BuildError } from './build-error.ts';
import { BuildCache } from './cache.ts';
import type { Compiler } from './compiler.ts';
import { onHost, type RawDiagnostic } from './diagnostics.ts';
import { hashBytes } from './file-set.ts';
import { idfSource } from './idf/idf-source.ts';
import { isIdfProject } from './idf/project-file.ts';
import { compileProject } from './objects.ts';
import { packageRoot } from './package-root.ts';
import { sketchSource } from './sketch-source.ts';
import type { BuildSource } from './source.ts';
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

interface ImageMeta {
  version: string;
  role?: string;
  warnings: RawDiagnostic[];
}

/**
 * Compiles a sketch with its libraries, or an ESP-IDF project with its components, and the HAL to WebAssembly, and wraps the module
 * as an ESP app image. The same inputs give the same bytes, wherever they lie and whenever they are built.
 * @throws BuildError with every message, for anything wrong with the sources
 */
export async function buildFirmware(
  options: BuildOptions,
  compiler: Compiler = sharedCompiler(),
): Promise<BuildResult> {
  const date = buildDate(process.env.SOURCE_DATE_EPOCH);
  const source = isIdfProject(options.sketch)
    ? idfSource(options, date)
    : sketchSource(options, date);
  const { name } = source;
  const report = options.onProgress ?? (() => {});
  report({ kind: 'start', project: name });
  const cache = new BuildCache(
    options.cacheDir === false
      ? undefined
      : (options.cacheDir ?? join(packageRoot(), '.cache', 'firmware')),
  );
  const key = imageKey(source, compiler, JSON.stringify(date));
  const stored = await cache.get<ImageMeta>(key);
  const entry = stored ?? (await make(source, options, compiler, cache));
  if (!stored) {
    await cache.put(key, entry.meta, entry.data);
    await cache.prune();
  }
  const reason = cache.takeFailure();
  if (reason) report({ kind: 'cache-unwritable', project: name, reason });
  report({ kind: 'done', project: name, cached: stored !== undefined });
  return {
    image: entry.data,
    wasm: unwrapGuest(parseImage(entry.data)).wasm,
    project: name,
    version: entry.meta.version,
    role: entry.meta.role,
    cached: stored !== undefined,
    warnings: onHost(entry.meta.warnings, source.places, source.hal.missing),
    compiler: compiler.id,
  };
}

function imageKey({ key, hal }: BuildSource, compiler: Compiler, date: string): string {
  return hashBytes(
    'image',
    PIPELINE_VERSION,
    JSON.stringify([compiler.id, hal.config]),
    date,
    hal.mount.key,
    key,
  );
}

async function make(
  source: BuildSource,
  options: BuildOptions,
  compiler: Compiler,
  cache: BuildCache,
): Promise<{ meta: ImageMeta; data: Uint8Array }> {
  const { hal, name, places } = source;
  const built = await compileProject(await source.layOut(), {
    compiler,
    cache,
    config: hal.config,
    name,
    report: options.onProgress ?? (() => {}),
  });
  if ('errors' in built) throw new BuildError(onHost(built.errors, places, hal.missing));
  const { image, version, role } = source.wrap(built.wasm);
  return { meta: { version, role, warnings: built.warnings }, data: image };
}
