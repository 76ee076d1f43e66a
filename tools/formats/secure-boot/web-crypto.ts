import { FormatError } from '../errors.ts';

type Data = Uint8Array;

/** The part of WebCrypto's SubtleCrypto that signatures need; Node and browsers have it as a global. */
export interface Subtle<Key = unknown> {
  digest(algorithm: string, data: Data): Promise<ArrayBuffer>;
  importKey(
    format: 'jwk',
    key: object,
    algorithm: object,
    extractable: boolean,
    usages: readonly ('sign' | 'verify')[],
  ): Promise<Key>;
  sign(algorithm: object, key: Key, data: Data): Promise<ArrayBuffer>;
  verify(algorithm: object, key: Key, signature: Data, data: Data): Promise<boolean>;
}

/** @throws FormatError `no-webcrypto` */
export function subtle(): Subtle {
  const { crypto } = globalThis as { crypto?: { subtle?: unknown } };
  if (crypto?.subtle) return crypto.subtle as Subtle;
  throw new FormatError('no-webcrypto', 'signatures need WebCrypto, which is not here', {
    hint: 'browsers have it on pages served over HTTPS and on localhost',
  });
}
