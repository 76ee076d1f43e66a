import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testServer } from '../test-support.ts';

let t: Awaited<ReturnType<typeof testServer>>;
let md5: string;
const OLD_MD5 = '0'.repeat(32);

const call = (path: string, body?: unknown, gateway = 'a') =>
  t.result(t.post(`/ota/updates/1${path}`, body, { 'x-gateway-id': gateway }));
const report = (node: string, body: Record<string, unknown>, gateway = 'a') =>
  call(`/node/${node}/progress`, { current_part: 5, total_parts: 5, ...body }, gateway);
const show = async () => (await t.result(t.request('/ota/updates/1'))).body;
const pending = async () => (await t.result(t.request('/ota/updates/pending'))).body.length;

beforeEach(async () => {
  t = await testServer({ leaseSeconds: 100 });
  md5 = String((await t.publish()).md5_hash);
  await t.post('/ota/updates', { firmware_id: 1 });
});
afterEach(() => t.server.close());

describe('start', () => {
  it('claims for one gateway; its owner may repeat it', async () => {
    expect(await call('/start')).toEqual({
      status: 200,
      body: {
        update_id: 1,
        status: 'in_progress',
        verified: false,
        error_message: null,
        lease_seconds: 100,
      },
    });
    expect((await call('/start', undefined, 'b')).status).toBe(409);
    expect((await call('/start')).status).toBe(200);
    expect(await pending()).toBe(0);
  });

  it('is atomic: one of many gateways gets it', async () => {
    const all = Array.from({ length: 10 }, (_, i) => call('/start', undefined, `gw${i}`));
    const won = (await Promise.all(all)).filter((a) => a.status === 200);
    expect(won).toHaveLength(1);
  });

  it('tells gateways without an id apart by key and address', async () => {
    const from = (address: string, key: string) =>
      t.server.fetch(
        new Request('http://ota.test/api/v1/ota/updates/1/start', {
          method: 'POST',
          headers: { 'x-api-key': key },
        }),
        { address },
      );
    expect((await from('10.0.0.1', 'k')).status).toBe(200);
    expect((await from('10.0.0.1', 'k')).status).toBe(200);
    expect((await from('10.0.0.2', 'k')).status).toBe(409);
    expect((await from('10.0.0.1', 'other')).status).toBe(409);
    const owner = (await t.server.store.rows.updates())[0]?.lease_owner;
    expect(owner).toMatch(/^key:[0-9a-f]{8}@10\.0\.0\.1$/);
  });

  it('refuses an X-Gateway-Id that is no name', async () => {
    expect((await call('/start', undefined, 'x'.repeat(65))).status).toBe(422);
    expect((await call('/start', undefined, 'a b')).status).toBe(422);
  });
});

describe('lease', () => {
  it('makes a silent gateway’s update pending again, for another', async () => {
    await call('/start');
    t.clock.advance(99);
    expect(await pending()).toBe(0);
    t.clock.advance(1);
    expect(await pending()).toBe(1);
    expect((await show()).status).toBe('pending');
    expect((await call('/start', undefined, 'b')).status).toBe(200);
    expect((await report('7', {})).status).toBe(409);
  });

  it('is renewed by every report', async () => {
    await call('/start');
    for (let i = 0; i < 5; i += 1) {
      t.clock.advance(90);
      expect((await report('7', { current_part: i })).status).toBe(200);
    }
    expect((await show()).status).toBe('in_progress');
    expect((await show()).started_at).toBe('2026-01-01T00:00:00.000Z');
  });

  it('keeps node rows, and the results of a gateway that was only slow', async () => {
    await call('/start');
    await report('7', { status: 'rebooting' });
    t.clock.advance(1000);
    expect(await pending()).toBe(1);
    await report('7', { running_md5: md5, confirmed: true });
    expect((await show()).nodes).toMatchObject([{ node_id: '7', status: 'completed' }]);
    expect((await call('/complete')).body).toMatchObject({ status: 'completed', verified: true });
  });
});

describe('complete', () => {
  it('is verified when every reported node runs and confirmed the image', async () => {
    await call('/start');
    for (const node of ['11', '12']) {
      await report(node, { status: 'pending', current_part: 0 });
      await report(node, { status: 'downloading' });
      await report(node, { status: 'rebooting' });
    }
    await report('11', { status: 'completed', running_md5: md5, confirmed: true });
    const early = await call('/complete');
    expect(early.status).toBe(409);
    expect(early.body.detail).toContain('12');
    await report('12', { status: 'completed', running_md5: md5.toUpperCase(), confirmed: true });
    t.clock.advance(5);
    expect(await call('/complete')).toMatchObject({
      status: 200,
      body: { status: 'completed', verified: true },
    });
    expect(await show()).toMatchObject({
      status: 'completed',
      verified: true,
      completed_at: '2026-01-01T00:00:05.000Z',
      nodes: [
        { node_id: '11', status: 'completed', current_part: 5, total_parts: 5, running_md5: md5 },
        { node_id: '12', status: 'completed' },
      ],
    });
  });

  it('is never completed when a node rolled back: failed, naming it', async () => {
    await call('/start');
    await report('11', { status: 'completed', running_md5: md5, confirmed: true });
    await report('12', { status: 'rolled_back', running_md5: OLD_MD5, error_message: 'crash' });
    expect(await call('/complete')).toMatchObject({
      status: 200,
      body: { status: 'failed', verified: false },
    });
    const update = await show();
    expect(update.error_message).toBe('1 of 2 nodes do not run 1.1.0; rolled back: 12');
    expect(update.nodes[1]).toMatchObject({ status: 'rolled_back', error_message: 'crash' });
    expect(await call('/complete')).toMatchObject({ status: 200, body: { status: 'failed' } });
  });

  it('is not verified on a stock gateway’s word, and not offered again', async () => {
    const stock = (what: string) =>
      t.result(t.request(`/ota/updates/1/${what}`, { method: 'POST', body: '' }));
    expect((await stock('start')).status).toBe(200);
    expect((await stock('complete')).status).toBe(200);
    expect(await show()).toMatchObject({ status: 'completed', verified: false, nodes: [] });
    t.clock.advance(10_000);
    expect(await pending()).toBe(0);
  });

  it('counts for a gateway whose start was lost', async () => {
    expect((await call('/complete')).body).toMatchObject({ status: 'completed', verified: false });
    expect((await show()).started_at).not.toBeNull();
  });

  it('is refused from another gateway', async () => {
    await call('/start');
    expect((await call('/complete', undefined, 'b')).status).toBe(409);
    expect((await call('/fail', {}, 'b')).status).toBe(409);
    expect((await show()).status).toBe('in_progress');
  });
});

describe('fail', () => {
  it('keeps the reason, from the body or from the query', async () => {
    await call('/start');
    expect((await call('/fail', { error_message: 'no taker' })).body).toMatchObject({
      status: 'failed',
      error_message: 'no taker',
    });
    await t.post('/ota/updates', { firmware_id: 1 });
    const query = await t.result(
      t.post('/ota/updates/2/fail?error_message=Failed%20to%20offer%20update%20via%20mesh'),
    );
    expect(query.body.error_message).toBe('Failed to offer update via mesh');
  });

  it('is final: later words change nothing', async () => {
    await call('/start');
    await report('7', { status: 'downloading', current_part: 3 });
    await call('/fail', { error_message: 'first' });
    const rows = await t.server.store.rows.updates();
    expect((await call('/complete')).body).toMatchObject({ status: 'failed' });
    expect((await call('/fail', { error_message: 'second' })).body.error_message).toBe('first');
    expect((await call('/start')).status).toBe(409);
    expect((await report('7', { running_md5: md5, confirmed: true })).status).toBe(200);
    expect((await report('8', { running_md5: md5, confirmed: true })).status).toBe(409);
    expect(await t.server.store.rows.updates()).toEqual(rows);
    expect((await show()).nodes).toMatchObject([{ status: 'downloading', current_part: 3 }]);
  });
});

describe('progress', () => {
  beforeEach(() => call('/start'));

  it('answers what stands', async () => {
    expect(await report('7', { current_part: 2, running_version: '1.0.0' })).toEqual({
      status: 200,
      body: {
        update_id: 1,
        node_id: '7',
        status: 'downloading',
        current_part: 2,
        total_parts: 5,
        running_version: '1.0.0',
        running_md5: null,
        error_message: null,
        started_at: '2026-01-01T00:00:00.000Z',
        completed_at: null,
      },
    });
    expect(await t.server.store.rows.nodes(1)).toHaveLength(1);
  });

  it('takes any name of ten characters for a node, and no longer one', async () => {
    expect((await report(encodeURIComponent('äöü/%? 789'), {})).body.node_id).toBe('äöü/%? 789');
    expect((await report('12345678901', {})).status).toBe(422);
    expect((await report('a%00b', {})).status).toBe(422);
  });

  it.each([
    [{ status: 'done' }, 'status'],
    [{ current_part: -1 }, 'current_part'],
    [{ current_part: '1' }, 'current_part'],
    [{ current_part: 6 }, 'current_part'],
    [{ total_parts: 0 }, 'total_parts'],
    [{ running_md5: 'xyz' }, 'running_md5'],
    [{ confirmed: 'valid' }, 'confirmed'],
  ])('refuses %j', async (body, path) => {
    const answer = await report('7', body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((e: { path: string }) => e.path)).toContain(path);
    expect(await t.server.store.rows.nodes()).toEqual([]);
  });

  it('refuses completed without proof, and leaves the row alone', async () => {
    await report('7', { status: 'downloading', current_part: 4 });
    const rows = await t.server.store.rows.nodes();
    for (const evidence of [{}, { running_md5: OLD_MD5, confirmed: true }, { running_md5: md5 }]) {
      expect((await report('7', { status: 'completed', ...evidence })).status).toBe(409);
    }
    expect(await t.server.store.rows.nodes()).toEqual(rows);
  });

  it('obeys a single target', async () => {
    await call('/complete');
    await t.post('/ota/updates', { firmware_id: 1, target_node_id: '42' });
    const body = { current_part: 1, total_parts: 5 };
    expect((await t.post('/ota/updates/2/node/43/progress', body)).status).toBe(422);
    expect((await t.post('/ota/updates/2/node/42/progress', body)).status).toBe(200);
  });

  it('loses nothing among reports at the same time', async () => {
    const reports = Array.from({ length: 40 }, (_, i) =>
      report(`n${i % 4}`, { current_part: Math.floor(i / 8) }),
    );
    expect((await Promise.all(reports)).every((a) => a.status === 200)).toBe(true);
    const rows = await t.server.store.rows.nodes(1);
    expect(rows.map((r) => [r.node_id, r.current_part]).sort()).toEqual([
      ['n0', 4],
      ['n1', 4],
      ['n2', 4],
      ['n3', 4],
    ]);
  });
});
