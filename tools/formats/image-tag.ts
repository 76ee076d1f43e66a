import { utf8 } from './bytes.ts';
import { FormatError } from './errors.ts';
import type { EspImage } from './esp-image-parse.ts';
import { parseImage } from './esp-image-parse.ts';

/**
 * The tag by which a MeshSwarm sketch states what it is, a constant in its read-only data:
 * `@(#)MESHSWARM_IMAGE role=<role> version=<version>` and a NUL. Needed because the app descriptor
 * of an Arduino build says only `arduino-lib-builder` and an ESP-IDF version.
 */
export interface ImageTag {
  /** [a-z0-9]{1,30}: painlessMesh forbids '_' and '.' in roles. */
  role: string;
  /** 1 to 31 printable ASCII characters, no space. */
  version: string;
  /** Where the tag begins in the bytes searched. */
  offset: number;
}

const PREFIX = utf8('@(#)MESHSWARM_IMAGE role=');
const LONGEST = PREFIX.length + 30 + ' version='.length + 31 + 1;
const BODY = /^([a-z0-9]{1,30}) version=([!-~]{1,31})\0/;
const ascii = new TextDecoder('latin1');

/** The first tag with a valid body; a bare prefix, such as a program that searches for tags carries,
 * is passed over. */
export function findImageTag(bytes: Uint8Array): ImageTag | undefined {
  for (let at = bytes.indexOf(PREFIX[0]!); at >= 0; at = bytes.indexOf(PREFIX[0]!, at + 1)) {
    if (!startsWith(bytes, at, PREFIX)) continue;
    const body = BODY.exec(ascii.decode(bytes.subarray(at + PREFIX.length, at + LONGEST)));
    if (body) return { role: body[1]!, version: body[2]!, offset: at };
  }
  return undefined;
}

function startsWith(bytes: Uint8Array, at: number, prefix: Uint8Array): boolean {
  for (let i = 0; i < prefix.length; i++) if (bytes[at + i] !== prefix[i]) return false;
  return true;
}

/** The tag's bytes, NUL included, for those who make images.
 * @throws FormatError `image-tag` */
export function buildImageTag(role: string, version: string): Uint8Array {
  const text = `${role} version=${version}\0`;
  if (BODY.exec(text)?.[0] !== text) {
    throw new FormatError(
      'image-tag',
      `role ${JSON.stringify(role)} with version ${JSON.stringify(version)} cannot be a tag`,
      { hint: 'role: 1–30 of a–z and 0–9; version: 1–31 printable ASCII characters, no space' },
    );
  }
  return utf8(`@(#)MESHSWARM_IMAGE role=${text}`);
}

export interface ImageIdentity {
  role?: string;
  project: string;
  version: string;
  /** Who says so. */
  source: 'meshswarm' | 'app-desc';
}

/** The project name that every Arduino build carries: it names no project. */
export const ARDUINO_PROJECT = 'arduino-lib-builder';

/**
 * What an image is: by its tag, else by its app descriptor where that names a project of its own.
 * With a tag and no such descriptor the role stands for the project.
 * @returns undefined where neither says
 * @throws FormatError as parseImage, where bytes are given that are no image
 */
export function identifyImage(input: EspImage | Uint8Array): ImageIdentity | undefined {
  const image = input instanceof Uint8Array ? parseImage(input) : input;
  const desc = image.appDesc?.projectName === ARDUINO_PROJECT ? undefined : image.appDesc;
  for (const segment of image.segments) {
    const tag = findImageTag(segment.data);
    if (!tag) continue;
    const project = desc?.projectName || tag.role;
    return { role: tag.role, project, version: tag.version, source: 'meshswarm' };
  }
  if (!desc) return undefined;
  return { project: desc.projectName, version: desc.version, source: 'app-desc' };
}
