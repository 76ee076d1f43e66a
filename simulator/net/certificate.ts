/** A server's certificate, as far as it decides who connects; nothing is encrypted. */
export interface Certificate {
  /** Names it is made out to; `*.example.org` covers one label. */
  names: readonly string[];
  /** Who signed it: `public` for an authority of the certificate bundle, else the PEM of a private CA. */
  issuer: string;
  /** Seconds since 1970. */
  notBefore: number;
  notAfter: number;
}

/** mbedtls/x509.h */
const BADCERT = { EXPIRED: 0x01, CN_MISMATCH: 0x04, NOT_TRUSTED: 0x08, FUTURE: 0x200 } as const;

/** What a TLS client checks: the name it wants (empty: any), the CA it has as PEM (empty: the bundle), its clock in s since 1970. */
export interface Verifier {
  name: string;
  ca: string;
  now: number;
}

/** MBEDTLS_X509_BADCERT_ flags; 0 when the certificate is good. */
export function certificateFlags(certificate: Certificate, { name, ca, now }: Verifier): number {
  const { names, issuer, notBefore, notAfter } = certificate;
  const trusted = ca === '' ? issuer === 'public' : pemBodies(ca).includes(pemBodies(issuer)[0]);
  let flags = trusted ? 0 : BADCERT.NOT_TRUSTED;
  if (now > notAfter) flags |= BADCERT.EXPIRED;
  if (now < notBefore) flags |= BADCERT.FUTURE;
  if (name !== '' && !names.some((pattern) => covers(pattern, name))) flags |= BADCERT.CN_MISMATCH;
  return flags;
}

function covers(pattern: string, name: string): boolean {
  const [want, have] = [pattern.toLowerCase(), name.toLowerCase()];
  if (!want.startsWith('*.')) return want === have;
  const dot = have.indexOf('.');
  return dot > 0 && have.slice(dot) === want.slice(1);
}

/** The certificates of a PEM text without their line breaks. A firmware may hold a bundle of its own. */
function pemBodies(pem: string): (string | undefined)[] {
  const found = pem.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g);
  return [...found].map((match) => match[1]!.replace(/\s+/g, ''));
}
