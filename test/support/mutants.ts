import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFirmware } from '../../tools/firmware/index.ts';
import { FIXTURES, firmware, HAL, ROOT, SKETCHES } from './bench.ts';
import { applyEdit, type Edit } from './edit.ts';

export { applyEdit, type Edit } from './edit.ts';

const MESHSWARM = `${ROOT}gateway-arduino/libraries/MeshSwarm`;

/** The library as it is. */
export const UNCHANGED: readonly Edit[] = [];

export interface SketchBuild {
  version?: string;
  /** Macros for the sketch's own files. */
  defines?: Record<string, string>;
}

const built = new Map<string, Promise<Uint8Array>>();

/**
 * The image of a sketch (a name below our sketches or fixtures) built with MeshSwarm as `edits` change it. Each is built
 * once in a process, and the compiler's cache keeps all objects that an edit does not touch.
 */
export function firmwareWith(
  edits: readonly Edit[],
  sketch: string,
  { version = '1.0.0', defines = {} }: SketchBuild = {},
): Promise<Uint8Array> {
  if (edits.length === 0) return firmware(sketch, version, defines).then(({ image }) => image);
  const key = JSON.stringify([edits, sketch, version, defines]);
  let image = built.get(key);
  if (!image) {
    image = buildMutant(edits, sketch, version, defines);
    built.set(key, image);
  }
  return image;
}

async function buildMutant(
  edits: readonly Edit[],
  sketch: string,
  version: string,
  defines: Record<string, string>,
): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'meshswarm-mutant-'));
  try {
    // The library's folder name is part of the compiler's file tree, so it stays.
    const library = join(folder, 'MeshSwarm');
    cpSync(MESHSWARM, library, { recursive: true });
    for (const edit of edits) {
      const path = join(library, 'src', edit.file);
      writeFileSync(path, applyEdit(readFileSync(path, 'utf8'), edit));
    }
    const { image } = await buildFirmware({
      sketch: `${sketch.startsWith('mesh_') ? SKETCHES : FIXTURES}/${sketch}`,
      version,
      defines,
      libraries: [library],
      halDir: HAL,
    });
    return image;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
