import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildError } from './build-error.ts';
import type { Mount } from './compiler.ts';
import { hashFiles, isSource, readTree } from './file-set.ts';

/** hal.json for sketches, idf.json for ESP-IDF projects: how guests are compiled and linked. Paths are relative to its folder. */
export interface HalConfig {
  name: string;
  /** Precompiled for the C++ files that include it anyway; empty where there is none. */
  prefixHeader: string;
  includeDirs: string[];
  /** Folders: all .c and .cpp files below. */
  sources: string[];
  /** For every file. */
  cflags: string[];
  /** For C++ files, besides cflags. */
  cxxflags: string[];
  /** For sketches and libraries, not for the HAL itself. */
  guestFlags: string[];
  defines: string[];
  stackBytes: number;
  heapBytes: number;
  exports: string[];
  /** File of vendor APIs that are known and not there yet. */
  missing?: string;
}

/** Vendor names that the HAL does not have → one sentence each. */
export interface MissingApis {
  headers: Record<string, string>;
  symbols: Record<string, string>;
}

export interface Hal {
  dir: string;
  config: HalConfig;
  missing: MissingApis;
  /** Everything under "hal/", headers and sources. */
  mount: Mount;
  /** Paths inside the mount: "hal/arduino/src/Print.cpp". */
  units: string[];
  /** "hal/arduino/include" */
  includeDirs: string[];
  /** "hal/arduino/include/Arduino.h"; empty where there is none. */
  prefixHeader: string;
}

export const HAL_MOUNT = 'hal';

/** @throws BuildError when the folder holds no usable file of that name */
export function loadHal(dir: string, name: 'hal.json' | 'idf.json' = 'hal.json'): Hal {
  const config = readConfig(join(dir, name));
  const files = new Map<string, Uint8Array>();
  for (const folder of new Set([...config.includeDirs, ...config.sources])) {
    const host = join(dir, folder);
    // A part of the HAL may have headers alone, or sources alone.
    if (!existsSync(host)) continue;
    for (const [path, bytes] of readTree(host, `${HAL_MOUNT}/${folder}`)) files.set(path, bytes);
  }
  const sourceDirs = config.sources.map((folder) => `${HAL_MOUNT}/${folder}/`);
  return {
    dir,
    config,
    missing: readMissing(dir, config.missing),
    mount: { key: hashFiles(files), files },
    units: [...files.keys()]
      .filter((p) => isSource(p) && sourceDirs.some((d) => p.startsWith(d)))
      .sort(),
    includeDirs: config.includeDirs.map((folder) => `${HAL_MOUNT}/${folder}`),
    prefixHeader: config.prefixHeader === '' ? '' : `${HAL_MOUNT}/${config.prefixHeader}`,
  };
}

const LISTS = ['includeDirs', 'sources', 'cflags', 'cxxflags', 'guestFlags', 'defines', 'exports'];

function readConfig(path: string): HalConfig {
  const value = readJson(path) as Record<string, unknown>;
  for (const list of LISTS) {
    const items = value[list];
    if (!Array.isArray(items) || items.some((item) => typeof item !== 'string')) {
      throw buildError(path, `${list} must be a list of strings`);
    }
  }
  for (const size of ['stackBytes', 'heapBytes']) {
    if (!Number.isInteger(value[size]) || (value[size] as number) <= 0) {
      throw buildError(path, `${size} must be a positive number of bytes`);
    }
  }
  if (typeof value.prefixHeader !== 'string') throw buildError(path, 'prefixHeader must be a path');
  return value as unknown as HalConfig;
}

function readMissing(dir: string, name: string | undefined): MissingApis {
  if (!name || !existsSync(join(dir, name))) return { headers: {}, symbols: {} };
  const value = readJson(join(dir, name)) as Partial<MissingApis>;
  return { headers: value.headers ?? {}, symbols: value.symbols ?? {} };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw buildError(
      path,
      `cannot be read as JSON: ${error instanceof Error ? error.message : error}`,
    );
  }
}
