import { basename, join } from 'node:path';
import { SerialError } from '../../trouble.ts';
import { type BuiltFiles, partsOfBuild } from './app-folder.ts';
import { exists, isFolder, namesIn, offsetOf, readBytes, readJson } from './files.ts';
import type { FlashInput } from './types.ts';

interface IdeData {
  extra?: {
    flash_images?: { offset?: unknown; path?: unknown }[];
    application_offset?: unknown;
  };
}

/** A folder of `.pio/build`, one environment's. */
export function isEnvironment(folder: string): boolean {
  return ['firmware.bin', 'bootloader.bin', 'partitions.bin'].every((name) =>
    exists(join(folder, name)),
  );
}

/** Environments of a project that are built. */
export function builtEnvironments(project: string): string[] {
  const builds = join(project, '.pio', 'build');
  return namesIn(builds).filter(
    (name) => isFolder(join(builds, name)) && isEnvironment(join(builds, name)),
  );
}

/** @param env needed where several are built. @throws SerialError `input` */
export function readPlatformio(project: string, env?: string): FlashInput {
  const built = builtEnvironments(project);
  const chosen = env ?? (built.length === 1 ? built[0] : undefined);
  if (chosen === undefined || !built.includes(chosen)) {
    const there = built.length > 0 ? `built are ${built.join(', ')}` : 'none is built';
    const asked = env
      ? `the environment ${env} of ${project} is not built`
      : `${project} has several environments`;
    throw new SerialError('input', `${asked}; ${there}`, {
      hint: 'give --env NAME, or run pio run',
    });
  }
  return readEnvironment(join(project, '.pio', 'build', chosen));
}

export function readEnvironment(folder: string): FlashInput {
  const app = join(folder, 'firmware.bin');
  const listed = listedImages(folder);
  if (listed) {
    const { images, applicationOffset } = listed;
    const parts = images.map(({ offset, path }) => ({
      offset,
      data: readBytes(path),
      name: basename(path),
    }));
    parts.push({ offset: applicationOffset, data: readBytes(app), name: basename(app) });
    return { kind: 'parts', from: folder, parts };
  }
  const files: BuiltFiles = {
    app,
    bootloader: join(folder, 'bootloader.bin'),
    table: join(folder, 'partitions.bin'),
  };
  return { kind: 'parts', from: folder, parts: partsOfBuild(files) };
}

/** What PlatformIO itself would flash, from its idedata.json, where that is there and its files are. */
function listedImages(folder: string) {
  const path = join(folder, 'idedata.json');
  if (!exists(path)) return undefined;
  const { flash_images = [], application_offset } = (readJson(path) as IdeData | null)?.extra ?? {};
  if (flash_images.length === 0 || application_offset === undefined) return undefined;
  const images = flash_images.map((image) => ({
    offset: offsetOf(image.offset, path),
    path: String(image.path),
  }));
  if (!images.every((image) => exists(image.path))) return undefined;
  return { images, applicationOffset: offsetOf(application_offset, path) };
}
