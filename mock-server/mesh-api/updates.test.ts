import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testServer } from '../test-support.ts';

let t: Awaited<ReturnType<typeof testServer>>;
const create = (order: unknown, query = '') => t.result(t.post(`/ota/updates${query}`, order));
const show = async (id: number) => (await t.result(t.request(`/ota/updates/${id}`))).body;

beforeEach(async () => {
  t = await testServer();
  await t.publish('1.1.0');
});
afterEach(() => t.server.close());

describe('POST /ota/updates', () => {
  it('opens an update that a gateway sees', async () => {
    const response = await t.post('/ota/updates', { firmware_id: 1, extra: 'ignored' });
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe('/api/v1/ota/updates/1');
    expect(await response.json()).toEqual({
      id: 1,
      firmware_id: 1,
      node_type: 'pir',
      version: '1.1.0',
      hardware: 'ESP32',
      target_node_id: null,
      target_node_type: 'pir',
      status: 'pending',
      verified: false,
      force_update: false,
      error_message: null,
      created_at: '2026-01-01T00:00:00.000Z',
      started_at: null,
      completed_at: null,
      nodes: [],
    });
    const row = (await t.server.store.rows.firmware())[0]!;
    expect((await t.result(t.request('/ota/updates/pending'))).body).toEqual([
      {
        update_id: 1,
        firmware_id: 1,
        node_type: 'pir',
        version: '1.1.0',
        hardware: 'ESP32',
        md5: row.md5_hash,
        sha256: row.sha256,
        num_parts: Math.ceil(row.size_bytes / 1024),
        part_size: 1024,
        size_bytes: row.size_bytes,
        target_node_id: null,
        force: false,
      },
    ]);
  });

  it('names a firmware that is not there, and a type that is not its own', async () => {
    expect(await create({ firmware_id: 9 })).toMatchObject({ status: 404 });
    const wrong = await create({ firmware_id: 1, target_node_type: 'led' });
    expect(wrong).toMatchObject({ status: 422, body: { errors: [{ path: 'target_node_type' }] } });
    expect((await create({ firmware_id: 1, target_node_type: 'pir' })).status).toBe(201);
  });

  it.each([
    [{ firmware_id: '1' }, 'firmware_id'],
    [{ firmware_id: 1.5 }, 'firmware_id'],
    [{}, 'firmware_id'],
    [{ firmware_id: 1, force_update: 'yes' }, 'force_update'],
    [{ firmware_id: 1, target_node_id: '12345678901' }, 'target_node_id'],
    [{ firmware_id: 1, target_node_id: 7 }, 'target_node_id'],
    [[], 'body'],
    [null, 'body'],
  ])('refuses wrong types: %j', async (order, path) => {
    const answer = await create(order);
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((e: { path: string }) => e.path)).toContain(path);
    expect(await t.server.store.rows.updates()).toEqual([]);
  });

  it('keeps one offer a role, hardware and target', async () => {
    await t.publish('1.2.0');
    await t.publish('1.0.0', 'led');
    expect((await create({ firmware_id: 1 })).status).toBe(201);
    const second = await create({ firmware_id: 2 });
    expect(second.status).toBe(409);
    expect(second.body.detail).toContain('supersede=true');
    expect((await create({ firmware_id: 2, target_node_id: '77' })).status).toBe(201);
    expect((await create({ firmware_id: 3 })).status).toBe(201);
  });

  it('supersedes on demand, even what is in progress', async () => {
    await t.publish('1.2.0');
    await create({ firmware_id: 1 });
    await t.post('/ota/updates/1/start');
    expect((await create({ firmware_id: 2 }, '?supersede=true')).status).toBe(201);
    expect(await show(1)).toMatchObject({
      status: 'cancelled',
      error_message: 'superseded by update 2',
    });
    expect((await t.post('/ota/updates/1/complete')).status).toBe(409);
    expect((await create({ firmware_id: 1 }, '?supersede=maybe')).status).toBe(422);
  });

  it('supersedes nothing that ends in the same moment: its end stands', async () => {
    await t.publish('1.2.0');
    await create({ firmware_id: 1 });
    let superseding: ReturnType<typeof create> | undefined;
    await t.server.store.db.transaction().execute(async (trx) => {
      const end = { status: 'completed', verified: 1, open_key: null } as const;
      await trx.updateTable('ota_updates').set(end).where('id', '=', 1).execute();
      superseding = create({ firmware_id: 2 }, '?supersede=true');
      await new Promise((resolve) => setTimeout(resolve, 200));
    });
    expect((await superseding)?.status).toBe(201);
    expect(await show(1)).toMatchObject({ status: 'completed', verified: true });
  });

  it('opens exactly one of many at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => create({ firmware_id: 1 })));
    expect(answers.map((a) => a.status).sort()).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
    expect(await t.server.store.rows.updates()).toHaveLength(1);
  });
});

describe('lists', () => {
  it('shows updates newest first and by status', async () => {
    await create({ firmware_id: 1 });
    await create({ firmware_id: 1, target_node_id: '7' });
    await t.post('/ota/updates/1/start');
    const ids = async (query: string) =>
      (await t.result(t.request(`/ota/updates${query}`))).body.map((u: { id: number }) => u.id);
    expect(await ids('')).toEqual([2, 1]);
    expect(await ids('?status=pending')).toEqual([2]);
    expect(await ids('?status=in_progress')).toEqual([1]);
    expect(await ids('?status=completed')).toEqual([]);
    expect((await t.request('/ota/updates?status=done')).status).toBe(422);
  });

  it('offers the oldest first', async () => {
    await create({ firmware_id: 1, target_node_id: '9' });
    await create({ firmware_id: 1 });
    const pending = (await t.result(t.request('/ota/updates/pending'))).body;
    expect(pending.map((u: { target_node_id: string }) => u.target_node_id)).toEqual(['9', null]);
  });
});

describe('DELETE /ota/updates/{id}', () => {
  const cancel = (id: number, query = '') =>
    t.result(t.request(`/ota/updates/${id}${query}`, { method: 'DELETE' }));

  it('cancels a pending update, once', async () => {
    await create({ firmware_id: 1 });
    expect(await cancel(1)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    expect((await cancel(1)).status).toBe(409);
    expect((await t.result(t.request('/ota/updates/pending'))).body).toEqual([]);
    expect((await create({ firmware_id: 1 })).status).toBe(201);
  });

  it('stops one in progress only with abort', async () => {
    await create({ firmware_id: 1 });
    await t.post('/ota/updates/1/start');
    expect((await cancel(1)).status).toBe(409);
    expect((await cancel(1, '?abort=true')).status).toBe(200);
    const late = await t.post('/ota/updates/1/node/7/progress', {
      current_part: 1,
      total_parts: 5,
    });
    expect(late.status).toBe(409);
    expect(await t.server.store.rows.nodes()).toEqual([]);
  });

  it('knows no update 9', async () => {
    expect((await cancel(9)).status).toBe(404);
    expect((await t.request('/ota/updates/9')).status).toBe(404);
  });
});
