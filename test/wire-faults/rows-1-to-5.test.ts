import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faults } from '../../mock-server/index.ts';
import { type FaultBench, faultBench } from './bench.ts';

let t: FaultBench;
beforeAll(async () => {
  t = await faultBench();
});
afterAll(() => t.close());

describe('row 1: Range ignored', () => {
  it('ignoreRange: 200 with the whole image to a range, and the next one as ever', async () => {
    t.use(faults.ignoreRange({ first: 1 }));
    const seen = await t.range(1000, '');
    expect([seen.status, seen.headers['content-range'], seen.end]).toEqual([
      200,
      undefined,
      'complete',
    ]);
    expect(seen.bytes.equals(t.image)).toBe(true);
    expect((await t.range(1000, '')).status).toBe(206);
    expect(t.server.faults.list()).toMatchObject([
      { seen: 2, applied: 1, plan: { name: 'ignore_range' } },
    ]);
  });
});

describe('row 2: the connection drops', () => {
  const length = () => t.image.length;
  it.each([
    ['before the first byte of the body', 0, () => 0],
    ['after one', 1, () => 1],
    ['at the edge of a flash sector', 4096, () => 4096],
    ['before the last one', -1, () => length() - 1],
  ])('resetAfter and finAfter %s: that many bytes, then the end', async (_, at, expected) => {
    t.use(faults.resetAfter(at));
    const reset = await t.get();
    expect([reset.status, reset.end]).toEqual([200, 'ECONNRESET']);
    expect(reset.bytes.equals(t.image.subarray(0, expected()))).toBe(true);
    t.use(faults.finAfter(at));
    const closed = await t.get();
    // Node's client calls a body that ends before its Content-Length a reset as well.
    expect([closed.status, closed.end]).toEqual([200, 'ECONNRESET']);
    expect(closed.bytes.equals(t.image.subarray(0, expected()))).toBe(true);
  });

  it('in the header: no answer at all', async () => {
    for (const plan of [faults.resetAfter({ head: 30 }), faults.finAfter({ head: 30 })]) {
      t.use(plan);
      const seen = await t.get();
      expect([seen.status, seen.end]).toEqual([undefined, 'ECONNRESET']);
    }
  });

  it('after the last byte: the image is whole', async () => {
    t.use(faults.finAfter(t.image.length));
    const seen = await t.get();
    expect([seen.end, seen.bytes.equals(t.image)]).toEqual(['complete', true]);
  });

  it('beyond the end of a range: nothing happens', async () => {
    t.use(faults.resetAfter(4096));
    expect((await t.range(0, 1023)).end).toBe('complete');
  });

  it('is made up for by a client that resumes', async () => {
    t.use(faults.resetAfter(1000, { first: 3 }));
    let have = Buffer.alloc(0);
    let requests = 0;
    while (have.length < t.image.length) {
      const seen = await t.range(have.length, '');
      expect(seen.headers['content-range']).toBe(
        `bytes ${have.length}-${t.image.length - 1}/${t.image.length}`,
      );
      have = Buffer.concat([have, seen.bytes]);
      requests++;
    }
    expect([requests, have.equals(t.image)]).toEqual([4, true]);
  });
});

describe('row 3: silence', () => {
  it.each([
    ['the status line', 'status_line', undefined, 0],
    ['the headers', 'headers', undefined, 0],
    ['the first 1024 bytes', 'first_1024', 200, 512],
    ['the body', 3000, 200, 3000],
  ] as const)('stallAfter in %s: the client waits for ever', async (_, at, status, bytes) => {
    t.use(faults.stallAfter(at));
    const seen = await t.get({ patienceMs: 300 });
    expect([seen.status, seen.bytes.length, seen.end]).toEqual([status, bytes, 'silent']);
  });

  it('stallAfter for a while: then the rest comes', async () => {
    t.use(faults.stallAfter(3000, 0.3));
    expect(await t.get({ patienceMs: 150 })).toMatchObject({ end: 'silent' });
    const seen = await t.get();
    expect([seen.end, seen.bytes.equals(t.image)]).toEqual(['complete', true]);
  });

  it('drip: never silent for long, never done', async () => {
    t.use(faults.drip({ bytes: 1, every_ms: 5 }));
    const started = performance.now();
    const seen = await t.range(0, 9);
    expect(seen.bytes.equals(t.image.subarray(0, 10))).toBe(true);
    // The head drips too: some 500 bytes.
    expect(performance.now() - started).toBeGreaterThan(400 * 5);
  });
});

describe('row 4: bodies without a length', () => {
  it('chunked, in even and in odd sizes: the same bytes', async () => {
    for (const plan of [faults.chunked(), faults.chunked([1, 2, 3]), faults.chunkedOddSizes()]) {
      t.use(plan);
      const seen = await t.get();
      expect(seen.headers).toMatchObject({ 'transfer-encoding': 'chunked' });
      expect(seen.headers['content-length']).toBeUndefined();
      expect([seen.end, seen.bytes.equals(t.image)]).toEqual(['complete', true]);
    }
  });

  it('chunked and broken off: no end chunk, no success', async () => {
    t.use({
      ...faults.chunked([1000]),
      do: [
        { fault: 'chunked', sizes: [1000] },
        { fault: 'fin_after', at: 2000 },
      ],
    });
    const seen = await t.get();
    expect(seen.end).toBe('ECONNRESET');
    expect(seen.bytes.length).toBeLessThan(2000);
  });

  it('closeDelimited: HTTP/1.0, and the end of the connection ends the body', async () => {
    t.use(faults.closeDelimited());
    const seen = await t.get({ agent: t.agent });
    expect(seen).toMatchObject({ version: '1.0', end: 'complete' });
    expect(seen.headers['content-length']).toBeUndefined();
    expect(seen.bytes.equals(t.image)).toBe(true);
    // Broken off, it looks whole: only a hash tells.
    t.use({
      ...faults.closeDelimited(),
      do: [{ fault: 'close_delimited' }, { fault: 'fin_after', at: 1000 }],
    });
    const cut = await t.get();
    expect([cut.end, cut.bytes.length]).toEqual(['complete', 1000]);
  });

  it('emptyBody: a 200 with nothing in it', async () => {
    t.use(faults.emptyBody());
    expect(await t.get()).toMatchObject({ status: 200, end: 'complete', bytes: Buffer.alloc(0) });
  });
});

describe('row 5: where segments begin', () => {
  it('coalesced, split everywhere, and split at every byte: the same image', async () => {
    t.use(faults.coalesced());
    expect((await t.get()).bytes.equals(t.image)).toBe(true);
    t.use(faults.splitEveryByte());
    const parts = await t.range(0, 1023, { agent: t.agent });
    expect(parts.bytes.equals(t.image.subarray(0, 1024))).toBe(true);
    t.use(faults.splitAt(['status_line', 'headers', 0, 1, -1], { first: 1 }));
    expect((await t.get()).bytes.equals(t.image)).toBe(true);
    expect(t.server.faults.list()).toMatchObject([{ applied: 1 }]);
  });
});
