import { openAsBlob, statSync } from 'node:fs';
import { basename } from 'node:path';
import { FormatError } from '../../formats/errors.ts';
import { identifyImage } from '../../formats/image-tag.ts';
import { readInput, reasonOf } from '../support/input.ts';

/** A file to upload; read piece by piece while it is sent. */
export interface ImageFile {
  name: string;
  blob: Blob;
}

/** What an image says of itself, as a server wants it claimed. */
export interface ImageName {
  /** The role, else the project. */
  type: string;
  version: string;
}

/** @throws Error a sentence, where no file is named, or there is no such one */
export async function openImageFile(path: string | undefined): Promise<ImageFile> {
  if (path === undefined) throw new Error('which file? Give it as an argument or as --file.');
  if (path === '-') {
    return { name: 'firmware.bin', blob: new Blob([new Uint8Array(await readInput('-'))]) };
  }
  try {
    const there = statSync(path);
    if (there.isDirectory()) throw new Error('it is a folder');
    if (there.isFile()) return { name: basename(path), blob: await openAsBlob(path) };
  } catch (error) {
    throw new Error(`cannot read ${path}: ${reasonOf(error)}`);
  }
  // A pipe can be read once only.
  return { name: basename(path), blob: new Blob([new Uint8Array(await readInput(path))]) };
}

/** No app partition is larger. */
const IMAGE_MAX = 32 * 1024 * 1024;

/**
 * What the image calls itself: by its MESHSWARM_IMAGE tag, else by its app descriptor.
 * @throws Error a sentence, where it says nothing or is no image; `missing` are the options that would do
 */
export async function nameOfImage(file: ImageFile, missing: string): Promise<ImageName> {
  if (file.blob.size > IMAGE_MAX) throw new Error(`${file.name} is no app image: it is too large`);
  try {
    const identity = identifyImage(new Uint8Array(await file.blob.arrayBuffer()));
    if (identity) {
      // Project versions by `git describe` begin with a v, versions of a release never do.
      const version = identity.version.replace(/^v(?=\d)/, '');
      return { type: identity.role ?? identity.project, version };
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new Error(`${file.name} is no app image (${error.message}); give ${missing}`);
  }
  throw new Error(`${file.name} does not say what it is; give ${missing}`);
}
