import { afterEach, expect, test, vi } from 'vitest';
import { createOtaServer, type OtaServer } from '../../../mock-server/index.ts';
import { serverRows, sinceChanged } from './server-rows.ts';

let server: OtaServer | undefined;
afterEach(() => server?.close());

const upload = (version: string) => {
  const body = new FormData();
  body.set('node_type', 'pir');
  body.set('version', version);
  body.set('allow_raw', 'true');
  body.set('file', new Blob([`image ${version}`]), 'pir.bin');
  const request = new Request('http://ota.test/api/v1/firmware/upload', { method: 'POST', body });
  return server!.fetch(request);
};

test('tables are read again when a row has changed, and only then', async () => {
  server = await createOtaServer();
  const rows = serverRows(server);
  const before = await rows.firmware();
  expect(before).toEqual([]);
  expect(await rows.firmware()).toBe(before);
  expect((await server.fetch(new Request('http://ota.test/api/v1/firmware'))).status).toBe(200);
  expect(await rows.firmware()).toBe(before);
  expect((await upload('1.0.0')).status).toBe(201);
  expect(await rows.firmware()).toMatchObject([{ version: '1.0.0' }]);
  await server.store.db.updateTable('mesh_firmware').set({ version: '1.0.1' }).execute();
  expect(await rows.firmware()).toMatchObject([{ version: '1.0.1' }]);
  await server.store.db.deleteFrom('mesh_firmware').execute();
  expect(await rows.firmware()).toEqual([]);
});

test('where nobody counts changes, each question reads', async () => {
  const ask = vi.fn(async () => 1);
  const asking = sinceChanged({ changes: () => undefined }, ask);
  await asking();
  await asking();
  expect(ask).toHaveBeenCalledTimes(2);
});
