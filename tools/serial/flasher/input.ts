import { basename } from 'node:path';
import type { FlashPart } from '../../formats/flash-image/merge.ts';
import { SerialError } from '../trouble.ts';
import { isFolder, offsetOf, readBytes, readJson } from './inputs/files.ts';
import { readFlasherArgs } from './inputs/flasher-args.ts';
import { type FolderOptions, readFolder } from './inputs/folder.ts';
import { readSingleFile } from './inputs/single-file.ts';
import type { FlashInput } from './inputs/types.ts';
import { isWebManifest, readWebManifest } from './inputs/web-manifest.ts';

export type { FolderOptions } from './inputs/folder.ts';
export type { FlashInput, ManifestBuild } from './inputs/types.ts';

const PAIR = /^(0x[0-9a-f]+|\d+[km]?b?):(.+)$/i;

/**
 * What is to be flashed, by the words of a command line: `address:file` pairs, one JSON file
 * (flasher_args.json, an ESP Web Tools manifest), one folder (a build, or a project, which is built
 * first), one merged image or Intel HEX file, or one app.
 * @throws SerialError `input`, `tool-missing`, `build-failed`
 */
export async function readFlashInput(
  given: readonly string[],
  options: FolderOptions = {},
): Promise<FlashInput> {
  const [first, second] = given;
  if (first === undefined) return readFolder('.', options);
  if (given.every((word) => PAIR.test(word))) return readPairs(given);
  if (second !== undefined) {
    const stray = given.find((word) => !PAIR.test(word))!;
    throw new SerialError('input', `${stray} has no address, and several inputs need one each`, {
      hint: `write 0x10000:${stray}`,
    });
  }
  if (isFolder(first)) return readFolder(first, options);
  return first.toLowerCase().endsWith('.json') ? readJsonFile(first) : readSingleFile(first);
}

function readPairs(pairs: readonly string[]): FlashInput {
  const parts = pairs.map((pair): FlashPart => {
    const [, address, file] = PAIR.exec(pair)!;
    return { offset: offsetOf(address, pair), data: readBytes(file!), name: basename(file!) };
  });
  return { kind: 'parts', from: 'the command line', parts };
}

function readJsonFile(path: string): FlashInput {
  const json = readJson(path);
  if (isWebManifest(json)) return readWebManifest(path);
  if ((json as { flash_files?: unknown } | null)?.flash_files) return readFlasherArgs(path);
  throw new SerialError(
    'input',
    `${path} is neither a flasher_args.json nor an ESP Web Tools manifest`,
  );
}
