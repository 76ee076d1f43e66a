import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OtaServer } from '../create.ts';
import { testServer } from '../test-support.ts';
import type { Access } from './guard.ts';

const ADMIN = { authorization: 'Bearer the-admin-token' };
const GATEWAY = { 'x-api-key': 'the-gateway-key' };
const auth = { adminToken: 'the-admin-token', gatewayKey: 'the-gateway-key' };

let server: OtaServer;
beforeAll(async () => {
  ({ server } = await testServer({ auth }));
});
afterAll(() => server.close());

const send = (method: string, path: string, headers: Record<string, string> = {}) =>
  server.fetch(new Request(`http://ota.test${path.replace(/:\w+/g, '1')}`, { method, headers }));
/** Whether a request got past the guard: then the route itself speaks. */
const refused = (status: number) => status === 401 || status === 403;

const ALLOWED: Record<Exclude<Access, 'public'>, { admin: boolean; gateway: boolean }> = {
  admin: { admin: true, gateway: false },
  gateway: { admin: false, gateway: true },
  read: { admin: true, gateway: true },
  device: { admin: false, gateway: false },
  download: { admin: true, gateway: false },
  renewal: { admin: false, gateway: false },
};

describe('credentials', () => {
  it('are asked for by every route, and given to the right callers', async () => {
    expect(server.routes.length).toBeGreaterThan(12);
    for (const { method, path, access } of server.routes) {
      const nobody = await send(method, path);
      if (access === 'public') {
        expect([path, refused(nobody.status)]).toEqual([path, false]);
        continue;
      }
      expect([method, path, nobody.status]).toEqual([method, path, 401]);
      expect(nobody.headers.get('www-authenticate')).toMatch(/realm="ota"/);
      expect(nobody.headers.get('content-type')).toBe('application/problem+json');
      const admin = await send(method, path, ADMIN);
      expect([path, refused(admin.status)]).toEqual([path, !ALLOWED[access].admin]);
      const gateway = await send(method, path, GATEWAY);
      expect([path, refused(gateway.status)]).toEqual([path, !ALLOWED[access].gateway]);
    }
  });

  it.each<Record<string, string>>([
    { authorization: 'Bearer wrong' },
    { authorization: 'Bearer ' },
    { authorization: 'the-admin-token' },
    { authorization: 'Basic dGhlLWFkbWluLXRva2Vu' },
    { 'x-api-key': 'the-admin-token' },
    { 'x-api-key': '' },
    { authorization: 'Bearer the-gateway-key' },
  ])('%j is no credential', async (headers) => {
    const response = await send('GET', '/api/v1/firmware', headers);
    expect(response.status).toBe(401);
    expect(await response.text()).not.toMatch(/the-admin-token|the-gateway-key|wrong/);
  });

  it('of another role are 403', async () => {
    expect((await send('POST', '/api/v1/ota/updates', GATEWAY)).status).toBe(403);
    expect((await send('POST', '/api/v1/ota/updates/1/start', ADMIN)).status).toBe(403);
  });

  it('that are not configured open nothing', async () => {
    const { server: half } = await testServer({ auth: { gatewayKey: 'k' } });
    const request = (headers: Record<string, string>) =>
      half.fetch(new Request('http://ota.test/api/v1/firmware/1', { method: 'DELETE', headers }));
    expect((await request({ authorization: 'Bearer undefined' })).status).toBe(401);
    expect((await request({ 'x-api-key': 'k' })).status).toBe(403);
    await half.close();
  });
});
