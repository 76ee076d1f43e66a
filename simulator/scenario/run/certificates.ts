import type { Certificate } from '../../net/certificate.ts';
import type { CertificateKind } from '../language/certificates.ts';

const DAY = 86_400;

/** What the server shows. `now`: ms since 1970; one that is good is so for 90 days. */
export function certificateOf(kind: CertificateKind, now: number): Certificate {
  const seconds = Math.floor(now / 1000);
  const good: Certificate = {
    names: ['ota.test'],
    issuer: 'public',
    notBefore: seconds - DAY,
    notAfter: seconds + 90 * DAY,
  };
  switch (kind) {
    case 'good':
      return good;
    case 'expired':
      return { ...good, notAfter: seconds - 1 };
    case 'early':
      return { ...good, notBefore: seconds + DAY };
    case 'misnamed':
      return { ...good, names: ['other.test'] };
    case 'untrusted':
      return { ...good, issuer: PRIVATE_CA };
  }
}

/** Of an authority that no board was given. */
const PRIVATE_CA = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
