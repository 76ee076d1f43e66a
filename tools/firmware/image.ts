import { createHash } from 'node:crypto';
import { wrapGuest } from '../formats/guest-payload.ts';
import { findImageTag } from '../formats/image-tag.ts';
import type { BuildDate } from './build-date.ts';

/** What the app descriptor names as its ESP-IDF; Arduino-ESP32 3.3 is built on 5.5. */
const IDF_VERSION = 'v5.5-sim';
/** Of project_name and version, without their NUL. */
const TEXT_BYTES = 31;

export interface FirmwareImage {
  image: Uint8Array;
  version: string;
  role?: string;
}

/** Wraps a module as an ESP app image. The version is the one asked for, else that of the image tag. */
export function makeImage(
  wasm: Uint8Array,
  project: string,
  version: string | undefined,
  date: BuildDate,
): FirmwareImage {
  const tag = findImageTag(wasm);
  const stated = version ?? tag?.version ?? '0.0.0';
  return {
    image: describe(wasm, { version: stated, project, date }),
    version: stated,
    role: tag?.role,
  };
}

export interface ImageDescription {
  version: string;
  project: string;
  date: BuildDate;
  /** CONFIG_BOOTLOADER_APP_SECURE_VERSION. */
  secureVersion?: number;
}

/** A module as an ESP app image with that descriptor; what its 32-byte fields cannot hold is cut at a whole character. */
export function describe(wasm: Uint8Array, description: ImageDescription): Uint8Array {
  const { version, project, date, secureVersion } = description;
  return wrapGuest(wasm, {
    version: firstBytes(version, TEXT_BYTES),
    projectName: firstBytes(project, TEXT_BYTES),
    date: date.date,
    time: date.time,
    idfVersion: IDF_VERSION,
    appElfSha256: new Uint8Array(createHash('sha256').update(wasm).digest()),
    ...(secureVersion !== undefined && { secureVersion }),
  });
}

/** The longest start of `text` that takes at most `max` bytes of UTF-8. */
function firstBytes(text: string, max: number): string {
  let out = '';
  for (const character of text) {
    if (Buffer.byteLength(out + character) > max) break;
    out += character;
  }
  return out;
}
