import { request } from 'node:https';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FaultPlan, faults, type Listening, serve } from '../../mock-server/index.ts';
import { form, testImage, testServer } from '../../mock-server/test-support.ts';
import {
  type Authority,
  type CertificateOptions,
  createAuthority,
} from '../support/certificates.ts';

const DAY = 24 * 60 * 60 * 1000;
const days = (n: number) => new Date(Date.now() + n * DAY);
const HERE: CertificateOptions = { commonName: 'ota.test', ip: ['127.0.0.1'] };
const IMAGE = Buffer.from(testImage({ codeSize: 120_000 }));

let t: Awaited<ReturnType<typeof testServer>>;
let authority: Authority;
let listening: Listening;
beforeAll(async () => {
  t = await testServer();
  await t.upload(form(new Uint8Array(IMAGE), { node_type: 'pir', version: '1.1.0' }));
  authority = await createAuthority('The root that boards have');
});
afterEach(() => listening.close());
afterAll(() => t.server.close());

async function secure(options: CertificateOptions, by = authority): Promise<void> {
  listening = await serve(t.server, { tls: await by.issue(options), graceMs: 50 });
}

/** What a client that trusts `ca` gets: the body, or the code of what it minds. */
function get(url: string, ca = authority.cert): Promise<{ end: string; bytes: Buffer }> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    const failed = (error: NodeJS.ErrnoException) => resolve({ end: error.code ?? '', bytes });
    const path = '/api/v1/firmware/1/download';
    const sent = request(url + path, { ca, agent: false }, (answer) => {
      answer.on('data', (chunk: Buffer) => {
        bytes = Buffer.concat([bytes, chunk]);
      });
      answer.on('error', failed);
      answer.on('end', () => resolve({ end: 'complete', bytes }));
    });
    sent.on('error', failed);
    sent.end();
  });
}

describe('row 9: certificates that a client must not take', () => {
  it.each([
    ['expired', { ...HERE, notBefore: days(-20), notAfter: days(-1) }, 'CERT_HAS_EXPIRED'],
    ['not yet valid', { ...HERE, notBefore: days(1), notAfter: days(20) }, 'CERT_NOT_YET_VALID'],
    [
      'of another name',
      { commonName: 'other.test', dns: ['other.test'] },
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
  ])('%s: no byte of the image', async (_, options, code) => {
    await secure(options);
    expect(await get(listening.url)).toEqual({ end: code, bytes: Buffer.alloc(0) });
  });

  it('of a new root: refused until the client has that root', async () => {
    const next = await createAuthority('The root of next year');
    await secure(HERE, next);
    const refused = await get(listening.url);
    expect([refused.end, refused.bytes.length]).toEqual(['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 0]);
    expect((await get(listening.url, next.cert)).bytes.equals(IMAGE)).toBe(true);
  });
});

/** Passes a connection on, and notes the lengths of the TLS records (RFC 8446 §5.1) that the server sends. */
async function tap(to: string): Promise<{ server: Server; url: string; records: number[] }> {
  const records: number[] = [];
  const server = createServer((client) => {
    const behind = connect(Number(new URL(to).port), '127.0.0.1');
    let pending = Buffer.alloc(0);
    behind.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 5 && pending.length >= 5 + pending.readUInt16BE(3)) {
        records.push(pending.readUInt16BE(3));
        pending = pending.subarray(5 + pending.readUInt16BE(3));
      }
    });
    client.pipe(behind).pipe(client);
    client.on('error', () => behind.destroy());
    behind.on('error', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { server, url: `https://127.0.0.1:${port}`, records };
}

describe('row 8: what TLS asks of a small heap', () => {
  /** The largest record of a download under a plan, and whether the image came. */
  async function largest(plan: FaultPlan): Promise<[number, boolean]> {
    t.server.faults.clear();
    t.server.use(plan);
    await secure(HERE);
    const { server, url, records } = await tap(listening.url);
    const { bytes } = await get(url);
    server.close();
    return [Math.max(...records), bytes.equals(IMAGE)];
  }

  it('coalesced: records of 16 KiB; sliced: small ones', async () => {
    const [large, whole] = await largest(faults.coalesced());
    expect(whole).toBe(true);
    expect(large).toBeGreaterThanOrEqual(16_384);
    await listening.close();
    const [small, also] = await largest(faults.slicer({ fault: 'slicer', average_size: 1024 }));
    expect(also).toBe(true);
    // The handshake has records of its own, with the certificate in them.
    expect(small).toBeLessThan(2048);
  });

  it('faults below HTTP strike inside TLS too', async () => {
    t.server.faults.clear();
    t.server.use(faults.resetAfter(5000));
    await secure(HERE);
    const seen = await get(listening.url);
    expect([seen.end, seen.bytes.length]).toEqual(['ECONNRESET', 5000]);
  });
});
