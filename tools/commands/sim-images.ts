import { join } from 'node:path';
import type { StoryImages } from '../../simulator/scenario/mesh-update/types.ts';
import {
  BuildError,
  type BuildOptions,
  buildAll,
  cancelBuilds,
  closeCompilers,
  type ProgressEvent,
  packageRoot,
} from '../firmware/index.ts';
import { formatDiagnostics } from './firmware-diagnostics.ts';
import { BuildProgress } from './firmware-progress.ts';
import type { StoryDisplay } from './sim-display.ts';

/** Sketch folder and version of each image of the story. */
const PLAN: Record<keyof StoryImages, [string, string]> = {
  gateway: ['gateway-arduino/sketches/mesh_gateway', '1.0.0'],
  pir: ['gateway-arduino/sketches/mesh_shared_state_pir', '1.0.0'],
  led: ['gateway-arduino/sketches/mesh_shared_state_led', '1.0.0'],
  update: ['gateway-arduino/sketches/mesh_shared_state_pir', '1.1.0'],
  crash: ['test/fixtures/sketches/pir_crash', '1.2.0'],
  noJoin: ['test/fixtures/sketches/pir_no_join', '1.3.0'],
};

/** Compiles the sketches (what is cached by content is taken from there). @throws Error with the compiler's diagnostics */
export function buildStoryImages(display: StoryDisplay, signal: AbortSignal): Promise<StoryImages> {
  const root = packageRoot();
  const plan = Object.entries(PLAN).map(([key, [sketch, version]]): [string, BuildOptions] => [
    key,
    {
      sketch: join(root, sketch),
      version,
      libraries: [join(root, 'gateway-arduino/libraries')],
      halDir: join(root, 'simulator/hal'),
    },
  ]);
  return buildImages(
    Object.fromEntries(plan) as Record<keyof StoryImages, BuildOptions>,
    display,
    signal,
  );
}

/** Builds what `plan` names, and says how long that took. @throws Error with the compiler's diagnostics */
export async function buildImages<Name extends string>(
  plan: Record<Name, BuildOptions>,
  display: StoryDisplay,
  signal: AbortSignal,
): Promise<Record<Name, Uint8Array>> {
  const started = process.hrtime.bigint();
  const progress = new BuildProgress(process.stderr);
  const options = Object.values<BuildOptions>(plan).map((one) => ({
    ...one,
    onProgress: (event: ProgressEvent) => signal.aborted || progress.show(event),
  }));
  signal.addEventListener('abort', cancelBuilds);
  try {
    const results = await buildAll(options, { signal });
    progress.end();
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    const cached = results.every((result) => result.cached);
    const { name, version } = results[0]!.compiler;
    display.line(
      `${results.length} images by ${name} ${version}, ${cached ? 'cached' : 'built'} in ${seconds.toFixed(1)} s`,
    );
    const names = Object.keys(plan) as Name[];
    return Object.fromEntries(names.map((key, i) => [key, results[i]!.image])) as Record<
      Name,
      Uint8Array
    >;
  } catch (error) {
    progress.end();
    if (!(error instanceof BuildError)) throw error;
    throw new Error(
      `the firmware does not compile:\n${formatDiagnostics(error.diagnostics, process.stderr)}`,
    );
  } finally {
    signal.removeEventListener('abort', cancelBuilds);
    closeCompilers();
  }
}
