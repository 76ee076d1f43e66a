import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Listening, serve } from '../../mock-server/index.ts';
import { form, testImage, testServer } from '../../mock-server/test-support.ts';

interface Seen {
  status: number;
  headers: Record<string, string>;
  sha256: string;
  length: number;
}

/** What HTTP/1.1 itself adds on a connection, and what a port says of a request. */
const OF_THE_WIRE = new Set([
  'connection',
  'date',
  'keep-alive',
  'transfer-encoding',
  'x-request-id',
]);

const auth = { adminToken: 'the-admin', gatewayKey: 'the-gateway', open: true };
let t: Awaited<ReturnType<typeof testServer>>;
let listening: Listening;
const images = {
  small: testImage(),
  /** Over what is read before it is answered. */
  cached: testImage({ version: '2.0.0', codeSize: 300_000 }),
  /** Over what is kept in memory. */
  streamed: testImage({ version: '3.0.0', codeSize: 5_000_000 }),
};
beforeAll(async () => {
  t = await testServer({ auth });
  listening = await serve(t.server);
  for (const [i, file] of Object.values(images).entries()) {
    const data = form(file, { node_type: 'pir', version: `${i + 1}.0.0` });
    expect((await t.upload(data)).status).toBe(201);
  }
});
afterAll(async () => {
  await listening.close(0);
  await t.server.close();
});

function seen(status: number, headers: [string, string][], body: Uint8Array): Seen {
  const told = headers.map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  return {
    status,
    headers: Object.fromEntries(told.filter(([name]) => !OF_THE_WIRE.has(name))),
    sha256: createHash('sha256').update(body).digest('hex'),
    length: body.length,
  };
}

type Asked = [method: string, path: string, headers?: Record<string, string>, body?: string];

async function inProcess([method, path, headers, body]: Asked): Promise<Seen> {
  const init = { method, ...(headers ? { headers } : {}), ...(body ? { body } : {}) };
  const answer = await t.server.fetch(new Request(listening.url + path, init), {
    address: '127.0.0.1',
  });
  const bytes = await answer.bytes();
  const told = seen(answer.status, [...answer.headers], bytes);
  // A port counts the bytes of a body that is at hand; in process nobody needs it.
  if (answer.body !== null) told.headers['content-length'] ??= String(bytes.length);
  return told;
}

function onThePort([method, path, headers, body]: Asked): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const options = { method, headers: headers ?? {} };
    const sent = request(listening.url + path, options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const pairs = Object.entries(answer.headers).map(([n, v]): [string, string] => [
          n,
          String(v),
        ]);
        resolve(seen(answer.statusCode ?? 0, pairs, Buffer.concat(chunks)));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const ETAG = () => `"${createHash('sha256').update(images.cached).digest('hex')}"`;
const json = { 'content-type': 'application/json' };
const admin = { authorization: 'Bearer the-admin' };

function downloads(id: number, size: number): Asked[] {
  const path = `/api/v1/firmware/${id}/download`;
  const range = (range: string): Asked => ['GET', path, { range }];
  return [
    ['GET', path],
    ['HEAD', path],
    ['HEAD', path, { range: 'bytes=0-9' }],
    range('bytes=0-1023'),
    range(`bytes=65000-${66_000 + 65_536}`),
    range('bytes=1-'),
    range('bytes=-1'),
    range(`bytes=${size - 1}-${size}`),
    range(`bytes=${size}-`),
    range('bytes=0-1,3-4'),
    ['GET', path, { 'if-none-match': '*' }],
    ['GET', path, { 'if-range': ETAG(), range: 'bytes=5-7' }],
    ['HEAD', path, { 'if-modified-since': 'Fri, 01 Jan 2027 00:00:00 GMT' }],
  ];
}

const others: Asked[] = [
  ['GET', '/health'],
  ['HEAD', '/health'],
  ['GET', '/api/v1/firmware'],
  ['HEAD', '/api/v1/firmware'],
  ['GET', '/api/v1/firmware/99'],
  ['GET', '/api/v1/firmware/99/download'],
  ['GET', '/api/v1/firmware/x/download'],
  ['GET', '/nowhere'],
  ['HEAD', '/nowhere'],
  ['PUT', '/api/v1/firmware'],
  ['OPTIONS', '/api/v1/firmware'],
  ['GET', '/api/ota/admin/firmware'],
  ['GET', '/api/ota/admin/firmware', admin],
  ['GET', '/api/ota/download/1?expires=1&key=a&sig=b'],
  ['POST', '/api/v1/ota/updates', json, '{'],
  ['POST', '/api/v1/ota/updates', json, '{"firmware_id":"x"}'],
  ['POST', '/api/v1/ota/updates', { 'content-type': 'text/plain' }, 'x'],
  ['POST', '/api/ota/check', json, '{"device_id":1,"device_type":"a","current_version":"1.0.0"}'],
  ['POST', '/api/v1/firmware/upload', json, '{}'],
  ['GET', '/openapi.json'],
  ['GET', '/docs'],
];

async function expectSame(asked: Asked): Promise<void> {
  const [inside, wire] = [await inProcess(asked), await onThePort(asked)];
  expect(wire, asked.join(' ')).toEqual(inside);
}

describe('the port and fetch in process', () => {
  it.each(Object.keys(images) as (keyof typeof images)[])(
    'say the same of a download: status, headers, bytes (%s)',
    async (name) => {
      const id = Object.keys(images).indexOf(name) + 1;
      for (const asked of downloads(id, images[name].length)) await expectSame(asked);
    },
  );

  it('say the same of everything else', async () => {
    for (const asked of others) await expectSame(asked);
  });

  it('say the same where overrides stand before the server', async () => {
    const { http, passthrough } = await import('msw');
    t.server.use(http.get('*/firmware', () => passthrough()));
    for (const asked of [...downloads(2, images.cached.length), ...others]) await expectSame(asked);
  });
});
