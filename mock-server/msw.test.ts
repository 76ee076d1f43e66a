import { HttpResponse, http, passthrough } from 'msw';
import { setupServer } from 'msw/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BrokenConnection } from './msw.ts';
import { type Listening, serve } from './serve.ts';
import { form, testImage, testServer } from './test-support.ts';

let t: Awaited<ReturnType<typeof testServer>>;
beforeEach(async () => {
  t = await testServer();
  await t.publish();
});
afterEach(() => t.server.close());

describe('handlers', () => {
  it('put the server behind fetch', async () => {
    const interception = setupServer(...t.server.handlers);
    interception.listen({ onUnhandledFrame: 'error' });
    try {
      const base = 'http://ota.test/api/v1';
      const listed = await fetch(`${base}/firmware`);
      expect(await listed.json()).toMatchObject([{ id: 1, version: '1.1.0' }]);
      const headers = { range: 'bytes=0-1023' };
      const part = await fetch(`${base}/firmware/1/download`, { headers });
      expect(part.status).toBe(206);
      expect(Buffer.from(await part.bytes()).equals(testImage().subarray(0, 1024))).toBe(true);
      const body = form(testImage({ version: '1.2.0' }), { node_type: 'pir', version: '1.2.0' });
      expect((await fetch(`${base}/firmware/upload`, { method: 'POST', body })).status).toBe(201);
      expect(await t.server.store.rows.firmware()).toHaveLength(2);
      t.server.use(http.all('*', () => HttpResponse.error()));
      await expect(fetch(`${base}/firmware`)).rejects.toThrow('fetch failed');
    } finally {
      interception.close();
    }
  });
});

/** The same overrides are held to the same outcome in process and on a socket. */
describe.each(['in process', 'on the wire'])('overrides %s', (face) => {
  let listening: Listening | undefined;
  let call: (path: string, init?: RequestInit) => Promise<Response>;
  beforeEach(async () => {
    listening = face === 'on the wire' ? await serve(t.server) : undefined;
    const at = listening;
    call = at
      ? (path, init) => fetch(`${at.url}/api/v1${path}`, init)
      : (path, init) => t.request(path, init);
  });
  afterEach(() => listening?.close());

  it('answer first, the newest first, under the public address', async () => {
    const url = 'http://ota.test/api/v1/ota/updates/pending';
    t.server.use(http.get(url, () => new HttpResponse(null, { status: 503 })));
    expect((await call('/ota/updates/pending?x=1')).status).toBe(503);
    t.server.use(http.get(url, () => HttpResponse.json({}, { status: 500 }), { once: true }));
    expect((await call('/ota/updates/pending')).status).toBe(500);
    expect((await call('/ota/updates/pending')).status).toBe(503);
    expect((await call('/firmware')).status).toBe(200);
  });

  it('break the connection, throw, and let through', async () => {
    t.server.use(
      http.get('*/firmware', () => HttpResponse.error()),
      http.get('*/firmware/1', () => {
        throw new HttpResponse('thrown', { status: 418 });
      }),
      http.get('*/firmware/2', () => {
        throw new Error('mistake in a test');
      }),
      http.get('*/ota/updates', () => passthrough()),
    );
    await expect(call('/firmware')).rejects.toThrow(/fetch failed|Failed to fetch/);
    expect((await call('/firmware/1')).status).toBe(418);
    expect((await call('/firmware/2')).status).toBe(500);
    expect(await (await call('/ota/updates')).json()).toEqual([]);
  });

  it('leave the body to the server when they pass', async () => {
    const seen: string[] = [];
    t.server.use(
      http.post('*/ota/updates', async ({ request }) => {
        seen.push(await request.text());
        return passthrough();
      }),
    );
    const body = '{"firmware_id":1}';
    const headers = { 'content-type': 'application/json' };
    expect((await call('/ota/updates', { method: 'POST', body, headers })).status).toBe(201);
    expect(seen).toEqual([body]);
  });

  it('end with reset', async () => {
    t.server.use(http.all('*', () => HttpResponse.error()));
    await t.server.reset();
    expect((await call('/firmware')).status).toBe(200);
  });
});

it('a broken connection is a TypeError in process, as fetch has it', async () => {
  t.server.use(http.all('*', () => HttpResponse.error()));
  const error = await t.request('/firmware').catch((e: unknown) => e);
  expect(error).toBeInstanceOf(BrokenConnection);
  expect(error).toBeInstanceOf(TypeError);
});
