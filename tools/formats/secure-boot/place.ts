/** Where signatures stand behind an image (ESP_FORMATS §4.4). */

/** Bytes of the sector that holds up to three Secure Boot v2 blocks. */
export const SIGNATURE_SECTOR_SIZE = 4096;
/** Bytes of one block. */
export const SIGNATURE_BLOCK_SIZE = 1216;
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
  if (isSector(bytes.subarray(offset, offset + SIGNATURE_SECTOR_SIZE))) {
    return { version: 2, offset };
  }
  const version = bytes.subarray(imageLength, imageLength + 4);
  const v1 = bytes.length === imageLength + V1_SIZE && version.every((byte) => byte === 0);
  return v1 ? { version: 1, offset: imageLength } : undefined;
}

/** The first block's magic byte marks a sector; where that is damaged, magic and version of another. */
function isSector(bytes: Uint8Array): boolean {
  if (bytes.length < SIGNATURE_SECTOR_SIZE) return false;
  if (bytes[0] === SIGNATURE_BLOCK_MAGIC) return true;
  return [1, 2].some((index) => {
    const at = index * SIGNATURE_BLOCK_SIZE;
    const version = bytes[at + 1];
    return bytes[at] === SIGNATURE_BLOCK_MAGIC && (version === 2 || version === 3);
  });
}
