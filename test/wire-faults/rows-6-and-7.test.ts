import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faults } from '../../mock-server/index.ts';
import { type FaultBench, faultBench } from './bench.ts';
import { follow } from './client.ts';

let t: FaultBench;
beforeAll(async () => {
  t = await faultBench();
});
afterAll(() => t.close());
const image = () => t.at('/firmware/1/download');

describe('row 6: somebody else answers', () => {
  it('html200: a page for an image, and for everything else', async () => {
    t.use(faults.html200());
    const seen = await t.range(0, 1023);
    expect([seen.status, seen.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(seen.bytes.toString()).toMatch(/^<!DOCTYPE html>/);
    const pending = await fetch(t.at('/ota/updates/pending'));
    expect(pending.headers.get('content-type')).toMatch('text/html');
  });

  it('redirectToLogin: 302 to a page', async () => {
    t.use(faults.redirectToLogin('http://portal.test/login'));
    expect(await t.get()).toMatchObject({
      status: 302,
      headers: { location: 'http://portal.test/login' },
    });
  });

  it('wrongContentType: the bytes are right, the label is not', async () => {
    t.use(faults.wrongContentType());
    const seen = await t.get();
    expect([seen.headers['content-type'], seen.bytes.equals(t.image)]).toEqual(['text/html', true]);
  });
});

describe('row 7: redirects and headers', () => {
  it.each([1, 5, 20])('redirectChain of %i hops leads to the image', async (hops) => {
    t.use(faults.redirectChain(hops));
    const seen = await follow(image(), hops + 5);
    expect(seen.map(({ status }) => status)).toEqual([...Array(hops).fill(302), 200]);
    expect(seen.at(-1)?.bytes.equals(t.image)).toBe(true);
  });

  it.each([512, 1024, 4096, 8192])(
    'longLocation: a Location of %i bytes leads there too',
    async (bytes) => {
      t.use(faults.longLocation(bytes));
      const [moved, seen] = await follow(image(), 3);
      expect(moved?.headers.location?.length).toBe(bytes);
      expect([seen?.status, seen?.bytes.equals(t.image)]).toEqual([200, true]);
    },
  );

  it('relativeLocation: a path alone, with the query that was there', async () => {
    t.use(faults.relativeLocation());
    const [moved, seen] = await follow(`${image()}?expires=1&sig=%41b`, 3);
    expect(moved?.headers.location).toMatch(
      /^\/api\/v1\/firmware\/1\/download\?expires=1&sig=%41b&/,
    );
    expect(seen?.status).toBe(200);
  });

  it.each([301, 302, 303, 307, 308] as const)('redirectChain with %i', async (status) => {
    t.use(faults.redirectChain(1, { status }));
    expect((await t.get()).status).toBe(status);
  });

  it('manyHeaders and hugeHeader: as large as Node takes, and then not', async () => {
    t.use(faults.manyHeaders(100));
    const many = await t.get();
    expect(many.rawHeaders.filter((name) => name.startsWith('x-padding-'))).toHaveLength(100);
    t.use(faults.hugeHeader(8000));
    expect((await t.get()).headers['x-padding-1']).toBe('x'.repeat(8000));
    t.use(faults.hugeHeader(40_000));
    expect(await t.get()).toMatchObject({ end: 'HPE_HEADER_OVERFLOW' });
  });

  it('headerCase: names as servers write them', async () => {
    for (const [style, name] of [
      ['lower', 'content-length'],
      ['upper', 'CONTENT-LENGTH'],
      ['title', 'Content-Length'],
    ] as const) {
      t.use(faults.headerCase(style));
      const seen = await t.get();
      expect(seen.rawHeaders).toContain(name);
      expect(seen.bytes.equals(t.image)).toBe(true);
    }
  });
});
