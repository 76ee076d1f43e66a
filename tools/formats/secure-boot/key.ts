import { viewOf } from '../bytes.ts';
import { FormatError } from '../errors.ts';
import {
  buildSignatureBlock,
  type EcdsaScheme,
  type EcdsaSignatureBlock,
  parseSignatureBlock,
  type RsaSignatureBlock,
  type SignatureBlock,
  type SignatureScheme,
} from './block.ts';
import { base64Url, fromBase64Url, RSA_BYTES } from './numbers.ts';

/** A public key as JSON Web Key (RFC 7517); WebCrypto and node:crypto both speak it. */
export interface PublicJwk {
  kty?: string;
  /** RSA. */
  n?: string;
  e?: string;
  /** EC. */
  crv?: string;
  x?: string;
  y?: string;
}

/** A private one: with `d`, and for RSA the primes. */
export interface PrivateJwk extends PublicJwk {
  d?: string;
  p?: string;
  q?: string;
  dp?: string;
  dq?: string;
  qi?: string;
}

/** The key's part of a block. */
export type BlockKey =
  | Pick<RsaSignatureBlock, 'scheme' | 'modulus' | 'exponent'>
  | Pick<EcdsaSignatureBlock, 'scheme' | 'x' | 'y'>;

const CURVES: Record<string, { scheme: EcdsaScheme; length: number }> = {
  'P-256': { scheme: 'ecdsa-p256', length: 32 },
  'P-384': { scheme: 'ecdsa-p384', length: 48 },
};

/** How WebCrypto calls what a scheme needs; none for P-192, which it does not know. */
export function webCryptoAlgorithm(scheme: SignatureScheme):
  | {
      key: { name: string; hash?: string; namedCurve?: string };
      sign: { name: string; saltLength?: number; hash?: string };
      digest: 'SHA-256' | 'SHA-384';
    }
  | undefined {
  if (scheme === 'rsa-3072') {
    return {
      key: { name: 'RSA-PSS', hash: 'SHA-256' },
      sign: { name: 'RSA-PSS', saltLength: 32 },
      digest: 'SHA-256',
    };
  }
  const curve = Object.keys(CURVES).find((name) => CURVES[name]!.scheme === scheme);
  if (curve === undefined) return undefined;
  const digest = scheme === 'ecdsa-p384' ? 'SHA-384' : 'SHA-256';
  return {
    key: { name: 'ECDSA', namedCurve: curve },
    sign: { name: 'ECDSA', hash: digest },
    digest,
  };
}

/**
 * The key of a JWK, public or private, as a block holds it.
 * @throws FormatError `key-type`, `key-size`, `key-curve`, `key-malformed`
 */
export function keyOfJwk(jwk: PublicJwk): BlockKey {
  if (jwk.kty === 'RSA') return rsaKey(jwk);
  if (jwk.kty === 'EC') return ecKey(jwk);
  throw new FormatError('key-type', `a key of type ${jwk.kty} cannot sign for Secure Boot v2`, {
    hint: 'RSA-3072, or ECDSA on P-256 or P-384',
  });
}

function rsaKey(jwk: PublicJwk): BlockKey {
  const modulus = member(jwk, 'n', RSA_BYTES);
  const exponent = viewOf(member(jwk, 'e', 4)).getUint32(0);
  if (modulus[0]! < 0x80) {
    throw new FormatError('key-size', 'the RSA key has fewer than 3072 bits', {
      hint: 'Secure Boot v2 takes RSA-3072 alone',
    });
  }
  return { scheme: 'rsa-3072', modulus, exponent };
}

function ecKey(jwk: PublicJwk): BlockKey {
  const curve = CURVES[jwk.crv ?? ''];
  if (!curve) {
    throw new FormatError('key-curve', `keys on the curve ${jwk.crv} cannot be used`, {
      hint: 'P-256 or P-384',
    });
  }
  const { scheme, length } = curve;
  return { scheme, x: member(jwk, 'x', length), y: member(jwk, 'y', length) };
}

function member(jwk: PublicJwk, name: 'n' | 'e' | 'x' | 'y', length: number): Uint8Array {
  const text = jwk[name];
  if (typeof text !== 'string') {
    throw new FormatError('key-malformed', `the key has no member ${JSON.stringify(name)}`);
  }
  const bytes = fromBase64Url(text, length);
  if (bytes) return bytes;
  if (name === 'n') {
    throw new FormatError('key-size', 'the RSA key has more than 3072 bits', {
      hint: 'Secure Boot v2 takes RSA-3072 alone',
    });
  }
  throw new FormatError('key-malformed', `${JSON.stringify(name)} of the key is malformed`);
}

/** The public key of a block as JWK; undefined for P-192, which JWK has no name for. */
export function jwkOfBlock(block: SignatureBlock): PublicJwk | undefined {
  if (block.scheme === 'rsa-3072') {
    const e = new Uint8Array(4);
    viewOf(e).setUint32(0, block.exponent);
    const first = e.findIndex((byte) => byte !== 0);
    return {
      kty: 'RSA',
      n: base64Url(block.modulus),
      e: base64Url(e.subarray(first < 0 ? 3 : first)),
    };
  }
  const crv = Object.keys(CURVES).find((name) => CURVES[name]!.scheme === block.scheme);
  if (crv === undefined) return undefined;
  return { kty: 'EC', crv, x: base64Url(block.x), y: base64Url(block.y) };
}

/** What is burnt into eFuse for a key: SHA-256 over its part of a block.
 * @throws FormatError `signature-field` */
export function keyDigest(key: BlockKey): Uint8Array {
  const empty =
    key.scheme === 'rsa-3072'
      ? { ...key, imageDigest: new Uint8Array(32), signature: new Uint8Array(RSA_BYTES) }
      : {
          ...key,
          imageDigest: new Uint8Array(key.scheme === 'ecdsa-p384' ? 48 : 32),
          signature: new Uint8Array(2 * key.x.length),
        };
  return parseSignatureBlock(buildSignatureBlock(empty)).keyDigest;
}
