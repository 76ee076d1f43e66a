import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type BuildOptions, buildAll, packageRoot } from '../../../tools/firmware/index.ts';
import { ScenarioError } from '../language/problem.ts';
import type { Scenario } from '../language/scenario.ts';
import type { BoardEntry, ImageEntry } from '../language/schema.ts';

type Entry = BoardEntry | ImageEntry;

/** App images by the name that sentences call them: `pir-1.1.0`, and `pir:first` for what an entry's boards begin with. */
export type ScenarioImages = ReadonlyMap<string, Uint8Array>;

export type BuildHooks = Pick<BuildOptions, 'onProgress'> & { signal?: AbortSignal };

const FIRST_VERSION = '1.0.0';

/**
 * Compiles the sketches that a scenario names and reads its image files; paths are from the scenario's folder, and a plain name
 * may be one of our own sketches.
 * @throws ScenarioError for a path that leads nowhere, BuildError for what does not compile
 */
export async function buildScenario(
  scenario: Scenario,
  hooks: BuildHooks = {},
): Promise<ScenarioImages> {
  const entries = [...scenario.images];
  const orders = new Map<string, BuildOptions>();
  const images = new Map<string, Uint8Array>();
  for (const [name, entry] of entries) {
    if (entry.image !== undefined) images.set(name, readImageFile(scenario, entry.image, name));
    else orders.set(name, buildOrder(scenario, entry, name, hooks));
  }
  const unique = new Map([...orders.values()].map((order) => [keyOf(order), order]));
  const results = await buildAll([...unique.values()], { signal: hooks.signal });
  const built = new Map([...unique.keys()].map((key, i) => [key, results[i]!.image]));
  for (const [name, order] of orders) images.set(name, built.get(keyOf(order))!);
  return images;
}

function buildOrder(
  scenario: Scenario,
  entry: Entry,
  name: string,
  { onProgress }: BuildHooks,
): BuildOptions {
  const root = packageRoot();
  const folder = dirname(resolve(scenario.path));
  const sketch = entry.sketch ?? entry.project!;
  const places = [resolve(folder, sketch)];
  if (!sketch.includes('/')) places.push(join(root, 'gateway-arduino/sketches', sketch));
  const found = places.find((place) => existsSync(place));
  if (!found) throw notFound(scenario, name, sketch, places);
  const own = (entry.libraries ?? []).map((library) => resolve(folder, library));
  const defines = Object.entries(entry.defines ?? {}).map(([key, value]) => [key, String(value)]);
  return {
    sketch: found,
    version: entry.version ?? FIRST_VERSION,
    defines: Object.fromEntries(defines),
    libraries: [...own, join(root, 'gateway-arduino/libraries')],
    halDir: join(root, 'simulator/hal'),
    onProgress,
  };
}

function keyOf({ sketch, version, defines, libraries }: BuildOptions): string {
  return JSON.stringify([sketch, version, defines, libraries]);
}

function readImageFile(scenario: Scenario, image: string, name: string): Uint8Array {
  const path = resolve(dirname(resolve(scenario.path)), image);
  if (!existsSync(path) || !statSync(path).isFile()) throw notFound(scenario, name, image, [path]);
  return new Uint8Array(readFileSync(path));
}

function notFound(
  scenario: Scenario,
  name: string,
  given: string,
  places: readonly string[],
): ScenarioError {
  const message = `${name}: there is nothing at ${given} (looked at ${places.join(', ')})`;
  return new ScenarioError(scenario.path, [{ line: 1, column: 1, message }]);
}
