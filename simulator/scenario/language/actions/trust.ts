import { CERTIFICATES, type CertificateKind } from '../certificates.ts';
import type { Rule } from '../grammar.ts';

/** What TLS rests on: the server's certificate, and the time of day. Times are µs. */
export type TrustAction =
  | { do: 'certificate'; kind: CertificateKind }
  | { do: 'time-servers'; answer: boolean; forUs?: number };

export const TRUST_RULES: readonly Rule<TrustAction>[] = [
  {
    form: `certificate is ${CERTIFICATES.join('|')}`,
    help: 'what the server shows at https://ota.test from now on: good for 90 days; expired; valid from tomorrow on; for another name; of an unknown authority',
    make: (v) => ({ do: 'certificate', kind: CERTIFICATES.find((kind) => v.said(kind))! }),
  },
  {
    form: 'time servers are silent [for {duration}]',
    help: 'a board that starts then has no clock: it stands at 1970',
    make: (v) => ({ do: 'time-servers', answer: false, forUs: v.find('duration') }),
  },
  {
    form: 'time servers answer',
    help: 'and say the time again',
    make: () => ({ do: 'time-servers', answer: true }),
  },
];
