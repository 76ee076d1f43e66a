import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

const MAC = /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i;
const NAME = /^[a-z0-9][a-z0-9._-]*$/i;

const board = z.strictObject({
  /** What tests call it. */
  name: z.string().regex(NAME, 'letters, digits, dots, hyphens'),
  /** On hardware it is found by one of these. A port may be a device path, rfc2217://… or socket://…. */
  port: z.string().optional(),
  mac: z.string().regex(MAC, 'six bytes such as 24:6f:28:aa:bb:cc').optional(),
  serialNumber: z.string().optional(),
  /** Bits a second while flash is read and written. */
  baud: z.number().int().min(9600).optional(),
  /** Commands that switch its supply, such as a relay's or uhubctl's. */
  power: z.strictObject({ on: z.string(), off: z.string() }).optional(),
  /** Chip of the simulated board. */
  chip: z.string().optional(),
});

const firmware = z.strictObject({
  /** A sketch folder, its .ino file, or an ESP-IDF project: what simulated boards run. */
  sketch: z.string(),
  version: z.string().optional(),
  defines: z.record(z.string(), z.string()).optional(),
  /** Options of an ESP-IDF project's Kconfig, for simulated boards. */
  settings: z.record(z.string(), z.string()).optional(),
  libraries: z.array(z.string()).optional(),
  /** Partition table of simulated boards, as CSV. */
  partitions: z.string().optional(),
  /** What `ota flash` is given on hardware; default the sketch, built by its vendor's tool. */
  hardware: z.union([z.string(), z.array(z.string())]).optional(),
  /** Names functions in crash reports on hardware. */
  elf: z.string().optional(),
});

const schema = z.strictObject({
  boards: z.array(board).min(1),
  firmware: z.record(z.string(), firmware).default({}),
  /** Network of the boards on the desk. */
  wifi: z.strictObject({ ssid: z.string(), password: z.string() }).optional(),
  /** Address of this machine as boards on the desk reach it; a port of 0 is a free one. */
  server: z.strictObject({ host: z.string(), port: z.number().int().default(0) }).optional(),
  simulator: z
    .strictObject({
      /** Virtual seconds in one second. */
      speed: z.number().min(0.1).max(100).default(10),
      seed: z.string().default('1'),
    })
    .default({ speed: 10, seed: '1' }),
  /** Folder of the logs, a file for each board of a test. */
  logs: z.string().default('hil-logs'),
});

export type BenchConfigInput = z.input<typeof schema>;
export type FirmwareSpec = z.infer<typeof firmware>;
export type BoardConfig = z.infer<typeof board>;
export type BenchConfig = z.infer<typeof schema> & {
  /** Paths are relative to this folder. */
  root: string;
};

const FILES = ['bench.config.ts', 'bench.config.mjs', 'bench.config.js'];
/** Without a configuration file: simulated boards under plain names. */
const DEFAULT: BenchConfigInput = {
  boards: Array.from({ length: 8 }, (_, i) => ({ name: `board-${i + 1}` })),
};

/** The identity, for its types: `export default defineBench({ boards: [{ name: 'door' }] })`. */
export function defineBench(config: BenchConfigInput): BenchConfigInput {
  return config;
}

/** @throws Error with every fault, each as its place and a sentence */
export function checkConfig(input: unknown, file: string): BenchConfig {
  const parsed = schema.safeParse(input);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      ({ path, message }) => `  ${path.join('.') || 'the configuration'}: ${message}`,
    );
    throw new Error(`${file} is wrong:\n${faults.join('\n')}`);
  }
  const names = parsed.data.boards.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice) throw new Error(`${file}: there are two boards named ${twice}`);
  return { ...parsed.data, root: dirname(resolve(file)) };
}

/**
 * `OTA_BENCH_CONFIG`, or bench.config.ts in a test's folder or one above; without one eight simulated boards.
 * @throws Error where it cannot be loaded, or is wrong
 */
export async function loadConfig(folder = process.cwd()): Promise<BenchConfig> {
  const named = process.env.OTA_BENCH_CONFIG;
  const file = named ? resolve(named) : findConfig(folder);
  if (!file) return checkConfig(DEFAULT, join(process.cwd(), FILES[0]!));
  let loaded: { default?: unknown };
  try {
    loaded = await import(/* @vite-ignore */ pathToFileURL(file).href);
  } catch (error) {
    throw new Error(`${file} cannot be loaded: ${(error as Error).message}`, { cause: error });
  }
  if (loaded.default === undefined) throw new Error(`${file} has no default export`);
  return checkConfig(loaded.default, file);
}

function findConfig(folder: string): string | undefined {
  for (const name of FILES) {
    const file = join(folder, name);
    if (existsSync(file)) return file;
  }
  const above = dirname(folder);
  return above === folder ? undefined : findConfig(above);
}
