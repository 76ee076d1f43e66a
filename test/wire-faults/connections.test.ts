import { readdir } from 'node:fs/promises';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { faults, serve } from '../../mock-server/index.ts';
import { testImage } from '../../mock-server/test-support.ts';
import { type FaultBench, faultBench } from './bench.ts';

let t: FaultBench;
beforeAll(async () => {
  t = await faultBench();
});
beforeEach(() => t.server.faults.clear());
afterAll(() => t.close());

describe('connections between two ranges', () => {
  it('closedBetweenRanges: keep-alive promised, and not kept', async () => {
    for (const end of ['fin', 'rst'] as const) {
      t.use(faults.closedBetweenRanges(end));
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const first = await t.range(0, 999, { agent });
      expect([first.headers.connection, first.end]).toEqual(['keep-alive', 'complete']);
      await expect.poll(() => Object.keys(agent.freeSockets).length).toBe(0);
      expect((await t.range(1000, 1999, { agent })).status).toBe(206);
      agent.destroy();
    }
  });

  it('a script that keeps the connection leaves it to the next request', async () => {
    t.server.use(faults.chunked(undefined, { every: 2 }), faults.splitAt(10, { every: 3 }));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    agent.on('free', (socket) => ports.add(socket.localPort));
    for (let i = 0; i < 12; i++) {
      const seen = await t.range(i, i + 2000, { agent });
      expect([seen.end, seen.bytes.equals(t.image.subarray(i, i + 2001))]).toEqual([
        'complete',
        true,
      ]);
    }
    expect(ports.size).toBe(1);
    agent.destroy();
  });

  it('pipelined requests are answered in their order', async () => {
    t.server.use(faults.latency(30, 0, { first: 1 }), faults.chunked([500], { every: 2 }));
    const socket = connect(Number(new URL(t.listening.url).port), '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    const ask = (range: string, more = '') =>
      `GET /api/v1/firmware/1/download HTTP/1.1\r\nHost: x\r\nRange: bytes=${range}\r\n${more}\r\n`;
    socket.write(ask('0-9') + ask('10-19') + ask('20-29', 'Connection: close\r\n'));
    await new Promise((resolve) => socket.once('close', resolve));
    expect([...text.matchAll(/bytes \d+-\d+/g)].map(([range]) => range)).toEqual([
      'bytes 0-9',
      'bytes 10-19',
      'bytes 20-29',
    ]);
  });

  it('limitData: so many bytes for each connection', async () => {
    t.server.use(faults.limitData(3000));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const seen = [];
    for (let i = 0; i < 4; i++) seen.push((await t.range(0, 999, { agent })).end);
    expect(seen).toEqual(['complete', 'ECONNRESET', 'complete', 'ECONNRESET']);
    agent.destroy();
  });

  it('expiringLink: good for so many requests; another link is another', async () => {
    t.server.use(faults.expiringLink(2));
    const get = (sig: string) =>
      fetch(`${t.at('/firmware/1/download')}?sig=${sig}`).then((r) => r.status);
    expect([await get('a'), await get('a'), await get('a'), await get('b')]).toEqual([
      200, 200, 403, 200,
    ]);
  });

  it('clockSkew: the server lives in another year, for those it is meant for', async () => {
    t.server.use(faults.clockSkew(-365 * 86_400, { headers: { 'x-board': '7' } }));
    const dated = await t.range(0, 9, { headers: { 'x-board': '7' } });
    expect(Date.parse(dated.headers.date!)).toBe(t.clock.now() - 365 * 86_400_000);
    const created = async (headers = {}) => {
      const body = JSON.stringify({
        firmware_id: 1,
        target_node_id: String(Math.random()).slice(2, 9),
      });
      const init = {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...headers },
      };
      const answer = (await (await fetch(t.at('/ota/updates'), init)).json()) as {
        created_at: string;
      };
      return Date.parse(answer.created_at);
    };
    expect(await created()).toBe(t.clock.now());
    expect(await created({ 'x-board': '7' })).toBe(t.clock.now() - 365 * 86_400_000);
  });
});

describe('as toxiproxy has them', () => {
  it('latency, bandwidth, slowClose, slicer: later, and the same bytes', async () => {
    const took = async (run: () => Promise<unknown>) => {
      const started = performance.now();
      await run();
      return performance.now() - started;
    };
    t.use(faults.latency(120, 20));
    expect(await took(() => t.range(0, 9))).toBeGreaterThanOrEqual(95);
    t.use(faults.bandwidth(10_000));
    // Four pieces of a tenth of a second each, the head with them.
    expect(await took(() => t.range(0, 2999))).toBeGreaterThanOrEqual(250);
    t.use(faults.slicer({ fault: 'slicer', average_size: 100, size_variation: 50, delay_ms: 1 }));
    const sliced = await t.range(0, 2999);
    expect(sliced.bytes.equals(t.image.subarray(0, 3000))).toBe(true);
    t.use(faults.slowClose(150));
    const socket = connect(Number(new URL(t.listening.url).port), '127.0.0.1');
    socket.write('GET /api/v1/firmware HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    expect(
      await took(() => new Promise((resolve) => socket.once('close', resolve))),
    ).toBeGreaterThan(100);
  });

  it('timeout and resetPeer: no byte, then the end; or no end', async () => {
    t.use(faults.timeout(50));
    expect((await t.get()).end).toBe('ECONNRESET');
    t.use(faults.timeout());
    expect((await t.get({ patienceMs: 150 })).end).toBe('silent');
    t.use(faults.resetPeer(50));
    expect((await t.get()).end).toBe('ECONNRESET');
  });
});

describe('uploads', () => {
  const leftovers = async () => {
    const names = await readdir(`${t.server.dataDir}/images`, {
      recursive: true,
      withFileTypes: true,
    });
    return names.filter((entry) => entry.isFile()).length;
  };

  it.each(['write', 'sync', 'publish'] as const)(
    'diskFull on %s: 507, and nothing half stored',
    async (on) => {
      const before = await leftovers();
      t.server.use(faults.diskFull({ after_bytes: 2000, on }, { first: 1 }));
      const refused = await t.upload('3.0.0');
      expect(refused.status).toBe(507);
      expect(await refused.json()).toMatchObject({ title: 'Insufficient Storage' });
      expect([await leftovers(), (await t.server.store.rows.firmware()).length]).toEqual([
        before,
        1,
      ]);
    },
  );

  it('abortUpload: the connection breaks half-way, nothing stays; the next one goes through', async () => {
    const before = await leftovers();
    t.server.use(faults.abortUpload(1500, { first: 1 }));
    await expect(t.upload('3.0.0')).rejects.toThrow('fetch failed');
    await expect.poll(leftovers).toBe(before);
    expect(await t.server.store.rows.firmware()).toHaveLength(1);
    expect((await t.upload('3.0.0')).status).toBe(201);
    expect(await leftovers()).toBe(before + 1);
    expect(Buffer.from(testImage({ version: '3.0.0' })).length).toBeGreaterThan(1500);
  });
});

describe('a server that is down and up twenty times', () => {
  /** Resumes until the image is whole; answers the outcomes of its requests. */
  async function download(): Promise<{ ends: string[]; whole: boolean }> {
    let have = Buffer.alloc(0);
    const ends: string[] = [];
    while (have.length < t.image.length && ends.length < 100) {
      const seen = await t.range(have.length, '').catch(() => undefined);
      ends.push(seen?.end ?? 'down');
      if (seen?.status === 206) have = Buffer.concat([have, seen.bytes]);
    }
    return { ends, whole: have.equals(t.image) };
  }

  it('downAndUp: each time a little comes, at last all of it', async () => {
    t.server.use(faults.downAndUp(20, 100));
    const { ends, whole } = await download();
    expect([ends.length, whole]).toEqual([41, true]);
    expect(ends.filter((end) => end === 'complete')).toHaveLength(1);
  });

  it('and so does a port that is closed and opened again', async () => {
    const port = Number(new URL(t.listening.url).port);
    t.server.use(faults.resetAfter(100, { first: 20 }));
    await t.listening.close(0);
    let have = Buffer.alloc(0);
    let refused = 0;
    for (let i = 0; have.length < t.image.length && i < 100; i++) {
      expect((await t.range(have.length, '')).end).toBe('ECONNREFUSED');
      refused++;
      const up = await serve(t.server, { port, graceMs: 50 });
      have = Buffer.concat([have, (await t.range(have.length, '')).bytes]);
      await up.close(0);
    }
    expect([refused, have.equals(t.image)]).toEqual([21, true]);
    Object.assign(t.listening, await serve(t.server, { port, graceMs: 50 }));
  });
});
