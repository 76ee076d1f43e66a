import { copyBytes } from './bytes.ts';
import { FormatError } from './errors.ts';
import type { SpiMode } from './esp-image-header.ts';
import { type EspImage, parseImage } from './esp-image-parse.ts';
import { spiModeCode, spiSizeCode, spiSpeedCode } from './flash-params.ts';
import { findSignature } from './secure-boot/place.ts';
import { sha256 } from './sha256.ts';

export interface PatchImageOptions {
  /** What is left out stays as it is. */
  spiMode?: SpiMode;
  flashFreqMHz?: number;
  /** 1, 2, 4 … 128. */
  flashSizeMB?: number;
  /** Take an image whose appended SHA-256 is wrong but whose checksum is right, as tools leave it that
   * patch a header and not the hash. */
  allowStaleHash?: boolean;
  /** Take a signed image, and leave off its signature, which a patch makes worthless. */
  dropSignature?: boolean;
}

/**
 * A copy with flash mode, clock and size of the header (bytes 2 and 3) changed, in the codes of the
 * image's own chip, and the appended SHA-256 made anew. What follows the image is kept.
 * @throws FormatError as parseImage; `flash-mode`, `flash-frequency`, `flash-size`; `image-damaged`
 *   where checksum or hash are wrong already, as a new hash would hide it; `image-signed`
 */
export function patchImage(bytes: Uint8Array, options: PatchImageOptions): Uint8Array {
  const image = parseImage(bytes);
  refuseDamaged(image, options.allowStaleHash ?? false);
  const signed = findSignature(bytes, image.length);
  if (signed && !options.dropSignature) {
    throw new FormatError('image-signed', 'the image is signed, and a patch breaks the signature', {
      offset: signed.offset,
      hint: 'patch the unsigned image, or leave the signature off and sign again',
    });
  }
  const patched = copyBytes(bytes, 0, signed ? image.length : bytes.length);
  const { spiMode, flashFreqMHz, flashSizeMB } = options;
  const size = flashSizeMB === undefined ? image.spiSize : spiSizeCode(flashSizeMB);
  const speed =
    flashFreqMHz === undefined ? image.spiSpeed : spiSpeedCode(image.chipId, flashFreqMHz);
  patched[2] = spiMode === undefined ? image.spiMode : spiModeCode(spiMode);
  patched[3] = (size << 4) | speed;
  const hashAt = image.hash.offset;
  if (hashAt !== undefined) patched.set(sha256(patched.subarray(0, hashAt)), hashAt);
  return patched;
}

function refuseDamaged({ checksum, hash }: EspImage, allowStaleHash: boolean): void {
  if (checksum.ok && (hash.ok || allowStaleHash)) return;
  const what = checksum.ok ? 'the appended SHA-256 does not match' : 'the checksum is wrong';
  throw new FormatError('image-damaged', `the image is damaged: ${what}`, {
    offset: checksum.ok ? hash.offset : checksum.offset,
    hint: 'a patch would write a new hash over the damage; build the image again',
  });
}
