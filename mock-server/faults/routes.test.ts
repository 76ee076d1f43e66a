import { afterEach, describe, expect, it } from 'vitest';
import { faults, type Listening, type OtaServer, serve } from '../index.ts';
import { testServer } from '../test-support.ts';

let server: OtaServer;
let listening: Listening | undefined;
afterEach(async () => {
  await listening?.close();
  listening = undefined;
  await server.close();
});

async function start(options: Parameters<typeof testServer>[0] = {}) {
  const t = await testServer(options);
  server = t.server;
  await t.publish().catch(() => {});
  listening = await serve(server);
  const call = async (path: string, method = 'GET', body?: unknown, headers = {}) => {
    const answer = await fetch(listening!.url + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  return { ...t, call };
}

describe('/__faults', () => {
  it('arms, lists with counts, and clears', async () => {
    const { call } = await start({ faults: true });
    const plan = { name: 'mine', count: { first: 1 }, do: [{ fault: 'shed', status: 429 }] };
    const armed = await call('/__faults', 'POST', { ...plan, when: { route: 'download' } });
    expect(armed).toMatchObject({ status: 201, body: [{ id: 1, seen: 0, applied: 0 }] });
    const more = await call('/__faults', 'POST', [faults.gzip(), faults.html200({ path: '/x' })]);
    expect(more.body.map((one: { id: number }) => one.id)).toEqual([2, 3]);
    expect((await call('/api/v1/firmware/1/download')).status).toBe(429);
    const listed = await call('/__faults');
    expect(listed.body).toMatchObject([
      { id: 1, seen: 1, applied: 1, plan: { name: 'mine', when: { route: 'download' } } },
      { id: 2, seen: 1, applied: 1 },
      { id: 3, seen: 0, applied: 0 },
    ]);
    expect((await call('/__faults/2', 'DELETE')).status).toBe(204);
    expect((await call('/__faults/2', 'DELETE')).status).toBe(404);
    expect((await call('/__faults', 'DELETE')).status).toBe(204);
    expect((await call('/__faults')).body).toEqual([]);
  });

  it('cannot be cut off by a plan for everything', async () => {
    const { call } = await start({ faults: true });
    await call('/__faults', 'POST', faults.resetPeer());
    await expect(call('/api/v1/firmware')).rejects.toThrow('fetch failed');
    expect((await call('/__faults')).body).toMatchObject([{ applied: 1 }]);
    expect((await call('/__faults', 'DELETE')).status).toBe(204);
    expect((await call('/api/v1/firmware')).status).toBe(200);
  });

  it('refuses what is no plan, field by field, and arms nothing of it', async () => {
    const { call } = await start({ faults: true });
    const bad = await call('/__faults', 'POST', { do: [{ fault: 'drip', bytes: -1 }] });
    expect(bad.status).toBe(422);
    expect(bad.body.detail).toContain('bytes');
    const list = [faults.gzip(), { do: [] }];
    expect((await call('/__faults', 'POST', list)).status).toBe(422);
    expect((await call('/__faults')).body).toEqual([]);
  });

  it("is the admin's, and is there only when asked for", async () => {
    const closed = await start({
      faults: true,
      auth: { adminToken: 'a'.repeat(32), gatewayKey: 'k' },
    });
    expect((await closed.call('/__faults')).status).toBe(401);
    const admin = { authorization: `Bearer ${'a'.repeat(32)}` };
    expect((await closed.call('/__faults', 'GET', undefined, admin)).status).toBe(200);
    await listening?.close();
    await server.close();
    const without = await start();
    expect((await without.call('/__faults')).status).toBe(404);
  });

  it('stands in the API document', async () => {
    const { call } = await start({ faults: true });
    const { body } = await call('/openapi.json');
    expect(Object.keys(body.paths['/__faults'])).toEqual(
      expect.arrayContaining(['get', 'post', 'delete']),
    );
    expect(JSON.stringify(body.paths['/__faults'].post)).toContain('ignore_range');
  });
});
