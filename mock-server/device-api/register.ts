import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { invalid, Problem } from '../http/problem.ts';
import type { StoredImage } from '../images/image-writer.ts';
import { inspectImage, LARGEST_IMAGE } from '../images/inspect.ts';
import { deviceFirmwareOf, insertDeviceFirmware } from '../store/device-firmware.ts';
import { shareImages } from '../store/image-lock.ts';
import type { DeviceFirmwareRow } from '../store/schema.ts';
import type { DeviceDeps } from './deps.ts';
import type { registration } from './schemas.ts';

type Registration = z.output<typeof registration>;

/**
 * Registers a firmware whose file is there, by upload or by hand, with the size and hash that are claimed; devices are offered
 * it from now on where it is stable and active. Throws Problem 409 (registered already) or 422 (file, size or hash).
 */
export async function registerFirmware(
  deps: DeviceDeps,
  asked: Registration,
): Promise<DeviceFirmwareRow> {
  const file = await requireFile(deps, asked);
  const image = await factsOf(deps, asked, file);
  const now = deps.clock.now();
  const { is_stable, is_active, ...rest } = asked;
  return deps.store.transaction(async (trx) => {
    await shareImages(trx);
    if (!(await deps.images.has(file.sha256, file.size))) await requireFile(deps, asked);
    const row = await insertDeviceFirmware(trx, {
      ...rest,
      filename: asked.filename ?? asked.binary_path.slice(asked.binary_path.indexOf('/') + 1),
      md5_hash: file.md5,
      image,
      is_stable: is_stable ? 1 : 0,
      is_active: is_active ? 1 : 0,
      min_current_version: asked.min_current_version ?? null,
      description: asked.description ?? null,
      created_at: now,
      updated_at: now,
      released_at: asked.released_at ?? null,
    });
    if (row) return row;
    const standing = await deviceFirmwareOf(trx, asked);
    throw new Problem(
      409,
      `Firmware ${standing?.id ?? ''} is ${asked.device_type} ${asked.version} build ${asked.build_number} already; give a new version or build_number.`,
    );
  });
}

/** Hashes the file anew: what is registered is what stands there now. */
async function requireFile({ images }: DeviceDeps, asked: Registration): Promise<StoredImage> {
  const { binary_path: path, file_size, file_hash } = asked;
  const file = await images.lookup(path);
  const wrong = (field: string, message: string) => invalid([{ path: field, message }]);
  if (!file) throw wrong('binary_path', `no file ${path} is stored; upload it first`);
  if (file.size !== file_size) throw wrong('file_size', `the file has ${file.size} bytes`);
  if (file.sha256 !== file_hash) throw wrong('file_hash', `the file's SHA-256 is ${file.sha256}`);
  return file;
}

/** What the file says of itself, as JSON; `null` for one that is no image. */
async function factsOf(
  { images }: DeviceDeps,
  { device_type, version }: Registration,
  { sha256, size }: StoredImage,
): Promise<string | null> {
  if (size > LARGEST_IMAGE) return null;
  const bytes = await readFile(images.pathOf(sha256));
  const { image } = inspectImage(bytes, { deviceType: device_type, version });
  return image && JSON.stringify(image);
}
