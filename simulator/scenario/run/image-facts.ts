import { identifyImage } from '../../../tools/formats/image-tag.ts';
import { remembered } from '../../board/known-bytes.ts';
import type { BoardEntry, ImageEntry } from '../language/schema.ts';
import { md5Hex } from '../mesh-update/observe.ts';

/** Hex MD5 of an image. */
export const imageMd5 = remembered(md5Hex);

const identityOf = remembered((image) => ({ ...identifyImage(image) }));

/** The version that an image states. @throws Error when it states none */
export function appVersion(image: Uint8Array): string {
  const { version } = identityOf(image);
  if (!version) throw new Error('the image states no version');
  return version;
}

/** The role that a mesh image was made for; undefined for one that updates directly. */
export function roleOf(image: Uint8Array): string | undefined {
  return identityOf(image).role;
}

/** Whether a board with this firmware asks the server itself: an ESP-IDF project, or an image file that states no role of a mesh. */
export function updatesDirectly(entry: BoardEntry | ImageEntry, image: Uint8Array): boolean {
  return entry.sketch === undefined && roleOf(image) === undefined;
}
