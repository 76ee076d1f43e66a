import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createOtaServer, type OtaServerOptions } from '../create.ts';
import { deviceServer } from '../device-api/test-support.ts';
import { mintToken } from './mint.ts';

const JWT_SECRET = 'a secret of more than 32 bytes, for tests alone';
const KEYS = {
  adminToken: 'the-admin-token',
  gatewayKey: 'the-gateway-key',
  jwtSecret: JWT_SECRET,
};
const ADMIN = { authorization: 'Bearer the-admin-token' };
const DAY = 86_400;

let t: Awaited<ReturnType<typeof deviceServer>>;
afterEach(() => t.server.close());

async function start(options: OtaServerOptions = {}) {
  t = await deviceServer({ auth: KEYS, ...options }, ADMIN);
  await t.register({ version: '2.0.0' });
}

const seconds = () => t.clock.now() / 1000;
const mint = (id: number, ttl?: number) =>
  mintToken(JWT_SECRET, {
    role: 'device',
    id,
    now: seconds(),
    jti: `jti-${id}`,
    ...(ttl ? { ttl } : {}),
  });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const CHECK = { device_id: 7, device_type: 'scales', current_version: '1.0.0' };
const check = async (token: string, body: object = {}) =>
  t.send('POST', '/api/ota/check', { ...CHECK, ...body }, bearer(token));
/** A request without the administrator's credential. */
const get = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
  t.server.fetch(new Request(new URL(url, 'http://ota.test'), { headers, method }));

describe('a device', () => {
  it('speaks for itself alone', async () => {
    await start();
    const token = await mint(7);
    expect((await check(token)).status).toBe(200);
    expect(await check(token, { device_id: 8 })).toMatchObject({ status: 403 });
    const report = { device_id: 8, firmware_id: 1, status: 'success' };
    expect((await t.send('POST', '/api/ota/status', report, bearer(token))).status).toBe(403);
    expect((await t.log()).map((row) => row.device_id)).toEqual([7]);
  });

  it('is no administrator and no gateway, nor are they a device', async () => {
    await start();
    const token = await mint(7);
    expect((await t.send('GET', '/api/ota/admin/logs', undefined, bearer(token))).status).toBe(403);
    expect(
      (await t.send('GET', '/api/v1/ota/updates/pending', undefined, bearer(token))).status,
    ).toBe(403);
    expect((await t.send('POST', '/api/ota/check', CHECK)).status).toBe(403);
  });

  it('is told which check its token failed, never what stood in it', async () => {
    await start();
    const expired = await mint(7, 60);
    t.clock.advance(60 + 30);
    const answer = await check(expired);
    expect(answer).toMatchObject({
      status: 401,
      body: { detail: expect.stringMatching(/it has expired \(exp\)\.$/) },
    });
    expect(answer.headers.get('www-authenticate')).toBe(
      'Bearer realm="ota", error="invalid_token"',
    );
    expect(JSON.stringify(answer.body)).not.toContain(expired.split('.')[1]);
    const [header, payload] = (await mint(7)).split('.');
    const forged = await check(`${header}.${payload}.${'A'.repeat(43)}`);
    expect(forged.body.detail).toMatch(/its signature does not match\.$/);
  });

  it('renews its token, up to 30 days after it expired', async () => {
    await start();
    const renew = (token: string) => t.send('POST', '/api/ota/token', undefined, bearer(token));
    const old = await mint(7, 90 * DAY);
    t.clock.advance(119 * DAY);
    expect((await check(old)).status).toBe(401);
    const renewed = await renew(old);
    expect(renewed).toMatchObject({
      status: 200,
      body: { expires_at: '2026-07-29T00:00:00.000Z' },
    });
    expect((await check(renewed.body.token)).status).toBe(200);
    t.clock.advance(2 * DAY);
    expect(await renew(old)).toMatchObject({
      status: 401,
      body: { detail: expect.stringMatching(/too long ago/) },
    });
    const lasting = await renew(await mint(8));
    expect(lasting.body).toMatchObject({ expires_at: null });
    expect((await check(lasting.body.token, { device_id: 8 })).status).toBe(200);
    expect((await renew('the-admin-token')).status).toBe(403);
  });

  it('is shut out by its jti or as a whole, at once, and other processes see it in 5 s', async () => {
    await start();
    const [seven, eight] = [await mint(7), await mint(8)];
    expect((await check(seven)).status).toBe(200);
    await t.server.revoke({ jti: 'jti-7' });
    expect(await check(seven)).toMatchObject({
      status: 401,
      body: { detail: expect.stringMatching(/it was revoked\.$/) },
    });
    expect((await t.send('POST', '/api/ota/token', undefined, bearer(seven))).status).toBe(401);
    expect((await check(eight, { device_id: 8 })).status).toBe(200);
    const direct = { jti: null, device_id: 8, revoked_at: t.clock.now() };
    await t.server.store.db.insertInto('revoked_tokens').values(direct).execute();
    t.clock.advance(5);
    expect((await check(eight, { device_id: 8 })).status).toBe(401);
    expect((await check(await mint(8), { device_id: 8 })).status).toBe(200);
    await t.server.revoke({ deviceId: 8 });
    await t.server.revoke({ jti: 'jti-7' });
    expect((await check(await mint(8), { device_id: 8 })).status).toBe(401);
  });
});

describe('an administrator', () => {
  it('may have a JWT, which must expire', async () => {
    await start();
    const order = { role: 'admin', id: 'ann', now: seconds(), jti: 'ann-1' } as const;
    const token = await mintToken(JWT_SECRET, { ...order, ttl: 60 });
    const list = (given: string) =>
      t.send('GET', '/api/ota/admin/firmware', undefined, bearer(given));
    expect((await list(token)).status).toBe(200);
    expect((await t.send('GET', '/api/v1/firmware', undefined, bearer(token))).status).toBe(200);
    await t.server.revoke({ jti: 'ann-1' });
    expect((await list(token)).status).toBe(401);
  });
});

describe('a download', () => {
  it('needs a link, a device or an administrator', async () => {
    await start();
    const token = await mint(7);
    const { download_url } = (await check(token)).body;
    const plain = '/api/ota/download/1';
    expect((await get(plain)).status).toBe(401);
    expect((await get(plain, { 'x-api-key': KEYS.gatewayKey })).status).toBe(403);
    expect((await get(plain, bearer(token))).status).toBe(200);
    expect((await get(plain, ADMIN)).status).toBe(200);
    expect((await get(download_url)).status).toBe(200);
    expect((await get(download_url, {}, 'HEAD')).status).toBe(200);
    for (let i = 0; i < 5; i += 1) {
      expect((await get(download_url, { range: `bytes=${i * 100}-${i * 100 + 99}` })).status).toBe(
        206,
      );
    }
    expect((await get(download_url.replace('/1?', '/2?'))).status).toBe(401);
    expect((await get(download_url.replace('/1?', '/%31?'))).status).toBe(401);
    t.clock.advance(3600);
    const late = await get(download_url);
    expect(late.status).toBe(401);
    expect(((await late.json()) as { detail: string }).detail).toMatch(/the link has expired\.$/);
    expect((await get(download_url, ADMIN)).status).toBe(200);
  });

  it('leads to the CDN, the public address, or where the request came', async () => {
    const linkOf = async (options: OtaServerOptions, headers: Record<string, string> = {}) => {
      await start({ ...options, auth: 'open' });
      const { body } = await t.send('POST', '/api/ota/check', CHECK, headers);
      await t.server.close();
      return body.download_url.split('?')[0];
    };
    expect(await linkOf({})).toBe('http://ota.test/api/ota/download/1');
    expect(await linkOf({}, { host: '192.168.1.5:8000' })).toBe(
      'http://192.168.1.5:8000/api/ota/download/1',
    );
    expect(await linkOf({}, { host: 'evil.test/x?' })).toBe('http://ota.test/api/ota/download/1');
    expect(await linkOf({}, { 'x-forwarded-host': 'evil.test' })).toBe(
      'http://ota.test/api/ota/download/1',
    );
    expect(await linkOf({ publicUrl: 'https://ota.example:444/' }, { host: 'x' })).toBe(
      'https://ota.example:444/api/ota/download/1',
    );
    const cdn = { links: { baseUrl: 'https://cdn.example/ota/' } };
    expect(await linkOf({ ...cdn, publicUrl: 'https://ota.example' })).toBe(
      'https://cdn.example/ota/api/ota/download/1',
    );
    await expect(deviceServer({ links: { baseUrl: 'cdn.example' } })).rejects.toThrow(
      /is no base for links/,
    );
    await start();
  });
});

describe('options that make no sense', () => {
  it.each<[OtaServerOptions, RegExp]>([
    [{ auth: { jwtSecret: 'short' } }, /^The JWT secret has 5 bytes/],
    [{ links: { keys: [{ id: 'a', secret: 'short' }] } }, /^The secret of link key a/],
    [{ links: { baseUrl: 'ftp://cdn.example' } }, /is no base for links/],
    [{ proxies: ['nginx'] }, /is no proxy/],
    [{ limits: { perMinute: 0 } }, /^A rate limit needs/],
  ])('%j are refused before anything is opened', async (options, message) => {
    const dataDir = join(tmpdir(), `ota-never-made-${process.pid}`);
    await expect(createOtaServer({ ...options, dataDir })).rejects.toThrow(message);
    expect(existsSync(dataDir)).toBe(false);
    await start();
  });
});

describe('an open server', () => {
  it('asks nobody, but for administrators of contract A where it has their token', async () => {
    await start({ auth: { ...KEYS, open: true } });
    const status = async (method: string, path: string, body?: unknown) => {
      const init = { method, headers: { 'content-type': 'application/json' } };
      const request = body === undefined ? init : { ...init, body: JSON.stringify(body) };
      return (await t.server.fetch(new Request(`http://ota.test${path}`, request))).status;
    };
    expect(await status('POST', '/api/ota/check', CHECK)).toBe(200);
    expect(await status('GET', '/api/ota/download/1')).toBe(200);
    expect(await status('GET', '/api/v1/firmware')).toBe(200);
    expect(await status('GET', '/api/v1/ota/updates/pending')).toBe(200);
    expect(await status('DELETE', '/api/v1/firmware/9')).toBe(404);
    for (const route of t.server.routes.filter((r) => r.path.startsWith('/api/ota/admin'))) {
      expect(await status(route.method, route.path.replace(':id', '1'))).toBe(401);
    }
    expect(await status('GET', '/api/ota/admin/firmware')).toBe(401);
    expect((await t.send('GET', '/api/ota/admin/firmware')).status).toBe(200);
  });

  it('still holds a link to what it says', async () => {
    await start({ auth: 'open' });
    const { download_url } = (await t.send('POST', '/api/ota/check', CHECK)).body;
    expect((await get(download_url)).status).toBe(200);
    expect(
      (await get(download_url.replace(/.$/, (c: string) => (c === '0' ? '1' : '0')))).status,
    ).toBe(401);
    t.clock.advance(3601);
    expect((await get(download_url)).status).toBe(401);
    expect((await get('/api/ota/download/1')).status).toBe(200);
  });
});
