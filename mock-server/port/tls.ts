import { X509Certificate } from 'node:crypto';
import type { ServerOptions } from 'node:https';
import { createSecureContext, type SecureVersion } from 'node:tls';

/** Certificates in PEM. */
export interface TlsOptions {
  /** The server's certificate, then those between it and its root. */
  cert: string | Uint8Array;
  key: string | Uint8Array;
  /** Asks every client for a certificate that one of these issued, and takes no other. */
  clientCa?: string | Uint8Array;
}

/** What mbedTLS of ESP-IDF 4.4 and later speaks. */
const OLDEST: SecureVersion = 'TLSv1.2';

const REASONS: Record<string, string> = {
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'the key is not the one that belongs to the certificate',
  ERR_OSSL_PEM_NO_START_LINE: 'one of the files is not in PEM (-----BEGIN …-----)',
  ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED: 'the key is encrypted; write it without a passphrase',
  ERR_OSSL_EVP_UNSUPPORTED: 'the key is of a kind that OpenSSL does not read',
};

/** What Node's HTTPS server needs; throws a sentence where key and certificates do not fit. */
export function secureOptions(tls: TlsOptions): ServerOptions {
  const options = {
    cert: buffer(tls.cert),
    key: buffer(tls.key),
    minVersion: OLDEST,
    ...(tls.clientCa ? { ca: buffer(tls.clientCa), requestCert: true } : {}),
  };
  try {
    createSecureContext(options);
    // As an authority, OpenSSL takes what is no certificate for none at all.
    if (tls.clientCa) new X509Certificate(tls.clientCa);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new Error(`TLS cannot be served: ${REASONS[code ?? ''] ?? message}.`, { cause });
  }
  return options;
}

function buffer(pem: string | Uint8Array): string | Buffer {
  return typeof pem === 'string' ? pem : Buffer.from(pem);
}
