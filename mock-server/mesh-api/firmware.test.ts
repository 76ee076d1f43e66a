import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testServer } from '../test-support.ts';

let t: Awaited<ReturnType<typeof testServer>>;
beforeEach(async () => {
  t = await testServer();
  await t.publish('1.1.0', 'pir');
  await t.publish('1.0.0', 'led');
  await t.publish('1.2.0', 'pir');
});
afterEach(() => t.server.close());

const remove = (id: number) => t.result(t.request(`/firmware/${id}`, { method: 'DELETE' }));

describe('firmware', () => {
  it('is listed newest first, and by type', async () => {
    const ids = async (query: string) =>
      (await t.result(t.request(`/firmware${query}`))).body.map((f: { id: number }) => f.id);
    expect(await ids('')).toEqual([3, 2, 1]);
    expect(await ids('?node_type=pir')).toEqual([3, 1]);
    expect(await ids('?node_type=dht')).toEqual([]);
    expect((await t.request('/firmware?node_type=../x')).status).toBe(422);
  });

  it('is shown in the fields of the contract', async () => {
    const { status, body } = await t.result(t.request('/firmware/1'));
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(
      [
        ...['id', 'node_type', 'version', 'hardware', 'filename', 'size_bytes', 'md5_hash'],
        ...['sha256', 'release_notes', 'is_stable', 'created_at'],
      ].sort(),
    );
    expect(body).toMatchObject({ is_stable: false, release_notes: null });
    expect((await t.request('/firmware/9')).status).toBe(404);
  });

  it('is deleted, and its id not given again', async () => {
    expect(await remove(3)).toEqual({ status: 204, body: undefined });
    expect((await remove(3)).status).toBe(404);
    expect((await t.request('/firmware/3/download')).status).toBe(404);
    expect((await t.publish('1.2.0', 'pir')).id).toBe(4);
  });

  it('is not served from memory once deleted', async () => {
    expect((await t.request('/firmware/1/download')).status).toBe(200);
    await remove(1);
    expect((await t.request('/firmware/1/download')).status).toBe(404);
  });

  it('stays while an update needs it', async () => {
    await t.post('/ota/updates', { firmware_id: 1 });
    const refused = await remove(1);
    expect(refused.status).toBe(409);
    expect(refused.body.detail).toContain('update 1 (pending)');
    await t.post('/ota/updates/1/start');
    expect((await remove(1)).status).toBe(409);
    await t.post('/ota/updates/1/complete');
    expect((await remove(1)).status).toBe(204);
    expect((await t.result(t.request('/ota/updates/1'))).body).toMatchObject({
      firmware_id: null,
      node_type: 'pir',
      version: '1.1.0',
      status: 'completed',
    });
  });
});
