import { identifyImage } from '../../tools/formats/image-tag.ts';

/** What an image says of itself. @throws Error where it says nothing */
export function versionOf(image: Uint8Array): string {
  const identity = identifyImage(image);
  if (!identity) throw new Error('the image names no version');
  return identity.version;
}
