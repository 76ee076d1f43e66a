import { http, passthrough } from 'msw';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { faults } from '../../mock-server/index.ts';
import { form, testImage } from '../../mock-server/test-support.ts';
import { type FaultBench, faultBench } from './bench.ts';
import { ask } from './client.ts';

let t: FaultBench;
beforeAll(async () => {
  t = await faultBench();
});
beforeEach(() => t.server.faults.clear());
afterAll(() => t.close());

const send = (path: string, body: unknown = {}) =>
  fetch(t.at(path), {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', connection: 'close' },
  });

describe('row 14: images that are refused at upload', () => {
  // A board's revision and slots are its own: those are refused there.
  const BASE = () => testImage({ version: '9.0.0' });
  const changed = (at: number, by = 0xff) => {
    const bytes = BASE();
    bytes[at] = bytes[at]! ^ by;
    return bytes;
  };
  const esp8266 = () => {
    const bytes = BASE();
    bytes[0] = 0xea;
    return bytes;
  };
  it.each([
    [
      'for another chip',
      () => testImage({ version: '9.0.0', chipId: 9 }),
      'ESP32-C3',
      /is for ESP32-S3, which does not run on hardware ESP32-C3/,
    ],
    ['of an ESP8266', esp8266, 'ESP32', /is an ESP8266 image/],
    ['cut short', () => BASE().subarray(0, 3000), 'ESP32', /the image has only 3000 bytes/],
    [
      'with a bad hash at its end',
      () => changed(BASE().length - 1),
      'ESP32',
      /SHA-256 does not match/,
    ],
    ['with a changed byte of code', () => changed(1000, 1), 'ESP32', /the checksum is/],
    ['with a segment longer than the file', () => changed(24 + 6, 0x40), 'ESP32', /segment 0/],
    ['with nothing in it', () => new Uint8Array(0), 'ESP32', /is empty/],
  ])('%s: 422, which says why, and nothing stored', async (_, make, hardware, says) => {
    const body = form(new Uint8Array(make()), { node_type: 'pir', version: '9.0.0', hardware });
    const refused = await fetch(t.at('/firmware/upload'), { method: 'POST', body });
    const problem = (await refused.json()) as { detail: string };
    expect([refused.status, problem.detail]).toEqual([422, expect.stringMatching(says)]);
    expect(await t.server.store.rows.firmware()).toHaveLength(1);
  });
});

describe('rows 16 and 17: too many at once', () => {
  it('capacity: so many in a span, the others 503 with Retry-After, and again in the next', async () => {
    t.server.use(faults.capacity(3, 10, { retry_after: { seconds: 10 } }));
    const herd = () => Promise.all(Array.from({ length: 8 }, () => t.range(0, 99)));
    const first = await herd();
    expect(first.filter(({ status }) => status === 206)).toHaveLength(3);
    const refused = first.filter(({ status }) => status === 503);
    expect(refused.map(({ headers }) => headers['retry-after'])).toEqual(Array(5).fill('10'));
    t.clock.advance(10);
    expect((await herd()).filter(({ status }) => status === 206)).toHaveLength(3);
  });

  it('shedDownloads: 503 or 429, Retry-After in seconds, as a date, absent', async () => {
    t.server.use(faults.shedDownloads({ retry_after: { date_in_seconds: 60 } }));
    const date = (await t.get()).headers['retry-after']!;
    expect(Date.parse(date) - t.clock.now()).toBe(60_000);
    t.use(faults.shedDownloads({ status: 429, retry_after: 'absent' }));
    const seen = await t.get();
    expect([seen.status, seen.headers['retry-after']]).toEqual([429, undefined]);
    t.use(faults.shedDownloads({ retry_after: { seconds: 7 } }, { first: 2 }));
    const three = [await t.get(), await t.get(), await t.get()];
    expect(three.map(({ status }) => status)).toEqual([503, 503, 200]);
    // Only downloads are shed: what else devices ask goes through.
    expect((await fetch(t.at('/ota/updates/pending'))).status).toBe(200);
  });
});

describe('row 18: reports that go astray', () => {
  let id = 0;
  beforeEach(async () => {
    await t.server.reset();
    await t.publish();
    id = Number(
      ((await (await send('/ota/updates', { firmware_id: 1 })).json()) as { id: number }).id,
    );
    await send(`/ota/updates/${id}/start`);
  });
  const progress = (part: number) =>
    send(`/ota/updates/${id}/node/42/progress`, { current_part: part, total_parts: 9 });
  const parts = async () => (await t.server.store.rows.nodes(id)).map((row) => row.current_part);

  it('dropStatus: the server never hears it, the client gets no answer', async () => {
    t.server.use(faults.dropStatus({ first: 1 }));
    await expect(progress(3)).rejects.toThrow('fetch failed');
    expect(await parts()).toEqual([]);
    expect((await progress(3)).status).toBe(200);
    expect(await parts()).toEqual([3]);
  });

  it('loseStatusAnswer: the server hears it twice, and counts it once', async () => {
    t.server.use(faults.loseStatusAnswer({ first: 1 }));
    await expect(progress(3)).rejects.toThrow('fetch failed');
    expect(await parts()).toEqual([3]);
    expect((await progress(3)).status).toBe(200);
    expect(await parts()).toEqual([3]);
  });

  it('status500: so many times, then it is taken', async () => {
    t.server.use(faults.status500(3));
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await progress(3)).status);
    expect(statuses).toEqual([500, 500, 500, 200]);
  });

  it('duplicateStatus: each is handled twice', async () => {
    const seen: string[] = [];
    t.server.use(
      http.post('*/progress', ({ request }) => {
        seen.push(request.method);
        return passthrough();
      }),
      faults.duplicateStatus(),
    );
    expect((await progress(4)).status).toBe(200);
    expect([seen.length, await parts()]).toEqual([2, [4]]);
  });

  it('reorderStatus: the first comes behind the second, and takes nothing back', async () => {
    const order: number[] = [];
    t.server.use(
      http.post('*/progress', async ({ request }) => {
        order.push(((await request.json()) as { current_part: number }).current_part);
        return passthrough();
      }),
      faults.reorderStatus({ first: 1, every: 1 }),
    );
    await expect(progress(3)).rejects.toThrow('fetch failed');
    expect(await parts()).toEqual([]);
    expect((await progress(7)).status).toBe(200);
    expect([order, await parts()]).toEqual([[7, 3], [7]]);
  });

  it('delayStatus: it comes with whatever is asked after its time, also past the end', async () => {
    t.server.use(faults.delayStatus(60, { first: 1 }));
    await expect(progress(3)).rejects.toThrow('fetch failed');
    t.clock.advance(30);
    await fetch(t.at('/ota/updates/pending'));
    expect(await parts()).toEqual([]);
    t.clock.advance(30);
    await fetch(t.at('/ota/updates/pending'));
    expect(await parts()).toEqual([3]);
  });
});

describe('row 19: success claimed, and not so', () => {
  it('complete without evidence is never counted as verified; a wrong MD5 is a 409', async () => {
    await t.server.reset();
    const firmware = await t.publish();
    await send('/ota/updates', { firmware_id: 1 });
    await send('/ota/updates/1/start');
    const claim = { status: 'completed', current_part: 9, total_parts: 9, confirmed: true };
    const wrong = await send('/ota/updates/1/node/42/progress', {
      ...claim,
      running_md5: '0'.repeat(32),
    });
    expect(wrong.status).toBe(409);
    const right = await send('/ota/updates/1/node/42/progress', {
      ...claim,
      running_md5: firmware.md5_hash,
    });
    expect(right.status).toBe(200);
    await send('/ota/updates', { firmware_id: 1, target_node_id: '7' });
    await send('/ota/updates/2/start');
    await send('/ota/updates/2/complete');
    const stock = await ask(t.at('/ota/updates/2'));
    expect(JSON.parse(stock.bytes.toString())).toMatchObject({
      status: 'completed',
      verified: false,
    });
  });
});
