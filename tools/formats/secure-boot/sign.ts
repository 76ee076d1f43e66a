import { copyBytes, hex } from '../bytes.ts';
import { FormatError } from '../errors.ts';
import { type EspImage, verifyImage } from '../esp-image.ts';
import { buildSignatureBlock } from './block.ts';
import { type BlockKey, keyDigest, keyOfJwk, type PrivateJwk, webCryptoAlgorithm } from './key.ts';
import {
  findSignature,
  SIGNATURE_BLOCK_SIZE,
  SIGNATURE_SECTOR_SIZE,
  signatureOffset,
} from './place.ts';
import { buildSignatureSector, SIGNATURE_BLOCKS_MAX } from './sector.ts';
import { verifySignatures } from './verify.ts';
import { subtle } from './web-crypto.ts';

export interface SignImageOptions {
  /** One to three private keys: RSA-3072, or ECDSA on P-256 or P-384. */
  keys: readonly PrivateJwk[];
  /** What to do with signatures that are there already. Default `refuse`. */
  existing?: 'refuse' | 'append' | 'replace';
}

/**
 * The image, 0xFF up to the next sector boundary, and a Secure Boot v2 signature sector behind it
 * (ESP_FORMATS §4.4). RSA-PSS and ECDSA signatures differ from run to run.
 * @throws FormatError as verifyImage's first problem, as keyOfJwk; `key-private`, `key-twice`,
 *   `already-signed`, `signature-full`, `signature-v1`, `signature-none`; as its first problem where a
 *   signature to be kept does not hold
 */
export async function signImage(
  bytes: Uint8Array,
  { keys, existing = 'refuse' }: SignImageOptions,
): Promise<Uint8Array> {
  const { length } = soundImage(bytes);
  const place = findSignature(bytes, length);
  if (place?.version === 1) {
    throw new FormatError('signature-v1', 'the image is signed for Secure Boot v1 already', {
      offset: place.offset,
      hint: 'sign the image as it was built',
    });
  }
  if (place && existing === 'refuse') {
    throw new FormatError('already-signed', 'the image is signed already', {
      offset: place.offset,
      hint: 'say whether to append to its signatures or to replace them',
    });
  }
  const kept = place && existing === 'append' ? await soundBlocks(bytes) : [];
  const signers = signersOf(keys, kept);
  const content = place ? bytes.subarray(0, place.offset) : padded(bytes, length);
  const blocks = kept.map(({ block }) => block);
  for (const signer of signers) blocks.push(await signWith(signer, content));
  const signed = new Uint8Array(content.length + SIGNATURE_SECTOR_SIZE);
  signed.set(content);
  signed.set(buildSignatureSector(blocks), content.length);
  return signed;
}

/** As the bootloader judges its own kind of image, which app images satisfy too; but under Secure Boot
 * it checks the hash of both. */
function soundImage(bytes: Uint8Array): EspImage {
  const { problems, image } = verifyImage(bytes, { wholeFile: true, kind: 'bootloader' });
  const [problem] = problems;
  if (problem) throw new FormatError(problem.code, problem.message, { offset: problem.offset });
  if (image!.hash.ok) return image!;
  throw new FormatError('hash', 'the appended SHA-256 does not match the image', {
    offset: image!.hash.offset,
    hint: 'Secure Boot checks it: build the image again, or patch it, which makes the hash anew',
  });
}

function padded(bytes: Uint8Array, length: number): Uint8Array {
  const content = new Uint8Array(signatureOffset(length)).fill(0xff);
  content.set(bytes.subarray(0, length));
  return content;
}

interface Kept {
  block: Uint8Array;
  digest: string;
}

async function soundBlocks(bytes: Uint8Array): Promise<Kept[]> {
  const { signatures } = await verifySignatures(bytes);
  return signatures.map(({ index, offset, keyDigest: digest, problems }) => {
    const [problem] = problems;
    if (problem) {
      throw new FormatError(problem.code, `signature ${index}: ${problem.message}`, {
        offset: problem.offset,
        hint: 'replace the signatures instead of appending',
      });
    }
    return { block: copyBytes(bytes, offset, offset + SIGNATURE_BLOCK_SIZE), digest: hex(digest!) };
  });
}

interface Signer {
  jwk: PrivateJwk;
  key: BlockKey;
}

function signersOf(keys: readonly PrivateJwk[], kept: readonly Kept[]): Signer[] {
  if (keys.length === 0) throw new FormatError('signature-none', 'there is no key to sign with');
  if (kept.length + keys.length > SIGNATURE_BLOCKS_MAX) {
    throw new FormatError(
      'signature-full',
      `${kept.length} signatures are there and ${keys.length} would join them; there is room for ${SIGNATURE_BLOCKS_MAX}`,
    );
  }
  const seen = new Set(kept.map(({ digest }) => digest));
  return keys.map((jwk) => {
    const key = keyOfJwk(jwk);
    if (!jwk.d) {
      throw new FormatError('key-private', 'a public key cannot sign', {
        hint: 'give the private key',
      });
    }
    const digest = hex(keyDigest(key));
    if (seen.has(digest)) {
      throw new FormatError('key-twice', `the key of digest ${digest} would sign twice`);
    }
    seen.add(digest);
    return { jwk, key };
  });
}

async function signWith({ jwk, key }: Signer, content: Uint8Array): Promise<Uint8Array> {
  const { key: algorithm, sign, digest } = webCryptoAlgorithm(key.scheme)!;
  const { kty, n, e, d, p, q, dp, dq, qi, crv, x, y } = jwk;
  const clean = kty === 'RSA' ? { kty, n, e, d, p, q, dp, dq, qi } : { kty, crv, x, y, d };
  let signature: Uint8Array;
  try {
    const handle = await subtle().importKey('jwk', clean, algorithm, false, ['sign']);
    signature = new Uint8Array(await subtle().sign(sign, handle, content));
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError('key-malformed', 'the private key cannot be used: its numbers disagree');
  }
  const imageDigest = new Uint8Array(await subtle().digest(digest, content));
  return buildSignatureBlock({ ...key, imageDigest, signature });
}
