import { copyBytes } from '../bytes.ts';

/** Big numbers of Secure Boot v2 blocks. Blocks hold them little-endian; WebCrypto and JWK, and so
 * everything else here, big-endian. */

/** RSA-3072. */
export const RSA_BYTES = 384;

export function reversed(bytes: Uint8Array): Uint8Array {
  return copyBytes(bytes).reverse();
}

function toBigInt(bigEndian: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bigEndian) value = (value << 8n) | BigInt(byte);
  return value;
}

function toBytes(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let rest = value;
  for (let i = length - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

/** What the RSA hardware wants beside a modulus, for Montgomery multiplication. */
export interface MontgomeryTerms {
  /** 2^6144 mod n, 384 bytes, big-endian. */
  r: Uint8Array;
  /** -(n^-1) mod 2^32, u32. */
  mPrime: number;
}

/** @param modulus 384 bytes, big-endian
 * @returns undefined for an even number, which has no inverse and is no RSA modulus */
export function montgomeryTerms(modulus: Uint8Array): MontgomeryTerms | undefined {
  const n = toBigInt(modulus);
  if ((n & 1n) === 0n) return undefined;
  const word = n & 0xffffffffn;
  // Newton's iteration doubles the number of right bits: 3, 6, 12, 24, 48.
  let inverse = word;
  for (let i = 0; i < 4; i++) inverse = (inverse * (2n - word * inverse)) & 0xffffffffn;
  const mPrime = Number((0x100000000n - inverse) & 0xffffffffn);
  return { r: toBytes((1n << BigInt(16 * RSA_BYTES)) % n, RSA_BYTES), mPrime };
}

/** Base64url without padding, as JWK has it. */
export function base64Url(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** The number of a JWK member as `length` bytes; undefined where it is no base64url or too long. */
export function fromBase64Url(text: string, length: number): Uint8Array | undefined {
  let binary: string;
  try {
    binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return undefined;
  }
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  const extra = bytes.length - length;
  if (extra > 0 && bytes.subarray(0, extra).some((byte) => byte !== 0)) return undefined;
  const padded = new Uint8Array(length);
  padded.set(bytes.subarray(Math.max(0, extra)), Math.max(0, -extra));
  return padded;
}
