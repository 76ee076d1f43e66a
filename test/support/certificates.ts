import { webcrypto } from 'node:crypto';
import './reflect-metadata.ts';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY = 24 * 60 * 60 * 1000;

export interface CertificateOptions {
  commonName: string;
  /** Host names that it is for. */
  dns?: string[];
  /** Addresses that it is for. */
  ip?: string[];
  notBefore?: Date;
  notAfter?: Date;
}

/** PEM, as files on disk have it. */
export interface CertificateFiles {
  cert: string;
  key: string;
}

export interface Authority {
  /** Its own certificate, in PEM. */
  cert: string;
  issue(options: CertificateOptions): Promise<CertificateFiles>;
}

let serial = 0;

/** A certificate authority that lives as long as the test. */
export async function createAuthority(name: string): Promise<Authority> {
  x509.cryptoProvider.set(webcrypto as never);
  const keys = await newKeys();
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: nextSerial(),
    name: `CN=${name}`,
    ...validity({}),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  return {
    cert: root.toString('pem'),
    async issue(options) {
      const subject = await newKeys();
      const names = [
        ...(options.dns ?? []).map((value) => ({ type: 'dns', value }) as const),
        ...(options.ip ?? []).map((value) => ({ type: 'ip', value }) as const),
      ];
      const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: nextSerial(),
        subject: `CN=${options.commonName}`,
        issuer: root.subject,
        ...validity(options),
        publicKey: subject.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        extensions: names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : [],
      });
      return { cert: certificate.toString('pem'), key: await keyInPem(subject.privateKey) };
    },
  };
}

const newKeys = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

function validity({ notBefore, notAfter }: Partial<CertificateOptions>) {
  const now = Date.now();
  return {
    notBefore: notBefore ?? new Date(now - DAY),
    notAfter: notAfter ?? new Date(now + 30 * DAY),
  };
}

async function keyInPem(key: webcrypto.CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey('pkcs8', key);
  return x509.PemConverter.encode(der, 'PRIVATE KEY');
}

function nextSerial(): string {
  serial += 1;
  return (0x1000 + serial).toString(16);
}
