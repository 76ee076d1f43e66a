/** Where signatures stand behind an image (ESP_FORMATS §4.4). */

/** Bytes of the sector that holds up to three Secure Boot v2 blocks. */
export const SIGNATURE_SECTOR_SIZE = 4096;
export const SIGNATURE_BLOCK_MAGIC = 0xe7;
const V1_SIZE = 68;

/** The first sector boundary at or behind the end of an image: there, and nowhere else, the bootloader
 * looks for Secure Boot v2 blocks. */
export function signatureOffset(imageLength: number): number {
  return Math.ceil(imageLength / SIGNATURE_SECTOR_SIZE) * SIGNATURE_SECTOR_SIZE;
}

export interface SignaturePlace {
  /** 1: 68 bytes right behind the image (version word 0, then an ECDSA signature); 2: a sector. */
  version: 1 | 2;
  offset: number;
}

/**
 * A signature that follows the image. Version 1 has no mark of its own, so it is only seen where
 * exactly 68 bytes that begin with its version word end the file.
 */
export function findSignature(bytes: Uint8Array, imageLength: number): SignaturePlace | undefined {
  const offset = signatureOffset(imageLength);
  const whole = offset + SIGNATURE_SECTOR_SIZE <= bytes.length;
  if (whole && bytes[offset] === SIGNATURE_BLOCK_MAGIC) return { version: 2, offset };
  const version = bytes.subarray(imageLength, imageLength + 4);
  const v1 = bytes.length === imageLength + V1_SIZE && version.every((byte) => byte === 0);
  return v1 ? { version: 1, offset: imageLength } : undefined;
}
