import { afterEach, describe, expect, it } from 'vitest';
import { mintToken } from '../auth/mint.ts';
import { deviceServer } from '../device-api/test-support.ts';
import { manualClock } from '../test-support.ts';
import { createRateLimiter } from './rate-limit.ts';

describe('createRateLimiter', () => {
  it('lets a burst through, then as many as the minute brings', () => {
    const clock = manualClock();
    const limiter = createRateLimiter({ perMinute: 6, burst: 3 }, clock);
    expect([1, 2, 3, 4].map(() => limiter.take('a'))).toEqual([0, 0, 0, 10]);
    expect(limiter.take('b')).toBe(0);
    clock.advance(4);
    expect(limiter.take('a')).toBe(6);
    clock.advance(6);
    expect([limiter.take('a'), limiter.take('a')]).toEqual([0, 10]);
    clock.advance(3600);
    expect([1, 2, 3, 4].map(() => limiter.take('a'))).toEqual([0, 0, 0, 10]);
  });

  it('keeps no client out for ever by a clock that goes back', () => {
    const clock = manualClock();
    const limiter = createRateLimiter({ perMinute: 60, burst: 1 }, clock);
    limiter.take('a');
    clock.advance(-3600);
    expect(limiter.take('a')).toBe(1);
    clock.advance(1);
    expect(limiter.take('a')).toBe(0);
  });

  it('counts the start of a download, not its later parts', () => {
    const limiter = createRateLimiter({ perMinute: 1, burst: 2 }, manualClock());
    expect(limiter.takeDownload('a', '/1', 'bytes=0-99')).toBe(0);
    for (let i = 1; i < 50; i += 1)
      expect(limiter.takeDownload('a', '/1', `bytes=${i}00-`)).toBe(0);
    // A part of a download that never began counts as its start; a suffix is no continuation.
    expect(limiter.takeDownload('a', '/2', 'bytes=100-')).toBe(0);
    expect(limiter.takeDownload('a', '/1', 'bytes=-5')).toBe(60);
    expect(limiter.takeDownload('a', '/1', null)).toBe(60);
    expect(limiter.takeDownload('a', '/1', 'bytes=7-')).toBe(0);
  });

  it('refuses limits that let nobody in', () => {
    for (const limits of [
      { perMinute: 0 },
      { perMinute: Number.NaN },
      { perMinute: 1, burst: 0 },
    ]) {
      expect(() => createRateLimiter(limits, manualClock())).toThrow(/^A rate limit needs/);
    }
  });
});

const SECRET = 'a secret of more than 32 bytes, for tests alone';
const ADMIN = { authorization: 'Bearer the-admin-token' };

describe('a limited server', () => {
  let t: Awaited<ReturnType<typeof deviceServer>>;
  afterEach(() => t.server.close());
  const start = async (burst: number) => {
    const auth = { adminToken: 'the-admin-token', gatewayKey: 'g', jwtSecret: SECRET };
    t = await deviceServer({ auth, limits: { perMinute: 6, burst } }, ADMIN);
  };
  const bearer = async (id: number) => ({
    authorization: `Bearer ${await mintToken(SECRET, { role: 'device', id })}`,
  });
  const check = (device_id: number, headers: Record<string, string>) =>
    t.send(
      'POST',
      '/api/ota/check',
      { device_id, device_type: 'scales', current_version: '1.0.0' },
      headers,
    );

  it('counts by device, so that none is held up by its neighbours', async () => {
    await start(4);
    await t.register({ version: '2.0.0' });
    const [seven, eight] = [await bearer(7), await bearer(8)];
    for (let i = 0; i < 4; i += 1) expect((await check(7, seven)).status).toBe(200);
    const limited = await check(7, seven);
    expect(limited).toMatchObject({
      status: 429,
      body: { detail: expect.stringMatching(/come back in 10 s/) },
    });
    expect(limited.headers.get('retry-after')).toBe('10');
    expect((await check(8, eight)).status).toBe(200);
    t.clock.advance(10);
    expect((await check(7, seven)).status).toBe(200);
  });

  it('holds up no download that has begun, no gateway’s report, no health check', async () => {
    await start(4);
    await t.register({ version: '2.0.0' });
    const { download_url } = (await check(7, await bearer(7))).body;
    const part = (range: string) =>
      t.server.fetch(new Request(download_url, { headers: { range } }));
    for (let i = 0; i < 30; i += 1)
      expect((await part(`bytes=${i * 100}-${i * 100 + 99}`)).status).toBe(206);
    const report = () =>
      t.send('POST', '/api/v1/ota/updates/1/start', undefined, { 'x-api-key': 'g' });
    for (let i = 0; i < 30; i += 1) expect((await report()).status).toBe(404);
    for (let i = 0; i < 30; i += 1) expect((await t.send('GET', '/health')).status).toBe(200);
  });

  it('limits guesses by address, and nobody with a good credential for them', async () => {
    await start(3);
    const guess = () => check(7, { authorization: 'Bearer a-guess' });
    expect([await guess(), await guess(), await guess()].map((a) => a.status)).toEqual([
      401, 401, 401,
    ]);
    expect((await guess()).status).toBe(429);
    expect((await check(7, await bearer(7))).status).toBe(200);
  });
});
