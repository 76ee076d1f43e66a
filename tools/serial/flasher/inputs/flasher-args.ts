import { dirname, resolve } from 'node:path';
import { SerialError } from '../../trouble.ts';
import { offsetOf, readBytes, readJson } from './files.ts';
import type { FlashInput } from './types.ts';

/** `flasher_args.json` of an ESP-IDF build: offsets and files relative to it, and the chip. */
export function readFlasherArgs(path: string): FlashInput {
  const args = readJson(path) as {
    flash_files?: Record<string, unknown>;
    extra_esptool_args?: { chip?: unknown };
  } | null;
  const files = Object.entries(args?.flash_files ?? {});
  if (files.length === 0) {
    throw new SerialError('input', `${path} names no files to flash: it has no flash_files`, {
      hint: 'build the project anew: idf.py build',
    });
  }
  const chip = args?.extra_esptool_args?.chip;
  return {
    kind: 'parts',
    from: path,
    chip: typeof chip === 'string' ? chip : undefined,
    parts: files.map(([offset, file]) => ({
      offset: offsetOf(offset, path),
      data: readBytes(resolve(dirname(path), String(file))),
      name: String(file),
    })),
  };
}
