import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Listening, serve, type TlsOptions } from '../../mock-server/index.ts';
import { testServer } from '../../mock-server/test-support.ts';
import { type Authority, type CertificateFiles, createAuthority } from '../support/certificates.ts';
import { rawClient, within } from './sockets.ts';

const DAY = 24 * 60 * 60 * 1000;
const days = (n: number) => new Date(Date.now() + n * DAY);
const LOCAL = { commonName: 'ota.test', dns: ['localhost', 'ota.test'], ip: ['127.0.0.1'] };

let t: Awaited<ReturnType<typeof testServer>>;
let authority: Authority;
let stranger: Authority;
let good: CertificateFiles;
beforeAll(async () => {
  t = await testServer();
  await t.publish();
  authority = await createAuthority('Bench CA');
  stranger = await createAuthority('Another CA');
  good = await authority.issue(LOCAL);
});
afterAll(() => t.server.close());

interface Trust {
  ca?: string;
  cert?: string;
  key?: string;
}

/** GET by Node's own TLS client: the status, or the code of what it refused. */
function get(url: string, trust: Trust, path = '/api/v1/firmware/1/download'): Promise<unknown> {
  return new Promise((resolve) => {
    const sent = request(`${url}${path}`, { ...trust, agent: false }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode));
    });
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    sent.end();
  });
}

async function withTls<T>(
  tls: TlsOptions,
  use: (listening: Listening, refused: string[]) => Promise<T>,
) {
  const refused: string[] = [];
  const listening = await serve(t.server, { tls, onRefused: (why) => refused.push(why) });
  try {
    return await use(listening, refused);
  } finally {
    await listening.close(0);
  }
}

const outcome = async (certificate: Promise<CertificateFiles>, ca = authority.cert) =>
  withTls(await certificate, ({ url }) => get(url, { ca }));

describe('HTTPS', () => {
  it('serves who trusts its authority', async () => {
    await withTls(good, async ({ url }) => {
      expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
      expect(await get(url, { ca: authority.cert })).toBe(200);
      expect(await get(url.replace('127.0.0.1', 'localhost'), { ca: authority.cert })).toBe(200);
    });
  });

  it('is refused by a client where the certificate has expired', async () => {
    const expired = authority.issue({ ...LOCAL, notBefore: days(-9), notAfter: days(-1) });
    expect(await outcome(expired)).toBe('CERT_HAS_EXPIRED');
  });

  it('is refused by a client where the certificate is not valid yet', async () => {
    const early = authority.issue({ ...LOCAL, notBefore: days(1), notAfter: days(9) });
    expect(await outcome(early)).toBe('CERT_NOT_YET_VALID');
  });

  it('is refused by a client where the certificate is for another name', async () => {
    const other = authority.issue({ commonName: 'other.test', dns: ['other.test'] });
    expect(await outcome(other)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('is refused by a client that does not know the authority', async () => {
    expect(await outcome(stranger.issue(LOCAL))).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(await outcome(Promise.resolve(good), stranger.cert)).toBe(
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    );
  });

  it('demands a certificate of its clients where it has their authority', async () => {
    const tls = { ...good, clientCa: authority.cert };
    const [mine, foreign] = await Promise.all([
      authority.issue({ commonName: 'gateway-1' }),
      stranger.issue({ commonName: 'gateway-1' }),
    ]);
    await withTls(tls, async ({ url }, refused) => {
      expect(await get(url, { ca: authority.cert, ...mine })).toBe(200);
      expect(await get(url, { ca: authority.cert })).toMatch(/ECONNRESET|ERR_SSL/);
      expect(await get(url, { ca: authority.cert, ...foreign })).toMatch(/ECONNRESET|ERR_SSL/);
      await expect.poll(() => refused.length).toBe(2);
      expect(refused.join()).toMatch(/^TLS: .*certificate/);
    });
  });

  it('lets no client in whose certificate has expired', async () => {
    const old = await authority.issue({
      commonName: 'gateway-1',
      notBefore: days(-9),
      notAfter: days(-1),
    });
    await withTls({ ...good, clientCa: authority.cert }, async ({ url }) => {
      expect(await get(url, { ca: authority.cert, ...old })).toMatch(/ECONNRESET|ERR_SSL/);
    });
  });

  it('ends a connection that speaks plain HTTP, or nothing at all', async () => {
    const limits = { headersMs: 200 };
    const listening = await serve(t.server, { tls: good, limits });
    const plain = rawClient(listening.url, 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await within(5000, 'the end', plain.ended)).not.toContain('HTTP/1.1 2');
    await within(5000, 'the end', rawClient(listening.url).ended);
    await listening.close(0);
  });

  it('is not begun with files that do not fit', async () => {
    const other = await authority.issue(LOCAL);
    const begin = (tls: TlsOptions) => serve(t.server, { tls });
    await expect(begin({ cert: good.cert, key: other.key })).rejects.toThrow(
      'TLS cannot be served: the key is not the one that belongs to the certificate.',
    );
    await expect(begin({ cert: 'no PEM', key: good.key })).rejects.toThrow('not in PEM');
    await expect(begin({ ...good, clientCa: 'no PEM' })).rejects.toThrow('not in PEM');
  });
});
