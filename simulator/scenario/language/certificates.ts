/** Certificates that a server may show: one that holds, and one for each reason not to trust it. */
export const CERTIFICATES = ['good', 'expired', 'early', 'misnamed', 'untrusted'] as const;
export type CertificateKind = (typeof CERTIFICATES)[number];
