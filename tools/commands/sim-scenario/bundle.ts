import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { readScenario } from '../../../simulator/scenario/language/check.ts';
import type { Scenario } from '../../../simulator/scenario/language/scenario.ts';
import type { ScenarioImages } from '../../../simulator/scenario/run/firmware.ts';
import type { ScenarioResult } from '../../../simulator/scenario/run/run.ts';
import { reasonOf } from '../support/input.ts';
import { makeFolder } from './folder.ts';

/** Everything that a run needs, and what came of it. */
export interface Bundle {
  scenario: Scenario;
  images: ScenarioImages;
  partitionTable: Uint8Array;
  about: BundleAbout;
}

const ABOUT = z.strictObject({
  format: z.literal(1),
  name: z.string(),
  seed: z.string(),
  /** What made the run. */
  commit: z.string(),
  /** Its trace hash. */
  trace: z.string().regex(/^[0-9a-f]{64}$/),
  ok: z.boolean(),
  failure: z.string().optional(),
  /** Files of the folder by the image's name in the scenario. */
  images: z.record(z.string(), z.string()),
});
type BundleAbout = z.infer<typeof ABOUT>;

const SCENARIO_FILE = 'scenario.yaml';
const ABOUT_FILE = 'run.json';
const TABLE_FILE = 'partition-table.bin';

export interface BundleContent extends Omit<Bundle, 'about'> {
  result: ScenarioResult;
  commit: string;
  failure: string | undefined;
}

/** Writes a folder that `ota sim replay` runs again, on any machine with the same program. */
export function writeBundle(folder: string, content: BundleContent): void {
  const { scenario, images, result, commit, failure } = content;
  // With the images there are partition tables of boards that have one of their own.
  const names = [...images.keys()];
  const files = Object.fromEntries(names.map((name, i) => [name, `image-${i + 1}.bin`]));
  const about: BundleAbout = {
    format: 1,
    name: scenario.file.name,
    seed: result.seed,
    commit,
    trace: result.trace,
    ok: result.ok,
    ...(failure !== undefined && { failure }),
    images: files,
  };
  makeFolder(folder);
  try {
    writeFileSync(join(folder, SCENARIO_FILE), scenario.text);
    writeFileSync(join(folder, TABLE_FILE), content.partitionTable);
    for (const name of names) writeFileSync(join(folder, files[name]!), images.get(name)!);
    // Last, so that a folder with it is whole.
    writeFileSync(join(folder, ABOUT_FILE), `${JSON.stringify(about, null, 2)}\n`);
  } catch (error) {
    throw new Error(`cannot write the bundle ${folder}: ${reasonOf(error)}`);
  }
}

/** @throws Error that names the file and what is wrong with it */
export function readBundle(folder: string): Bundle {
  const read = (file: string) => {
    try {
      return readFileSync(join(folder, file));
    } catch (error) {
      throw new Error(`${folder} is no bundle of a run: cannot read ${file}: ${reasonOf(error)}`);
    }
  };
  const about = readAbout(folder, read(ABOUT_FILE).toString('utf8'));
  const path = join(folder, SCENARIO_FILE);
  const scenario = readScenario(read(SCENARIO_FILE).toString('utf8'), path);
  const images = new Map<string, Uint8Array>();
  const missing = [...scenario.images.keys()].find((name) => about.images[name] === undefined);
  if (missing) throw new Error(`${join(folder, ABOUT_FILE)} names no file of ${missing}`);
  for (const [name, file] of Object.entries(about.images)) {
    if (basename(file) !== file) {
      throw new Error(`${join(folder, ABOUT_FILE)}: ${file} is no file of the folder`);
    }
    images.set(name, new Uint8Array(read(file)));
  }
  return { scenario, images, partitionTable: new Uint8Array(read(TABLE_FILE)), about };
}

function readAbout(folder: string, text: string): BundleAbout {
  const path = join(folder, ABOUT_FILE);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${path} is no JSON`);
  }
  const parsed = ABOUT.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message}`);
}
