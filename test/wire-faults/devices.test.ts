import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mintToken } from '../../mock-server/auth/mint.ts';
import { deviceServer, imageOf } from '../../mock-server/device-api/test-support.ts';
import { faults } from '../../mock-server/index.ts';

const JWT_SECRET = 'bench-'.repeat(8);
const ADMIN = 'a'.repeat(32);
const admin = { authorization: `Bearer ${ADMIN}` };

let t: Awaited<ReturnType<typeof deviceServer>>;
let token: Record<string, string>;
beforeEach(async () => {
  t = await deviceServer({ auth: { adminToken: ADMIN, jwtSecret: JWT_SECRET } }, admin);
  await t.register({ version: '2.0.0' });
  const now = t.clock.now() / 1000;
  const jwt = await mintToken(JWT_SECRET, { role: 'device', id: 7, ttl: 3600, now });
  token = { authorization: `Bearer ${jwt}` };
});
afterEach(() => t.server.close());

const ask = { device_id: 7, device_type: 'scales' };
const check = (current_version: string) =>
  t.send('POST', '/api/ota/check', { ...ask, current_version }, token);
const report = (status: string, log_id: unknown) =>
  t.send('POST', '/api/ota/status', { device_id: 7, firmware_id: 1, status, log_id }, token);
const statuses = async () => (await t.log()).map((row) => row.status);
const get = (url: string) => t.server.fetch(new Request(url, { redirect: 'manual' }));

describe('credentials on a clock that is wrong', () => {
  it('clockSkew: a device token has expired for a server two days ahead, and only for that device', async () => {
    t.server.use(faults.clockSkew(2 * 86_400, { device: 7 }));
    const refused = await check('1.0.0');
    expect([refused.status, refused.body.detail]).toEqual([401, expect.stringMatching(/expired/)]);
    expect((await t.send('GET', '/api/ota/admin/firmware')).status).toBe(200);
    t.server.faults.clear();
    expect((await check('1.0.0')).status).toBe(200);
  });

  it('clockSkew and expiringLink: a signed link ends in the middle of a download', async () => {
    const { download_url } = (await check('1.0.0')).body;
    const range = (first: number) =>
      t.server.fetch(
        new Request(download_url, { headers: { range: `bytes=${first}-${first + 99}` } }),
      );
    expect((await range(0)).status).toBe(206);
    t.server.use(faults.clockSkew(7200, { route: 'download' }));
    expect((await range(100)).status).toBe(401);
    t.server.faults.clear();
    t.server.use(faults.expiringLink(1));
    expect([(await range(100)).status, (await range(200)).status]).toEqual([206, 403]);
    t.clock.advance(5);
    const fresh = (await check('1.0.0')).body.download_url;
    expect([fresh === download_url, (await get(fresh)).status]).toEqual([false, 200]);
  });

  it('redirectChain: a signed link keeps its signature through all hops', async () => {
    const { download_url } = (await check('1.0.0')).body;
    t.server.use(faults.redirectChain(3, { location_bytes: 2000 }));
    let answer = await get(download_url);
    let hops = 0;
    for (; answer.status === 302; hops++) answer = await get(answer.headers.get('location')!);
    expect([hops, answer.status]).toEqual([3, 200]);
    const image = imageOf('2.0.0', 'scales');
    expect(Buffer.from(await answer.bytes()).equals(image)).toBe(true);
  });
});

describe('rows 17 to 19 under contract A', () => {
  it('a shed download is no failed attempt: the same offer, the same row', async () => {
    const first = (await check('1.0.0')).body;
    await report('downloading', first.log_id);
    t.server.use(faults.shedDownloads({ status: 429 }, { first: 3 }));
    for (let i = 0; i < 3; i++) expect((await get(first.download_url)).status).toBe(429);
    expect(await statuses()).toEqual(['downloading']);
    expect((await check('1.0.0')).body).toMatchObject({
      update_available: true,
      log_id: first.log_id,
    });
    expect((await get(first.download_url)).status).toBe(200);
  });

  it('lost answers, doubles and late reports leave one row, and it ends by the last check', async () => {
    const { log_id } = (await check('1.0.0')).body;
    t.server.use(
      faults.duplicateStatus(3, { route: 'status' }),
      faults.loseStatusAnswer({ route: 'status', first: 1 }),
      faults.delayStatus(30, { route: 'status', after: 1, first: 1 }),
    );
    await expect(report('downloading', log_id)).rejects.toThrow('Failed to fetch');
    await expect(report('downloading', log_id)).rejects.toThrow('Failed to fetch');
    expect((await report('success', log_id)).body.status).toBe('success');
    t.clock.advance(60);
    expect((await check('2.0.0')).body.update_available).toBe(false);
    const [row, ...others] = await t.log();
    expect([row?.status, row?.confirmed_at, others]).toEqual(['success', t.clock.now(), []]);
  });

  it('success claimed, and the old version heard again: rolled back', async () => {
    const { log_id } = (await check('1.0.0')).body;
    await report('success', log_id);
    expect((await t.log())[0]).toMatchObject({ status: 'success', confirmed_at: null });
    await check('1.0.0');
    expect((await statuses())[0]).toBe('rolled_back');
  });

  it('a fault for one device leaves the others alone', async () => {
    t.server.use(faults.html200({ device: 8 }));
    expect((await check('1.0.0')).body.update_available).toBe(true);
    const other = { ...ask, device_id: 8, current_version: '1.0.0' };
    expect((await t.send('POST', '/api/ota/check', other)).body).toMatch('<!DOCTYPE html>');
  });
});
