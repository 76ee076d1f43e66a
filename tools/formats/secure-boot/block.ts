import { checkUint, copyBytes, viewOf } from '../bytes.ts';
import { crc32 } from '../crc.ts';
import { FormatError } from '../errors.ts';
import { sha256 } from '../sha256.ts';
import { montgomeryTerms, RSA_BYTES, reversed } from './numbers.ts';
import { SIGNATURE_BLOCK_MAGIC, SIGNATURE_BLOCK_SIZE } from './place.ts';

const CRC_OFFSET = 1196;
const VERSION_RSA = 2;
const VERSION_ECDSA = 3;

export type EcdsaScheme = 'ecdsa-p192' | 'ecdsa-p256' | 'ecdsa-p384';
export type SignatureScheme = 'rsa-3072' | EcdsaScheme;

/** RSA-PSS with SHA-256 and a salt of 32 bytes. Numbers are big-endian, though the block has them
 * little-endian. */
export interface RsaSignatureBlock {
  scheme: 'rsa-3072';
  /** SHA-256 of all bytes before the signature sector. */
  imageDigest: Uint8Array;
  /** n, 384 bytes. */
  modulus: Uint8Array;
  /** e, u32. */
  exponent: number;
  /** 2^6144 mod n, 384 bytes; computed where left out. */
  r?: Uint8Array;
  /** -(n^-1) mod 2^32, u32; computed where left out. */
  mPrime?: number;
  /** 384 bytes. */
  signature: Uint8Array;
}

/** ECDSA over SHA-256, or SHA-384 for P-384. Numbers are big-endian, though the block has them
 * little-endian. */
export interface EcdsaSignatureBlock {
  scheme: EcdsaScheme;
  /** Of all bytes before the signature sector: 32 bytes, 48 for P-384. */
  imageDigest: Uint8Array;
  /** The public point: 24, 32 or 48 bytes each. */
  x: Uint8Array;
  y: Uint8Array;
  /** r then s, each as long as a coordinate. */
  signature: Uint8Array;
}

export type SignatureBlock = RsaSignatureBlock | EcdsaSignatureBlock;

export type ParsedSignatureBlock = (Required<RsaSignatureBlock> | EcdsaSignatureBlock) & {
  /** Of bytes 0 to 1195. */
  crc: { stored: number; computed: number; ok: boolean };
  /** What eFuse holds of the key: SHA-256 over the key's part of the block. */
  keyDigest: Uint8Array;
};

/** Where an ECDSA block has what: by hash scheme (byte 2) and curve. */
interface EcdsaLayout {
  scheme: EcdsaScheme;
  hashScheme: number;
  curve: number;
  digestLength: number;
  /** Offset of the curve byte; the point follows. */
  curveAt: number;
  /** Bytes of the point's field; of r and s too. */
  field: number;
  /** Bytes of a number. P-192 fills its fields in part. */
  length: number;
}

const P256: EcdsaLayout = {
  scheme: 'ecdsa-p256',
  hashScheme: 0,
  curve: 2,
  digestLength: 32,
  curveAt: 36,
  field: 64,
  length: 32,
};
const LAYOUTS: readonly EcdsaLayout[] = [
  { ...P256, scheme: 'ecdsa-p192', curve: 1, length: 24 },
  P256,
  {
    scheme: 'ecdsa-p384',
    hashScheme: 1,
    curve: 3,
    digestLength: 48,
    curveAt: 52,
    field: 96,
    length: 48,
  },
];

/**
 * Reads a Secure Boot v2 block (ESP_FORMATS §4.4, espressif/esptool espsecure) without judging it: verifySignatures does.
 * @param bytes at least 1216, starting at the magic byte
 * @throws FormatError `signature-truncated`, `signature-magic`, `signature-version`,
 *   `signature-curve`
 */
export function parseSignatureBlock(bytes: Uint8Array): ParsedSignatureBlock {
  if (bytes.length < SIGNATURE_BLOCK_SIZE) {
    throw new FormatError(
      'signature-truncated',
      `a signature block has ${SIGNATURE_BLOCK_SIZE} bytes; only ${bytes.length} are here`,
      { offset: bytes.length },
    );
  }
  if (bytes[0] !== SIGNATURE_BLOCK_MAGIC) {
    throw new FormatError(
      'signature-magic',
      `the first byte is 0x${bytes[0]!.toString(16).padStart(2, '0')}, not 0xe7: this is no signature block`,
      { offset: 0 },
    );
  }
  const stored = viewOf(bytes).getUint32(CRC_OFFSET, true);
  const computed = crc32(bytes.subarray(0, CRC_OFFSET));
  const crc = { stored, computed, ok: stored === computed };
  if (bytes[1] === VERSION_RSA) return { ...parseRsa(bytes), crc };
  if (bytes[1] === VERSION_ECDSA) return { ...parseEcdsa(bytes), crc };
  throw new FormatError(
    'signature-version',
    `the signature block has version ${bytes[1]}, which is neither RSA (2) nor ECDSA (3)`,
    { offset: 1 },
  );
}

function parseRsa(bytes: Uint8Array): Required<RsaSignatureBlock> & { keyDigest: Uint8Array } {
  const view = viewOf(bytes);
  const number = (at: number): Uint8Array => reversed(bytes.subarray(at, at + RSA_BYTES));
  return {
    scheme: 'rsa-3072',
    imageDigest: copyBytes(bytes, 4, 36),
    modulus: number(36),
    exponent: view.getUint32(420, true),
    r: number(424),
    mPrime: view.getUint32(808, true),
    signature: number(812),
    keyDigest: sha256(bytes.subarray(36, 812)),
  };
}

function parseEcdsa(bytes: Uint8Array): EcdsaSignatureBlock & { keyDigest: Uint8Array } {
  const layout = LAYOUTS.find(
    ({ hashScheme, curveAt, curve }) => bytes[2] === hashScheme && bytes[curveAt] === curve,
  );
  if (!layout) {
    const at = bytes[2] === 1 ? 52 : 36;
    throw new FormatError(
      'signature-curve',
      `hash scheme ${bytes[2]} with curve ${bytes[at]} is unknown`,
      { offset: at, hint: 'known: 0 with 1 (P-192) or 2 (P-256), 1 with 3 (P-384)' },
    );
  }
  const { scheme, digestLength, curveAt, field, length } = layout;
  const number = (at: number): Uint8Array => reversed(bytes.subarray(at, at + length));
  const point = curveAt + 1;
  const signature = new Uint8Array(2 * length);
  signature.set(number(point + field), 0);
  signature.set(number(point + field + length), length);
  return {
    scheme,
    imageDigest: copyBytes(bytes, 4, 4 + digestLength),
    x: number(point),
    y: number(point + length),
    signature,
    keyDigest: sha256(bytes.subarray(curveAt, point + field)),
  };
}

/**
 * The 1216 bytes of a block, CRC included.
 * @throws FormatError `signature-field` where a number has the wrong length, or the modulus is even;
 *   `out-of-range`
 */
export function buildSignatureBlock(block: SignatureBlock): Uint8Array {
  const bytes = new Uint8Array(SIGNATURE_BLOCK_SIZE);
  bytes[0] = SIGNATURE_BLOCK_MAGIC;
  if (block.scheme === 'rsa-3072') writeRsa(bytes, block);
  else writeEcdsa(bytes, block);
  viewOf(bytes).setUint32(CRC_OFFSET, crc32(bytes.subarray(0, CRC_OFFSET)), true);
  return bytes;
}

function writeRsa(bytes: Uint8Array, block: RsaSignatureBlock): void {
  const modulus = sized(block.modulus, RSA_BYTES, 'modulus');
  const terms = montgomeryTerms(modulus);
  const r = block.r ?? terms?.r;
  const mPrime = block.mPrime ?? terms?.mPrime;
  if (r === undefined || mPrime === undefined) {
    throw new FormatError('signature-field', 'the modulus is even: it is that of no RSA key');
  }
  const view = viewOf(bytes);
  bytes[1] = VERSION_RSA;
  bytes.set(sized(block.imageDigest, 32, 'imageDigest'), 4);
  bytes.set(reversed(modulus), 36);
  view.setUint32(420, checkUint(block.exponent, 0xffffffff, 'exponent'), true);
  bytes.set(reversed(sized(r, RSA_BYTES, 'r')), 424);
  view.setUint32(808, checkUint(mPrime, 0xffffffff, 'mPrime'), true);
  bytes.set(reversed(sized(block.signature, RSA_BYTES, 'signature')), 812);
}

function writeEcdsa(bytes: Uint8Array, block: EcdsaSignatureBlock): void {
  const layout = LAYOUTS.find(({ scheme }) => scheme === block.scheme);
  if (!layout) throw new FormatError('signature-field', `there is no scheme ${block.scheme}`);
  const { hashScheme, digestLength, curveAt, curve, field, length } = layout;
  const point = curveAt + 1;
  const signature = sized(block.signature, 2 * length, 'signature');
  bytes[1] = VERSION_ECDSA;
  bytes[2] = hashScheme;
  bytes.set(sized(block.imageDigest, digestLength, 'imageDigest'), 4);
  bytes[curveAt] = curve;
  bytes.set(reversed(sized(block.x, length, 'x')), point);
  bytes.set(reversed(sized(block.y, length, 'y')), point + length);
  bytes.set(reversed(signature.subarray(0, length)), point + field);
  bytes.set(reversed(signature.subarray(length)), point + field + length);
}

function sized(bytes: Uint8Array, length: number, name: string): Uint8Array {
  if (bytes.length === length) return bytes;
  throw new FormatError('signature-field', `${name} has ${bytes.length} bytes, not ${length}`);
}
