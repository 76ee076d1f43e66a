import { equalBytes, hex } from '../bytes.ts';
import { FormatError } from '../errors.ts';
import { type ImageProblem, imageLength } from '../esp-image.ts';
import type { ParsedSignatureBlock, SignatureScheme } from './block.ts';
import { jwkOfBlock, webCryptoAlgorithm } from './key.ts';
import { montgomeryTerms } from './numbers.ts';
import { findSignature, SIGNATURE_SECTOR_SIZE, type SignaturePlace } from './place.ts';
import { parseSignatureSector, type SignatureSlot } from './sector.ts';
import { subtle } from './web-crypto.ts';

export interface VerifySignaturesOptions {
  /** Digests of the keys a board trusts, as in its eFuses (`keyDigest`). Without them each signature
   * is checked against the key in its own block, which proves that nothing was changed since, but not
   * who signed. */
  trustedKeys?: readonly Uint8Array[];
}

export interface SignatureCheck {
  /** Place in the sector, 0 to 2. */
  index: number;
  /** Byte in the input. */
  offset: number;
  scheme?: SignatureScheme;
  keyDigest?: Uint8Array;
  imageDigest?: Uint8Array;
  /** Is the key among those trusted? Absent where none were given. */
  trusted?: boolean;
  /** The signature holds, and so do CRC, digest and the terms of the key. */
  ok: boolean;
  /** Offsets are bytes in the input. */
  problems: ImageProblem[];
}

export interface SignatureVerdict {
  /** A board would accept it: at least one signature holds, and is by a trusted key where those are
   * given. */
  ok: boolean;
  place?: SignaturePlace;
  /** Those places of the sector that are not erased. */
  signatures: SignatureCheck[];
  /** Of the whole; each signature has its own besides. */
  problems: ImageProblem[];
}

/**
 * Checks the Secure Boot v2 signatures behind an image (ESP_FORMATS §4.4). Says nothing of the image
 * itself: verifyImage does. A version 1 signature is named, and not checked.
 * @throws FormatError as imageLength; `no-webcrypto`
 */
export async function verifySignatures(
  bytes: Uint8Array,
  options: VerifySignaturesOptions = {},
): Promise<SignatureVerdict> {
  const place = findSignature(bytes, imageLength(bytes));
  if (place?.version !== 2) return { ok: false, place, signatures: [], problems: [absent(place)] };
  const sector = bytes.subarray(place.offset, place.offset + SIGNATURE_SECTOR_SIZE);
  const content = bytes.subarray(0, place.offset);
  const signatures: SignatureCheck[] = [];
  for (const slot of parseSignatureSector(sector)) {
    if (!slot.block && !slot.error) continue;
    signatures.push(await checkSlot(slot, content, options));
  }
  const good = signatures.filter((check) => check.ok && check.trusted !== false);
  const problems: ImageProblem[] = [];
  if (good.length === 0) {
    const trust = options.trustedKeys ? ' by a trusted key' : '';
    const message = `no signature${trust} holds`;
    problems.push({ code: 'signature-none-valid', message, offset: place.offset });
  }
  return { ok: good.length > 0, place, signatures, problems };
}

function absent(place: SignaturePlace | undefined): ImageProblem {
  if (!place) return { code: 'signature-missing', message: 'the image is not signed' };
  const message = 'the image is signed for Secure Boot v1, which is not checked';
  return { code: 'signature-v1', message, offset: place.offset };
}

async function checkSlot(
  { index, offset: inSector, block, error }: SignatureSlot,
  content: Uint8Array,
  { trustedKeys }: VerifySignaturesOptions,
): Promise<SignatureCheck> {
  const offset = content.length + inSector;
  if (!block) {
    const { code, message } = error!;
    const at = content.length + error!.offset!;
    return { index, offset, ok: false, problems: [{ code, message, offset: at }] };
  }
  const problems = [
    ...blockProblems(block, offset),
    ...(await signatureProblems(block, content, offset)),
  ];
  return {
    index,
    offset,
    scheme: block.scheme,
    keyDigest: block.keyDigest,
    imageDigest: block.imageDigest,
    ...(trustedKeys && { trusted: trustedKeys.some((key) => equalBytes(key, block.keyDigest)) }),
    ok: problems.length === 0,
    problems,
  };
}

function* blockProblems(block: ParsedSignatureBlock, offset: number): Generator<ImageProblem> {
  const { crc } = block;
  if (!crc.ok) {
    const message = `the block's CRC is 0x${crc.stored.toString(16)}, its bytes give 0x${crc.computed.toString(16)}`;
    yield { code: 'signature-crc', message, offset: offset + 1196 };
  }
  if (block.scheme !== 'rsa-3072') return;
  const terms = montgomeryTerms(block.modulus);
  if (!terms || terms.mPrime !== block.mPrime || !equalBytes(terms.r, block.r)) {
    const message =
      'R and M′ of the block do not belong to its modulus: the chip would compute wrongly';
    yield { code: 'signature-terms', message, offset: offset + 424 };
  }
}

async function signatureProblems(
  block: ParsedSignatureBlock,
  content: Uint8Array,
  offset: number,
): Promise<ImageProblem[]> {
  const algorithm = webCryptoAlgorithm(block.scheme);
  const jwk = jwkOfBlock(block);
  if (!algorithm || !jwk) {
    const message = `signatures on the curve of ${block.scheme} cannot be checked here`;
    return [{ code: 'signature-unsupported', message, offset }];
  }
  const digest = new Uint8Array(await subtle().digest(algorithm.digest, content));
  if (!equalBytes(digest, block.imageDigest)) {
    const message = `the block is for an image of digest ${hex(block.imageDigest)}; this one has ${hex(digest)}`;
    return [{ code: 'signature-digest', message, offset: offset + 4 }];
  }
  let holds: boolean;
  try {
    const key = await subtle().importKey('jwk', jwk, algorithm.key, false, ['verify']);
    holds = await subtle().verify(algorithm.sign, key, block.signature, content);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    const message = 'the key in the block is none';
    return [{ code: 'signature-key', message, offset: offset + 36 }];
  }
  if (holds) return [];
  const message = 'the signature is not by the key in its block';
  return [{ code: 'signature-wrong', message, offset }];
}
