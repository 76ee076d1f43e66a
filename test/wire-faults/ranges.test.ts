import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faults } from '../../mock-server/index.ts';
import { type FaultBench, faultBench } from './bench.ts';

let t: FaultBench;
let size: number;
beforeAll(async () => {
  t = await faultBench();
  size = t.image.length;
});
afterAll(() => t.close());

describe('Content-Range that is wrong', () => {
  it.each([
    ['its start', { start: -1 }, (): string => `bytes 999-1999/${size}`],
    ['its end', { end: 1 }, (): string => `bytes 1000-2000/${size}`],
    ['its total', { total: -10 }, (): string => `bytes 1000-1999/${size - 10}`],
    ['no total', { total: '*' as const }, (): string => 'bytes 1000-1999/*'],
    ['below zero', { text: 'bytes -1000-1999/4096' }, () => 'bytes -1000-1999/4096'],
    ['no range at all', { text: 'bananas' }, () => 'bananas'],
    ['empty', { text: '' }, () => ''],
  ])('contentRange: %s', async (_, options, expected: () => string) => {
    t.use(faults.contentRange(options));
    const seen = await t.range(1000, 1999);
    expect([seen.status, seen.headers['content-range']]).toEqual([206, expected()]);
    expect(seen.bytes.equals(t.image.subarray(1000, 2000))).toBe(true);
  });

  it('missingContentRange, and two of them', async () => {
    t.use(faults.missingContentRange());
    const missing = await t.range(1000, 1999);
    expect([missing.status, missing.headers['content-range']]).toEqual([206, undefined]);
    t.use(faults.contentRange({ repeat: 2 }));
    const { rawHeaders } = await t.range(1000, 1999);
    expect(rawHeaders.filter((name) => name === 'content-range')).toHaveLength(2);
  });
});

describe('206 with bytes of another place', () => {
  it('shift: they pretend to be those asked for', async () => {
    for (const by of [-1, 1, 64]) {
      t.use(faults.shift(by));
      const seen = await t.range(1000, 1999);
      expect(seen.headers['content-range']).toBe(`bytes 1000-1999/${size}`);
      expect(seen.bytes.equals(t.image.subarray(1000 + by, 2000 + by))).toBe(true);
      const open = await t.range(1000, '');
      expect(open.bytes.length).toBe(size - 1000);
    }
  });

  it('shift, declared: Content-Range tells where they are from', async () => {
    t.use(faults.shift(-16, { declared: true }));
    const seen = await t.range(1000, 1999);
    expect(seen.headers['content-range']).toBe(`bytes 984-1983/${size}`);
    expect(seen.bytes.equals(t.image.subarray(984, 1984))).toBe(true);
  });

  it('garble: so many bytes differ, the same ones for the same seed', async () => {
    const differing = (bytes: Buffer) => bytes.filter((byte, i) => byte !== t.image[i]).length;
    t.use(faults.garble({ bytes: 1 }, { seed: 'a' }));
    const [first, second] = [await t.get(), await t.get()];
    expect([differing(first.bytes), differing(second.bytes)]).toEqual([1, 1]);
    expect(first.bytes.equals(second.bytes)).toBe(false);
    t.use(faults.garble({ bytes: 1 }, { seed: 'a' }));
    expect((await t.get()).bytes.equals(first.bytes)).toBe(true);
    t.use(faults.garble({ bytes: 1 }, { seed: 'b' }));
    expect((await t.get()).bytes.equals(first.bytes)).toBe(false);
    t.use(faults.garble({ bytes: 50, from: 100, to: 200 }));
    const { bytes } = await t.get();
    const places = [...bytes.keys()].filter((i) => bytes[i] !== t.image[i]);
    expect(places.length).toBeGreaterThan(20);
    expect([Math.min(...places) >= 100, Math.max(...places) < 200]).toEqual([true, true]);
  });
});

describe('replaceImage: another image between two ranges', () => {
  it('If-Range notices: 200 with all of the other', async () => {
    t.use(faults.replaceImage({}, { after: 1 }));
    const first = await t.range(0, 999);
    const etag = first.headers.etag!;
    const second = await t.range(1000, 1999, { headers: { 'if-range': etag } });
    expect([second.status, second.bytes.length]).toEqual([200, size]);
    expect(second.headers.etag).not.toBe(etag);
    const sha256 = createHash('sha256').update(second.bytes).digest('hex');
    expect(second.headers.etag).toBe(`"${sha256}"`);
    expect(second.bytes.subarray(1000, 2000).equals(t.image.subarray(1000, 2000))).toBe(false);
    const third = await t.range(1000, 1999, { headers: { 'if-range': second.headers.etag } });
    expect([third.status, third.bytes.equals(second.bytes.subarray(1000, 2000))]).toEqual([
      206,
      true,
    ]);
    expect((await t.range(size, '')).status).toBe(416);
    const head = await t.get({ method: 'HEAD' });
    expect([head.headers.etag, head.headers['content-length']]).toEqual([
      second.headers.etag,
      `${size}`,
    ]);
    const known = { 'if-none-match': second.headers.etag! };
    expect((await t.get({ headers: known })).status).toBe(304);
  });

  it('without If-Range, and with the ETag kept: two images in one', async () => {
    t.use(faults.replaceImage({ keep_etag: true }, { after: 1 }));
    const first = await t.range(0, 999);
    const headers = { 'if-range': first.headers.etag };
    const second = await t.range(1000, 1999, { headers });
    expect([second.status, second.headers.etag]).toEqual([206, first.headers.etag]);
    expect(second.bytes.equals(t.image.subarray(1000, 2000))).toBe(false);
  });
});

describe('lengths and encodings that are wrong', () => {
  it('contentLength too big: the body ends early; or never', async () => {
    t.use(faults.contentLength(10));
    const seen = await t.get();
    expect([seen.headers['content-length'], seen.bytes.length]).toEqual([`${size + 10}`, size]);
    expect(seen.end).toBe('ECONNRESET');
    t.use(faults.contentLength(10, { end: 'keep' }));
    expect((await t.get({ patienceMs: 200, agent: t.agent })).end).toBe('silent');
  });

  it('contentLength too small: the client takes that many, and cannot use the connection again', async () => {
    t.use(faults.contentLength(-10, { end: 'keep' }, { first: 1 }));
    const seen = await t.get();
    expect([seen.end, seen.bytes.length]).toEqual([
      expect.stringMatching(/^(complete|HPE_)/),
      size - 10,
    ]);
    t.use({ ...faults.contentLength(0), do: [{ fault: 'content_length', text: 'many' }] });
    expect((await t.get()).end).toMatch(/^HPE_/);
    t.use({ ...faults.contentLength(0), do: [{ fault: 'content_length', text: 'absent' }] });
    expect(await t.get()).toMatchObject({ end: 'complete', headers: { connection: 'close' } });
  });

  it('gzip that nobody asked for, and gzip only in name', async () => {
    t.use(faults.gzip());
    const seen = await t.get();
    expect(seen.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(seen.bytes).equals(t.image)).toBe(true);
    t.use(faults.gzip({ claim_only: true }));
    const url = t.at('/firmware/1/download');
    await expect(fetch(url).then((answer) => answer.bytes())).rejects.toThrow();
  });

  it('unaskedContinue: 1xx answers ahead of the one that counts', async () => {
    t.use(faults.unaskedContinue(3));
    const seen = await t.get();
    expect([seen.informational, seen.status, seen.bytes.equals(t.image)]).toEqual([
      [100, 100, 100],
      200,
      true,
    ]);
  });

  it('Expect: 100-continue refused with 417', async () => {
    t.use({ when: { headers: { expect: '*' } }, do: [{ fault: 'answer', status: 417 }] });
    const headers = { expect: '100-continue', 'content-length': '2' };
    const body = Buffer.from('{}');
    expect((await t.get({ method: 'POST', headers, body })).status).toBe(417);
  });
});
