import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import {
  keyDigest,
  keyOfJwk,
  type PrivateJwk,
  type PublicJwk,
} from '../../formats/secure-boot/index.ts';
import { inputName, readInput } from '../support/input.ts';

/** No key file is longer. */
const KEY_MAX = 64 * 1024;

/** A private key in PEM: PKCS#1, PKCS#8 or SEC1.
 * @throws Error a sentence that names the file, never its content */
export async function readPrivateKey(file: string): Promise<PrivateJwk> {
  const pem = await readPem(file);
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    const what = pem.includes('PUBLIC KEY') ? 'a public key, which cannot sign' : 'no private key';
    throw new Error(`${inputName(file)} holds ${what}: give a private key in PEM`);
  }
  if (/ENCRYPTED/.test(pem)) {
    throw new Error(
      `${inputName(file)} is encrypted: give it without a passphrase, such as openssl pkey writes it`,
    );
  }
  return jwkOf(file, () => createPrivateKey(pem));
}

/** What eFuse would hold for a key: of a public key or certificate in PEM, or of a private one.
 * @throws Error a sentence that names the file; FormatError for a key of another kind */
export async function readKeyDigest(file: string): Promise<Uint8Array> {
  const pem = await readPem(file);
  return keyDigest(keyOfJwk(jwkOf(file, () => createPublicKey(pem))));
}

async function readPem(file: string): Promise<string> {
  return Buffer.from(await readInput(file, KEY_MAX)).toString('latin1');
}

function jwkOf(file: string, load: () => KeyObject): PublicJwk {
  let key: KeyObject;
  try {
    key = load();
  } catch (error) {
    throw new Error(`${inputName(file)} holds no key in PEM that can be read`, { cause: error });
  }
  try {
    return key.export({ format: 'jwk' }) as PublicJwk;
  } catch (error) {
    const { namedCurve } = key.asymmetricKeyDetails ?? {};
    const kind = namedCurve ? `on the curve ${namedCurve}` : `of type ${key.asymmetricKeyType}`;
    throw new Error(
      `${inputName(file)} is a key ${kind}: Secure Boot v2 takes RSA-3072, or ECDSA on P-256 or P-384`,
      { cause: error },
    );
  }
}
