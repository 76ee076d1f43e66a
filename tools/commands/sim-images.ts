import { join } from 'node:path';
import type { StoryImages } from '../../simulator/scenario/mesh-update/types.ts';
import { type BuildOptions, buildAll, packageRoot } from '../firmware/index.ts';
import { buildWithProgress } from './build-with-progress.ts';
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
  const names = Object.keys(plan) as Name[];
  const results = await buildWithProgress(signal, (onProgress) =>
    buildAll(
      names.map((name) => ({ ...plan[name], onProgress })),
      { signal },
    ),
  );
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const cached = results.every((result) => result.cached);
  const { name, version } = results[0]!.compiler;
  display.line(
    `${results.length} images by ${name} ${version}, ${cached ? 'cached' : 'built'} in ${seconds.toFixed(1)} s`,
  );
  return Object.fromEntries(names.map((key, i) => [key, results[i]!.image])) as Record<
    Name,
    Uint8Array
  >;
}
