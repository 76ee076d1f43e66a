import { HttpResponse, http, passthrough } from 'msw';
import { setupServer } from 'msw/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BrokenConnection, faults } from '../index.ts';
import { testImage, testServer } from '../test-support.ts';

const PATH = '/firmware/1/download';
const URL_ = `http://ota.test/api/v1${PATH}`;
const IMAGE = Buffer.from(testImage());

let t: Awaited<ReturnType<typeof testServer>>;
beforeEach(async () => {
  t = await testServer();
  await t.publish();
});
afterEach(() => t.server.close());

/** What comes of a body before it breaks off. */
async function drain(response: Response): Promise<{ bytes: Buffer; whole: boolean }> {
  const parts: Uint8Array[] = [];
  try {
    for await (const part of response.body ?? []) parts.push(part);
    return { bytes: Buffer.concat(parts), whole: true };
  } catch {
    return { bytes: Buffer.concat(parts), whole: false };
  }
}

describe('faults in process', () => {
  it('break off a body, and reject where no answer began', async () => {
    t.server.use(
      faults.resetAfter(1000, { first: 1 }),
      faults.finAfter({ head: 20 }, { after: 1, first: 1 }),
    );
    const { bytes, whole } = await drain(await t.request(PATH));
    expect([bytes.equals(IMAGE.subarray(0, 1000)), whole]).toEqual([true, false]);
    await expect(t.request(PATH)).rejects.toBeInstanceOf(BrokenConnection);
    expect((await drain(await t.request(PATH))).bytes.equals(IMAGE)).toBe(true);
  });

  it('show what a client makes of framing, not the framing', async () => {
    for (const plan of [
      faults.chunkedOddSizes(),
      faults.closeDelimited(),
      faults.splitEveryByte(),
    ]) {
      t.server.faults.clear();
      t.server.use(plan);
      const answer = await t.request(PATH);
      expect([answer.status, (await answer.bytes()).length]).toEqual([200, IMAGE.length]);
    }
    t.server.faults.clear();
    t.server.use(faults.hugeHeader(40_000));
    await expect(t.request(PATH)).rejects.toBeInstanceOf(BrokenConnection);
  });

  it('answer HEAD, 304 and 204 without a body', async () => {
    t.server.use(faults.chunked(), faults.latency(1));
    const head = await t.request(PATH, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const known = await t.request(PATH, { headers: { 'if-none-match': '*' } });
    expect([known.status, await known.text()]).toEqual([304, '']);
  });

  it('stall until the caller gives up', async () => {
    t.server.use(
      faults.stallAfter('headers', undefined, { first: 1 }),
      faults.stallAfter(500, undefined, { after: 1 }),
    );
    const asked = new AbortController();
    const waiting = t.request(PATH, { signal: asked.signal });
    asked.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    const later = new AbortController();
    const answer = await t.request(PATH, { signal: later.signal });
    const reader = answer.body!.getReader();
    let got = 0;
    while (got < 500) got += (await reader.read()).value?.length ?? 0;
    const rest = reader.read();
    later.abort();
    await expect(rest).rejects.toThrow();
    expect(got).toBe(500);
  });

  it('that last are ended by close', async () => {
    const own = await testServer();
    await own.publish();
    own.server.use(
      faults.drip({ bytes: 1, every_ms: 3_600_000 }, { first: 1 }),
      faults.stallAfter(9),
    );
    const waiting = own.request(PATH).catch((error: unknown) => error);
    const rest = drain(await own.request(PATH));
    await own.server.close();
    expect(await waiting).toBeInstanceOf(BrokenConnection);
    expect((await rest).whole).toBe(false);
  });

  it('stand outside overrides: those are the server', async () => {
    t.server.use(
      http.get('*/firmware', () => HttpResponse.json(['mine'])),
      faults.contentLength(5, {}, { path: '*/firmware', first: 1 }),
      http.get('*/firmware/1', () => HttpResponse.error()),
      faults.latency(1, 0, { path: '*/firmware/1' }),
      http.get(URL_, () => passthrough()),
    );
    expect((await drain(await t.request('/firmware'))).bytes.toString()).toBe('["mine"]');
    expect(await (await t.request('/firmware')).json()).toEqual(['mine']);
    await expect(t.request('/firmware/1')).rejects.toBeInstanceOf(BrokenConnection);
    expect((await t.request(PATH)).status).toBe(200);
  });

  it('end with reset, but for those given at the start', async () => {
    const born = await testServer({ faults: [faults.shedDownloads({}, { first: 1 })] });
    await born.publish();
    born.server.use(faults.html200());
    expect(born.server.faults.list()).toHaveLength(2);
    await born.server.reset();
    await born.publish();
    expect(born.server.faults.list()).toMatchObject([{ id: 3, applied: 0 }]);
    expect((await born.request(PATH)).status).toBe(503);
    expect((await born.request(PATH)).status).toBe(200);
    await born.server.close();
  });

  it('are refused with every wrong field by name', () => {
    const wrong = { when: { rout: 'x' }, count: { first: -1 }, do: [{ fault: 'drip', bytes: 0 }] };
    expect(() => t.server.use(wrong as never)).toThrow(/count\.first: .*do\.0\.bytes: /);
    expect(() => t.server.use({ do: [{ fault: 'gremlins' }] } as never)).toThrow('do.0.fault');
    expect(t.server.faults.list()).toEqual([]);
  });
});

describe('with MSW', () => {
  const interception = () => setupServer(...t.server.handlers);

  it('fetch meets overrides and faults at the public address', async () => {
    const msw = interception();
    msw.listen({ onUnhandledFrame: 'error' });
    try {
      const once = { after: 1, first: 1 };
      t.server.use(
        faults.resetAfter(700, { first: 1 }),
        faults.dropStatus({ route: 'download', ...once }),
      );
      const broken = await drain(await fetch(URL_));
      expect([broken.bytes.length, broken.whole]).toEqual([700, false]);
      await expect(fetch(URL_)).rejects.toThrow('fetch failed');
      expect((await drain(await fetch(URL_))).bytes.equals(IMAGE)).toBe(true);
    } finally {
      msw.close();
    }
  });

  it("MSW's boundary keeps its own handlers, beside ours", async () => {
    const msw = interception();
    msw.listen({ onUnhandledFrame: 'error' });
    try {
      const teapot = msw.boundary(async () => {
        msw.use(http.get(URL_, () => new HttpResponse(null, { status: 418 })));
        await new Promise((resolve) => setTimeout(resolve, 5));
        return (await fetch(URL_)).status;
      });
      const plain = msw.boundary(async () => (await fetch(URL_)).status);
      expect(await Promise.all([teapot(), plain(), teapot()])).toEqual([418, 200, 418]);
    } finally {
      msw.close();
    }
  });

  it('boundary: what is used inside holds inside, for tests that run at once', async () => {
    const msw = interception();
    msw.listen({ onUnhandledFrame: 'error' });
    try {
      t.server.use(faults.headerCase('lower'));
      const inside = (status: 429 | 503) =>
        t.server.boundary(async () => {
          t.server.use(faults.shedDownloads({ status }));
          await new Promise((resolve) => setTimeout(resolve, 5));
          const seen = (await fetch(URL_)).status;
          return [seen, t.server.faults.list().length];
        });
      const outside = async () => [(await fetch(URL_)).status, t.server.faults.list().length];
      const all = await Promise.all([inside(429)(), outside(), inside(503)(), outside()]);
      expect(all).toEqual([
        [429, 2],
        [200, 1],
        [503, 2],
        [200, 1],
      ]);
      const overridden = t.server.boundary((status: number) => {
        t.server.use(http.get(URL_, () => new HttpResponse(null, { status })));
        return t.request(PATH).then((answer) => answer.status);
      });
      expect(await Promise.all([overridden(418), overridden(404)])).toEqual([418, 404]);
      expect((await t.request(PATH)).status).toBe(200);
    } finally {
      msw.close();
    }
  });
});
