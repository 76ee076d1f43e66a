import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { form, testImage, testServer } from '../test-support.ts';

let t: Awaited<ReturnType<typeof testServer>>;
const small = testImage();
const large = testImage({ version: '2.0.0', codeSize: 300_000 });
const etag = `"${createHash('sha256').update(small).digest('hex')}"`;

beforeAll(async () => {
  t = await testServer();
  await t.upload(form(small, { node_type: 'pir', version: '1.1.0' }));
  await t.upload(form(large, { node_type: 'pir', version: '2.0.0' }));
});
afterAll(() => t.server.close());

const get = (headers: Record<string, string> = {}, id = 1, method = 'GET') =>
  t.request(`/firmware/${id}/download`, { method, headers });
const same = (a: Uint8Array, b: Uint8Array) => Buffer.from(a).equals(b);

describe('GET /firmware/{id}/download', () => {
  it('sends the whole image with all that identifies it', async () => {
    const response = await get();
    expect(response.status).toBe(200);
    const sha256 = createHash('sha256').update(small).digest('base64');
    expect(Object.fromEntries(response.headers)).toEqual({
      'accept-ranges': 'bytes',
      'content-length': String(small.length),
      'content-type': 'application/octet-stream',
      digest: `sha-256=${sha256}`,
      'repr-digest': `sha-256=:${sha256}:`,
      etag,
      'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
      'x-firmware-md5': createHash('md5').update(small).digest('hex'),
    });
    expect(same(await response.bytes(), small)).toBe(true);
  });

  it('sends a large image whole, and any part of it', async () => {
    expect(same(await (await get({}, 2)).bytes(), large)).toBe(true);
    const part = await get({ range: 'bytes=1000-250000' }, 2);
    expect(part.headers.get('content-length')).toBe('249001');
    expect(same(await part.bytes(), large.subarray(1000, 250_001))).toBe(true);
  });

  it('is put together from 1 KiB parts as a gateway fetches them', async () => {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < small.length; at += 1024) {
      const end = Math.min(at + 1024, small.length) - 1;
      const response = await get({ range: `bytes=${at}-${end}` });
      expect(response.status).toBe(206);
      expect(response.headers.get('content-range')).toBe(`bytes ${at}-${end}/${small.length}`);
      parts.push(await response.bytes());
    }
    expect(same(Buffer.concat(parts), small)).toBe(true);
  });

  it.each([
    ['bytes=-100', small.length - 100, small.length - 1],
    [`bytes=${small.length - 1}-`, small.length - 1, small.length - 1],
    [`bytes=100-${small.length}`, 100, small.length - 1],
    [`bytes=-${small.length * 2}`, 0, small.length - 1],
  ])('clamps %s', async (range, start, end) => {
    const response = await get({ range });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end}/${small.length}`);
    expect(response.headers.get('content-length')).toBe(String(end - start + 1));
    expect(same(await response.bytes(), small.subarray(start, end + 1))).toBe(true);
  });

  it.each([`bytes=${small.length}-`, 'bytes=-0', 'bytes=99999999999999999999-'])(
    'cannot satisfy %s',
    async (range) => {
      const response = await get({ range });
      expect(response.status).toBe(416);
      expect(response.headers.get('content-range')).toBe(`bytes */${small.length}`);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
    },
  );

  it.each(['bytes=0-1,4-5', 'bytes=9-3', 'items=0-1', 'bytes=x', ''])(
    'ignores %j',
    async (range) => {
      const response = await get({ range });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-length')).toBe(String(small.length));
    },
  );

  it('honours If-Range: the whole image unless it is still the same', async () => {
    const status = async (condition: string) =>
      (await get({ range: 'bytes=0-9', 'if-range': condition })).status;
    expect(await status(etag)).toBe(206);
    expect(await status('Thu, 01 Jan 2026 00:00:00 GMT')).toBe(206);
    expect(await status('"other"')).toBe(200);
    expect(await status(`W/${etag}`)).toBe(200);
    expect(await status('Fri, 02 Jan 2026 00:00:00 GMT')).toBe(200);
  });

  it('answers 304 to who has it, before any range', async () => {
    const known = await get({ 'if-none-match': etag, range: 'bytes=0-9' });
    expect(known.status).toBe(304);
    expect(known.headers.get('etag')).toBe(etag);
    expect(await known.text()).toBe('');
    const since = await get({ 'if-modified-since': 'Thu, 01 Jan 2026 00:00:00 GMT' });
    expect(since.status).toBe(304);
    expect((await get({ 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('knows no firmware 9', async () => {
    expect((await get({}, 9)).status).toBe(404);
    expect((await t.request('/firmware/abc/download')).status).toBe(422);
  });
});

describe('HEAD /firmware/{id}/download', () => {
  it('is GET without the body', async () => {
    const head = await get({}, 2, 'HEAD');
    expect(head.status).toBe(200);
    expect([...head.headers]).toEqual([...(await get({}, 2)).headers]);
    expect(head.body).toBeNull();
  });

  it('ignores Range, which means nothing to it (RFC 9110 §14.2)', async () => {
    expect((await get({ range: 'bytes=0-9' }, 1, 'HEAD')).status).toBe(200);
    expect((await get({ range: 'bytes=99999999-' }, 1, 'HEAD')).status).toBe(200);
    expect((await get({ 'if-none-match': etag }, 1, 'HEAD')).status).toBe(304);
  });

  it('needs no file', async () => {
    const { rm } = await import('node:fs/promises');
    const own = await testServer();
    await own.publish();
    await rm(`${own.server.dataDir}/images`, { recursive: true });
    const head = await own.request('/firmware/1/download', { method: 'HEAD' });
    expect(head.status).toBe(200);
    await own.server.close();
  });
});
