import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type BuildOptions, buildAll, packageRoot } from '../../../tools/firmware/index.ts';
import { retargetGuest } from '../../../tools/formats/guest-payload.ts';
import { parsePartitionCsv } from '../../../tools/formats/partition-csv.ts';
import { buildPartitionTable } from '../../../tools/formats/partition-table.ts';
import { chipModel } from '../../board/chip-model.ts';
import { ScenarioError } from '../language/problem.ts';
import type { Scenario } from '../language/scenario.ts';
import type { BoardEntry, ImageEntry } from '../language/schema.ts';

type Entry = BoardEntry | ImageEntry;

/**
 * App images by the name that sentences call them: `pir-1.1.0`, and `pir:first` for what an entry's boards begin with. Beside them
 * `pir:partitions`, the binary table of an entry whose boards have one of their own.
 */
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
  for (const [name, order] of orders) {
    const { chip } = scenario.images.get(name)!;
    const image = built.get(keyOf(order))!;
    // The module is the same for every chip.
    images.set(name, chip === undefined ? image : retargetGuest(image, chipModel(chip).id));
  }
  for (const entry of scenario.file.boards) {
    const table = tableOf(scenario, entry, orders.get(`${entry.name}:first`)?.sketch);
    if (table) images.set(tableName(entry), table);
  }
  return images;
}

/** Under which name an entry's own partition table is kept. */
export function tableName({ name }: BoardEntry): string {
  return `${name}:partitions`;
}

/** The table that an entry names, or that its project has; undefined for the usual one. */
function tableOf(
  scenario: Scenario,
  { name, partitions, project }: BoardEntry,
  built: string | undefined,
): Uint8Array | undefined {
  if (partitions === undefined && (project === undefined || built === undefined)) return undefined;
  const path =
    partitions === undefined
      ? join(built!, 'partitions.csv')
      : resolve(dirname(resolve(scenario.path)), partitions);
  if (!existsSync(path)) {
    if (partitions === undefined) return undefined;
    throw notFound(scenario, name, partitions, [path]);
  }
  const { partitions: rows, problems, ok } = parsePartitionCsv(readFileSync(path, 'utf8'));
  if (ok) return buildPartitionTable(rows);
  const wrong = problems.find(({ severity }) => severity === 'error')!;
  const message = `${name}: ${path} is no partition table: line ${wrong.line}: ${wrong.message}`;
  throw new ScenarioError(scenario.path, [{ line: 1, column: 1, message }]);
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
  // A plain name may be one of ours.
  if (!sketch.includes('/')) {
    places.push(join(root, entry.sketch ? 'gateway-arduino/sketches' : '', sketch));
  }
  const found = places.find((place) => existsSync(place));
  if (!found) throw notFound(scenario, name, sketch, places);
  const own = (entry.libraries ?? []).map((library) => resolve(folder, library));
  const defines = Object.entries(entry.defines ?? {}).map(([key, value]) => [key, String(value)]);
  const config = Object.entries(entry.config ?? {}).map(([key, value]) => [key, kconfig(value)]);
  return {
    sketch: found,
    version: entry.version ?? FIRST_VERSION,
    defines: Object.fromEntries(defines),
    ...(config.length > 0 && { settings: Object.fromEntries(config) }),
    libraries: [...own, join(root, 'gateway-arduino/libraries')],
    halDir: join(root, 'simulator/hal'),
    onProgress,
  };
}

/** An answer as sdkconfig has it. */
function kconfig(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'y' : 'n';
  return String(value);
}

function keyOf({ sketch, version, defines, settings, libraries }: BuildOptions): string {
  return JSON.stringify([sketch, version, defines, settings, libraries]);
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
