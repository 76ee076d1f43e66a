import { dirname, resolve } from 'node:path';
import { SerialError } from '../../trouble.ts';
import { offsetOf, readBytes, readJson } from './files.ts';
import type { FlashInput, ManifestBuild } from './types.ts';

interface Manifest {
  builds?: { chipFamily?: unknown; parts?: { path?: unknown; offset?: unknown }[] }[];
}

/** Is it a manifest of ESP Web Tools? */
export function isWebManifest(json: unknown): boolean {
  return Array.isArray((json as Manifest | null)?.builds);
}

/** An ESP Web Tools manifest, its parts beside it. */
export function readWebManifest(path: string): FlashInput {
  const { builds = [] } = (readJson(path) ?? {}) as Manifest;
  return { kind: 'manifest', from: path, builds: builds.map((build) => readBuild(path, build)) };
}

function readBuild(path: string, build: NonNullable<Manifest['builds']>[number]): ManifestBuild {
  const { chipFamily, parts } = build ?? {};
  if (typeof chipFamily !== 'string' || !Array.isArray(parts) || parts.length === 0) {
    throw new SerialError('input', `${path}: each build needs a chipFamily and parts`);
  }
  return {
    chipFamily,
    parts: parts.map((part) => ({
      offset: offsetOf(part.offset, path),
      data: readBytes(fileOf(path, part.path)),
      name: String(part.path),
    })),
  };
}

function fileOf(path: string, part: unknown): string {
  if (typeof part !== 'string' || part === '') {
    throw new SerialError('input', `${path}: a part has no path`);
  }
  if (/^[a-z]+:\/\//i.test(part)) {
    throw new SerialError('input', `${path}: ${part} is on the network`, {
      hint: 'download it beside the manifest, and name it by its file name',
    });
  }
  return resolve(dirname(path), decodeURIComponent(part.replace(/\?.*$/, '')));
}
