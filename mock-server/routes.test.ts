import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testServer } from './test-support.ts';

let t: Awaited<ReturnType<typeof testServer>>;
beforeAll(async () => {
  t = await testServer();
  await t.publish();
  await t.post('/ota/updates', { firmware_id: 1 });
});
afterAll(() => t.server.close());

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const concrete = (path: string) => path.replace(/:\w+/g, '1');
const send = (method: string, path: string, init: RequestInit = {}) =>
  t.server.fetch(new Request(`http://ota.test${concrete(path)}`, { ...init, method }));

async function expectProblem(response: Response, status: number) {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const body = (await response.json()) as Record<string, unknown>;
  expect(body).toMatchObject({ type: 'about:blank', status });
  expect(body.title).toEqual(expect.any(String));
  expect(body.detail).toMatch(/\S{3}.*[.;]|\S+: /);
  return body;
}

describe('every route', () => {
  it('answers 405 with Allow to every method that it does not serve', async () => {
    const paths = [...new Set(t.server.routes.map((r) => r.path))];
    for (const path of paths) {
      const served = new Set<string>(
        // A path may be that of a fixed route and match a pattern too: both count.
        t.server.routes
          .filter((r) => new RegExp(`^${r.path.replace(/:\w+/g, '[^/]+')}$`).test(concrete(path)))
          .flatMap((r) => (r.method === 'GET' ? ['GET', 'HEAD'] : [r.method])),
      );
      for (const method of METHODS.filter((m) => !served.has(m))) {
        const response = await send(method, path);
        const allow = response.headers.get('allow')?.split(', ').sort();
        expect([path, method, response.status]).toEqual([path, method, 405]);
        expect(allow).toEqual([...served].sort());
      }
    }
  });

  const bodies: [string, RequestInit, (form: boolean) => number][] = [
    ['a body of another type', { body: 'x', headers: { 'content-type': 'text/plain' } }, () => 415],
    [
      'broken JSON',
      { body: '{"a":', headers: { 'content-type': 'application/json' } },
      (form) => (form ? 415 : 400),
    ],
    [
      'JSON that is not UTF-8',
      { body: Uint8Array.of(0x22, 0xff, 0x22), headers: { 'content-type': 'application/json' } },
      (form) => (form ? 415 : 400),
    ],
    [
      'JSON of another shape',
      { body: '[1]', headers: { 'content-type': 'application/json; charset=utf-8' } },
      (form) => (form ? 415 : 422),
    ],
    [
      'a JSON body without end',
      { body: '"'.padEnd(70_000, 'x'), headers: { 'content-type': 'application/json' } },
      (form) => (form ? 415 : 413),
    ],
    ['a form', { body: new URLSearchParams({ a: 'b' }) }, () => 415],
  ];

  it.each(bodies)('that takes a body refuses %s', async (_name, init, status) => {
    const takers = t.server.routes.filter((r) => r.request.body);
    expect(takers).toHaveLength(11);
    for (const { method, path, request } of takers) {
      const form = request.body?.type === 'multipart/form-data';
      await expectProblem(await send(method, path, init), status(form));
    }
    expect((await t.server.store.rows.updates()).map((u) => u.status)).toEqual(['pending']);
  });

  it.each(['0', '-1', '1.5', 'x', '1e3', '99999999999999999999', '%00', '%E0%A4%A', '..%2f1'])(
    'with an id refuses %s',
    async (id) => {
      for (const { method, path } of t.server.routes.filter((r) => r.path.includes(':id'))) {
        const url = path.replace(':id', id).replace(':node_id', '1');
        const init = { method, headers: { 'content-type': 'application/json' } };
        const response = await t.server.fetch(new Request(`http://ota.test${url}`, init));
        expect([url, response.status]).toEqual([url, expect.toBeOneOf([404, 422])]);
        await expectProblem(response, response.status);
      }
    },
  );
});

describe('elsewhere', () => {
  it.each(['/', '/api', '/api/v1', '/api/v1/firmware/', '/api/v1/firmware/1/', '/API/v1/firmware'])(
    '%s is 404',
    async (path) => {
      for (const method of ['GET', 'POST', 'DELETE']) {
        await expectProblem(await send(method, path), 404);
      }
    },
  );
});
