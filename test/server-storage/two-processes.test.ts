import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type Store } from '../../mock-server/store/store.ts';
import { returnDatabasesOf, takeTestDatabase } from '../../mock-server/test-database.ts';
import { form, testImage } from '../../mock-server/test-support.ts';
import { call, type ServerProcess, startServer } from './process.ts';

/** Two servers on one database and one image folder; each call goes to the one or the other. */
let dir: string;
let servers: ServerProcess[];
let store: Store;
let release = 0;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ota-two-'));
  const database = (await takeTestDatabase(dir)) ?? join(dir, 'ota.sqlite');
  const place = { database, dataDir: dir, imagesDir: join(dir, 'images') };
  // At once, on a file that neither has migrated.
  servers = await Promise.all([startServer(place), startServer(place)]);
  store = await openStore(database);
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.kill()));
  await store.close();
  await returnDatabasesOf(dir);
  await rm(dir, { recursive: true });
});

const at = (n: number) => servers[n % 2]!.url;
const many = <T>(count: number, one: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, n) => one(n)));
const statuses = (answers: { status: number }[]) =>
  answers.map((a) => a.status).sort((a, b) => a - b);

function uploadMesh(n: number, version: string, codeSize: number) {
  const file = testImage({ role: 'pir', version: '1.0.0', codeSize });
  return call(at(n), 'POST', '/api/v1/firmware/upload', form(file, { node_type: 'pir', version }));
}

async function newUpdate(): Promise<number> {
  release += 1;
  const uploaded = await uploadMesh(0, `9.${release}.0`, 2048);
  const order = { firmware_id: uploaded.body.id, target_node_id: String(release) };
  return (await call(at(1), 'POST', '/api/v1/ota/updates', order)).body.id;
}

describe('mesh updates', () => {
  let update: number;
  beforeEach(async () => {
    update = await newUpdate();
  });

  it('are claimed by one gateway of many, whichever process each asks', async () => {
    const answers = await many(40, (n) =>
      call(at(n), 'POST', `/api/v1/ota/updates/${update}/start`, undefined, {
        'x-gateway-id': `g${n}`,
      }),
    );
    expect(statuses(answers)).toEqual([200, ...Array.from({ length: 39 }, () => 409)]);
    const owner = answers.findIndex((a) => a.status === 200);
    const row = (await store.rows.updates()).find((u) => u.id === update);
    expect(row).toMatchObject({ status: 'in_progress' });
    expect(row?.lease_owner).toContain(`g${owner}`);
  });

  it('are open once a role, hardware and target', async () => {
    // Two releases: orders of one would wait for each other at its row.
    await newUpdate();
    const releases = (await store.rows.firmware()).slice(-2).map((row) => row.id);
    const order = (n: number) => ({ firmware_id: releases[(n >> 1) % 2], target_node_id: '77777' });
    const answers = await many(20, (n) => call(at(n), 'POST', '/api/v1/ota/updates', order(n)));
    expect(statuses(answers)).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
    const superseding = await many(12, (n) =>
      call(at(n), 'POST', '/api/v1/ota/updates?supersede=true', order(n)),
    );
    expect(new Set(statuses(superseding))).toEqual(new Set([201]));
    const rows = (await store.rows.updates()).filter((u) => u.target_node_id === '77777');
    expect(rows.map((u) => u.status)).toEqual([
      ...Array.from({ length: 12 }, () => 'cancelled'),
      'pending',
    ]);
    expect(rows.map((u) => u.error_message)).toEqual([
      ...rows.slice(1).map((u) => `superseded by update ${u.id}`),
      null,
    ]);
  });

  it('take reports of a node in any order, and keep the furthest', async () => {
    const node = (await store.rows.updates()).find((u) => u.id === update)!.target_node_id;
    const answers = await many(30, (n) =>
      call(
        at(n),
        'POST',
        `/api/v1/ota/updates/${update}/node/${node}/progress`,
        { status: 'downloading', current_part: (n * 7) % 30, total_parts: 30 },
        { 'x-gateway-id': 'g' },
      ),
    );
    expect(statuses(answers)).toEqual(Array.from({ length: 30 }, () => 200));
    expect(await store.rows.nodes(update)).toMatchObject([{ current_part: 29 }]);
  });

  it('end once: whatever ends one last changes nothing', async () => {
    const ends = ['complete', 'fail', 'complete', 'fail', 'complete', 'fail'];
    await many(ends.length, (n) =>
      call(at(n), 'POST', `/api/v1/ota/updates/${update}/${ends[n]}`, undefined, {
        'x-gateway-id': 'g',
      }),
    );
    const before = (await store.rows.updates()).find((u) => u.id === update);
    await call(at(0), 'POST', `/api/v1/ota/updates/${update}/complete`, undefined, {
      'x-gateway-id': 'g',
    });
    await call(at(1), 'POST', `/api/v1/ota/updates/${update}/fail`, undefined, {
      'x-gateway-id': 'g',
    });
    expect((await store.rows.updates()).find((u) => u.id === update)).toEqual(before);
    expect(['completed', 'failed']).toContain(before?.status);
  });
});

describe('uploads', () => {
  it('of the same bytes at once are one file and rows with ids of their own', async () => {
    const answers = await many(20, (n) => uploadMesh(n, `1.0.${n}`, 300_000));
    expect(statuses(answers)).toEqual(Array.from({ length: 20 }, () => 201));
    expect(new Set(answers.map((a) => a.body.id)).size).toBe(20);
    const rows = (await store.rows.firmware()).filter((row) => row.version.startsWith('1.0.'));
    const [sha256, ...others] = new Set(rows.map((row) => row.sha256));
    expect(others).toEqual([]);
    expect(await readdir(join(dir, 'images/.sha256', sha256!.slice(0, 2)))).toContain(
      `${sha256}.bin`,
    );
    for (const [n, row] of rows.entries()) {
      const response = await fetch(`${at(n)}/api/v1/firmware/${row.id}/download`);
      const bytes = await response.bytes();
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
    }
    expect(await readdir(join(dir, 'images/.tmp'))).toEqual([]);
  });

  it('of one release with different bytes leave one', async () => {
    const answers = await many(10, (n) => uploadMesh(n, '2.0.0', 4096 + 4 * n));
    expect(statuses(answers)).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
  });

  it('of contract A share names by their bytes', async () => {
    const upload = (n: number, build: number, size: number) => {
      const file = testImage({ role: '', version: '3.0.0', project: 'door', codeSize: size });
      const fields = { device_type: 'door', version: '3.0.0', build_number: String(build) };
      return call(at(n), 'POST', '/api/ota/admin/upload', form(file, fields));
    };
    const same = await many(8, (n) => upload(n, 1, 8192));
    expect(statuses(same)).toEqual(Array.from({ length: 8 }, () => 201));
    const others = await many(8, (n) => upload(n, 2 + n, 8196 + 4 * n));
    expect(statuses(others)).toEqual(Array.from({ length: 8 }, () => 201));
    const paths = [same[0], ...others].map(
      (a) => (a!.body as { binary_path?: string }).binary_path,
    );
    expect(new Set(paths).size).toBe(9);
    expect(paths[0]).toBe('door/v3.0.0.bin');
    expect((await readdir(join(dir, 'images/door'))).length).toBe(9);
  });
});

describe('devices', () => {
  let firmware: number;
  beforeAll(async () => {
    const file = testImage({ role: '', version: '2.0.0', project: 'scales' });
    const release = { device_type: 'scales', version: '2.0.0' };
    const { body } = await call(at(0), 'POST', '/api/ota/admin/upload', form(file, release));
    const { file_size, file_hash, binary_path } = body as Record<string, unknown>;
    const row = { ...release, file_size, file_hash, binary_path, is_stable: true };
    const answers = await many(6, (n) => call(at(n), 'POST', '/api/ota/admin/firmware', row));
    expect(statuses(answers)).toEqual([201, 409, 409, 409, 409, 409]);
    firmware = answers.find((a) => a.status === 201)!.body.id;
  });

  const rowsOf = async (device: number) =>
    (await store.rows.deviceLog()).filter((row) => row.device_id === device);
  const check = (n: number, device: number, version: string) =>
    call(at(n), 'POST', '/api/ota/check', {
      device_id: device,
      device_type: 'scales',
      current_version: version,
    });
  const report = (n: number, device: number, status: string, bytes: number) =>
    call(at(n), 'POST', '/api/ota/status', {
      device_id: device,
      firmware_id: firmware,
      status,
      bytes_downloaded: bytes,
    });

  it('that check at both open one log row', async () => {
    const answers = await many(20, (n) => check(n, 1, '1.0.0'));
    const ids = answers.map((a) => (a.body as { log_id?: number }).log_id);
    expect(statuses(answers)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(new Set(ids).size).toBe(1);
    expect(await rowsOf(1)).toMatchObject([{ id: ids[0], status: 'pending' }]);
  });

  it('that report to both in any order end as the final report says, with the most bytes', async () => {
    await check(0, 2, '1.0.0');
    await many(30, (n) => report(n, 2, 'downloading', (n * 11) % 30));
    await many(30, (n) => report(n, 2, ['pending', 'installing'][n % 2]!, n % 20));
    const ends = ['success', 'failed', 'rolled_back'];
    await many(12, (n) => report(n, 2, ends[n % 3]!, 5));
    const [row, ...more] = await rowsOf(2);
    expect(more).toEqual([]);
    expect(row?.bytes_downloaded).toBe(29);
    expect(ends).toContain(row?.status);
    await many(12, (n) => report(n, 2, ['pending', ...ends][n % 4]!, 99));
    expect((await rowsOf(2)).map((r) => r.status)).toEqual([row?.status]);
  });

  it('that check at the new version while they report are confirmed', async () => {
    await check(0, 3, '1.0.0');
    await many(10, (n) =>
      n % 2 ? check(n >> 1, 3, '2.0.0') : report(n >> 1, 3, 'installing', 4096),
    );
    await check(1, 3, '2.0.0');
    const rows = await rowsOf(3);
    expect(
      rows.filter((row) => row.confirmed_at !== null && row.status === 'success'),
    ).toHaveLength(1);
    expect(rows.filter((row) => !['success', 'failed'].includes(row.status))).toEqual([]);
  });

  it('are offered what the other process has registered or withdrawn since', async () => {
    expect((await check(1, 4, '1.0.0')).body).toMatchObject({ update_available: true });
    await call(at(0), 'PATCH', `/api/ota/admin/firmware/${firmware}`, { is_active: false });
    expect((await check(1, 4, '1.0.0')).body).toMatchObject({ update_available: false });
    await call(at(1), 'PATCH', `/api/ota/admin/firmware/${firmware}`, { is_active: true });
    expect((await check(0, 4, '1.0.0')).body).toMatchObject({ update_available: true });
  });
});

it('neither server had an error of its own', () => {
  expect(servers.map((server) => server.complaints())).toEqual(['', '']);
});
