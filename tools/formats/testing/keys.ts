import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import type { PrivateJwk } from '../secure-boot/key.ts';

export interface TestKey {
  publicKey: KeyObject;
  privateKey: KeyObject;
  jwk: PrivateJwk;
  /** PKCS#8. */
  pem: string;
  publicPem: string;
}

function testKey({ privateKey }: { privateKey: KeyObject }): TestKey {
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const publicKey = createPublicKey(createPrivateKey(pem));
  return {
    publicKey,
    privateKey,
    jwk: privateKey.export({ format: 'jwk' }) as PrivateJwk,
    pem,
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** A fresh RSA key; 3072 bits take about a second to find. */
export const rsaKey = (modulusLength = 3072): TestKey =>
  testKey(generateKeyPairSync('rsa', { modulusLength }));

export const ecKey = (namedCurve = 'P-256'): TestKey =>
  testKey(generateKeyPairSync('ec', { namedCurve }));
