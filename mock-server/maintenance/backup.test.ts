import {
  appendFile,
  cp,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentPath } from '../images/layout.ts';
import type { Database } from '../store/schema.ts';
import { openStore, type Store } from '../store/store.ts';
import { TABLES } from '../store/tables.ts';
import { returnDatabasesOf, takeTestDatabase } from '../test-database.ts';
import { testServer } from '../test-support.ts';
import { backup, restoreBackup } from './index.ts';

const NOW = Date.UTC(2026, 5, 1);
type Server = Awaited<ReturnType<typeof testServer>>;

let dir: string;
let t: Server;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ota-backup-'));
  t = await testServer({ dataDir: join(dir, 'data') });
});
afterEach(async () => {
  await t.server.close();
  await returnDatabasesOf(dir);
  await rm(dir, { recursive: true });
});

const place = async () => ({
  database: (await takeTestDatabase(join(dir, 'data'))) ?? join(dir, 'data/ota.sqlite'),
  images: join(dir, 'data/images'),
});
const elsewhere = async (name: string, sqlite = false) => ({
  database: (!sqlite && (await takeTestDatabase(join(dir, name)))) || join(dir, `${name}.sqlite`),
  images: join(dir, name, 'images'),
});

/** Rows in each table: firmware, an update with nodes, a purged id, device rows with odd text. */
async function fill(): Promise<void> {
  for (const version of ['1.0.0', '1.1.0', '1.2.0']) await t.publish(version);
  await t.post('/ota/updates', { firmware_id: 1 });
  await t.post('/ota/updates/1/start');
  await t.post('/ota/updates/1/node/a1/progress', {
    status: 'downloading',
    current_part: 3,
    total_parts: 5,
  });
  await t.request('/firmware/3', { method: 'DELETE' });
  const { db } = t.server.store;
  const [first] = await t.server.store.rows.firmware();
  await t.server.store.transaction(async (trx) => {
    const file = {
      device_type: 'door',
      version: '1.0.0',
      build_number: 1,
      filename: 'v1.0.0.bin',
      file_size: first!.size_bytes,
      md5_hash: first!.md5_hash,
      binary_path: 'door/v1.0.0.bin',
      created_at: NOW,
    };
    await trx
      .insertInto('firmware_files')
      .values({ ...file, sha256: first!.sha256 })
      .execute();
    await trx
      .insertInto('firmware')
      .values({
        ...file,
        file_hash: first!.sha256,
        is_stable: 1,
        is_active: 0,
        description: 'größer ✓ "quoted"\nnext line\u2028',
        image: '{"chip":"esp32"}',
        updated_at: NOW,
      })
      .execute();
  });
  const logs = Array.from({ length: 2500 }, (_, i) => ({
    device_id: 2 ** 53 - 1 - i,
    firmware_id: 1,
    status: 'failed' as const,
    bytes_downloaded: 2 ** 40 + i,
    error_message: i % 2 ? null : `no ${i}`,
    created_at: NOW,
    updated_at: NOW,
  }));
  for (let i = 0; i < logs.length; i += 500)
    await db
      .insertInto('device_ota_log')
      .values(logs.slice(i, i + 500))
      .execute();
  await db.deleteFrom('device_ota_log').where('id', '=', 2500).execute();
  await db.insertInto('firmware_revision').values({ device_type: 'door', revision: 9 }).execute();
  await db.insertInto('revoked_tokens').values({ jti: 'x', revoked_at: NOW }).execute();
}

async function rowsOf(store: Store): Promise<Record<string, unknown[]>> {
  const rows: Record<string, unknown[]> = {};
  for (const table of TABLES) {
    rows[table] = await store.db
      .selectFrom(table as keyof Database)
      .selectAll()
      .orderBy('id')
      .execute();
  }
  return rows;
}

async function rowsAt(database: string): Promise<Record<string, unknown[]>> {
  const store = await openStore(database, { migrate: false });
  try {
    return await rowsOf(store);
  } finally {
    await store.close();
  }
}

describe('backup and restore', () => {
  it('give the same rows and files, whichever database they come from and go to', async () => {
    await fill();
    const before = await rowsOf(t.server.store);
    for (const table of TABLES) expect(before[table]?.length, table).toBeGreaterThan(0);
    const manifest = await backup(await place(), join(dir, 'b1'), NOW);
    expect(manifest.problems).toEqual([]);
    expect(manifest.images).toHaveLength(2);

    const file = await elsewhere('file', true);
    await restoreBackup(file, join(dir, 'b1'));
    expect(await rowsAt(file.database)).toEqual(before);
    await backup(file, join(dir, 'b2'), NOW);
    const back = await elsewhere('back');
    await restoreBackup(back, join(dir, 'b2'));
    expect(await rowsAt(back.database)).toEqual(before);
    expect(await readFile(join(dir, 'b2/manifest.json'), 'utf8')).toBe(
      await readFile(join(dir, 'b1/manifest.json'), 'utf8'),
    );
    const [image] = manifest.images;
    for (const path of [
      contentPath(back.images, image!.sha256),
      join(back.images, 'door/v1.0.0.bin'),
    ]) {
      expect((await stat(path)).size).toBe(image!.size);
    }
  });

  it('let a server go on where it was: downloads, leases, ids not given twice', async () => {
    await fill();
    const bytes = await (await t.request('/firmware/1/download')).bytes();
    await backup(await place(), join(dir, 'b'), NOW);
    const target = await elsewhere('next');
    await restoreBackup(target, join(dir, 'b'));
    const next = await testServer({ dataDir: join(dir, 'next'), database: target.database });
    expect(await (await next.request('/firmware/1/download')).bytes()).toEqual(bytes);
    expect(await next.result(next.request('/ota/updates/1'))).toEqual(
      await t.result(t.request('/ota/updates/1')),
    );
    expect((await next.publish('2.0.0')).id).toBe(4);
    expect((await next.post('/ota/updates', { firmware_id: 4, target_node_id: '7' })).status).toBe(
      201,
    );
    const log = {
      device_id: 1,
      status: 'failed' as const,
      bytes_downloaded: 0,
      created_at: 0,
      updated_at: 0,
    };
    const added = await next.server.store.db
      .insertInto('device_ota_log')
      .values(log)
      .returning('id')
      .executeTakeFirst();
    expect(added).toEqual({ id: 2501 });
    await next.server.close();
  });

  it('take one moment of a server that goes on writing', async () => {
    await t.publish('0.9.0');
    let stop = false;
    const writing = (async () => {
      for (let i = 0; !stop; i += 1) {
        await t.publish(`1.0.${i}`, 'pir', 1024 + 4 * i);
        const update = await t.result(
          t.post('/ota/updates?supersede=true', { firmware_id: i + 2 }),
        );
        await t.post(`/ota/updates/${update.body.id}/node/n/progress`, {
          current_part: 1,
          total_parts: 2,
        });
      }
    })();
    try {
      for (let n = 0; n < 2; n += 1) {
        const manifest = await backup(await place(), join(dir, `b${n}`), NOW);
        expect(manifest.problems).toEqual([]);
        const target = await elsewhere(`at${n}`, true);
        await restoreBackup(target, join(dir, `b${n}`));
        const rows = await rowsAt(target.database);
        const open = (rows.ota_updates as { open_key: string | null }[]).filter(
          (u) => u.open_key !== null,
        );
        expect(open.length).toBeLessThanOrEqual(1);
      }
    } finally {
      stop = true;
      await writing;
    }
  });

  it('save what is whole where an image is missing or damaged, and say which', async () => {
    await t.publish('1.0.0', 'pir', 1024);
    await t.publish('1.1.0', 'pir', 2048);
    await t.publish('1.2.0', 'pir', 4096);
    const where = await place();
    const [one, two] = (await t.server.store.rows.firmware()).map((r) => r.sha256);
    await rm(contentPath(where.images, one!));
    await truncate(contentPath(where.images, two!), 100);
    const manifest = await backup(where, join(dir, 'b'), NOW);
    expect(manifest.problems.sort()).toEqual(
      [`Image ${one} is missing.`, `Image ${two} is damaged.`].sort(),
    );
    expect(manifest.images).toHaveLength(1);
    const target = await elsewhere('rest');
    await restoreBackup(target, join(dir, 'b'));
    expect((await rowsAt(target.database)).mesh_firmware).toHaveLength(3);
  });
});

describe('a backup', () => {
  it('takes no name that is there, and leaves nothing half done under its own', async () => {
    const target = join(dir, 'b');
    await backup(await place(), target, NOW);
    await expect(backup(await place(), target, NOW)).rejects.toThrow('is there already');
    const broken = { ...(await place()), images: join(dir, 'data/ota.sqlite') };
    await t.publish();
    await writeFile(join(dir, 'data/ota.sqlite'), '', { flag: 'a' });
    await expect(backup(broken, join(dir, 'c'), NOW)).rejects.toThrow();
    expect((await readdir(dir)).sort()).toEqual(['b', 'data']);
  });
});

const SPOILS: [(backup: string) => Promise<unknown>, string][] = [
  [
    (b) => appendFile(join(b, 'tables/mesh_firmware.jsonl'), ' '),
    'mesh_firmware.jsonl is not what was backed up',
  ],
  [(b) => rm(join(b, 'tables/ota_updates.jsonl')), 'ota_updates.jsonl is missing'],
  [
    async (b) => truncate(join(b, 'images', (await readdir(join(b, 'images')))[0]!), 10),
    '.bin is not what was backed up',
  ],
  [(b) => rm(join(b, 'manifest.json')), 'is no backup'],
  [(b) => truncate(join(b, 'manifest.json'), 50), 'is damaged, or of a newer version'],
  [
    async (b) => {
      const path = join(b, 'manifest.json');
      const text = await readFile(path, 'utf8');
      await writeFile(path, text.replace(/"migration": "\w+"/, '"migration": "999_later"'));
    },
    'The backup is of a newer version',
  ],
];

describe('a restore', () => {
  it('refuses a database with rows, unless it may replace them', async () => {
    await fill();
    await backup(await place(), join(dir, 'b'), NOW);
    const before = await rowsOf(t.server.store);
    await t.publish('7.0.0');
    await t.server.close();
    await expect(restoreBackup(await place(), join(dir, 'b'))).rejects.toThrow('is not empty');
    t = await testServer({ dataDir: join(dir, 'data') });
    expect(await t.server.store.rows.firmware()).toHaveLength(3);
    await t.server.close();
    await restoreBackup(await place(), join(dir, 'b'), { replace: true });
    t = await testServer({ dataDir: join(dir, 'data') });
    expect(await rowsOf(t.server.store)).toEqual(before);
  });

  it('is refused while a server has the database open', async () => {
    await t.publish();
    await backup(await place(), join(dir, 'b'), NOW);
    const rows = await rowsOf(t.server.store);
    const restored = restoreBackup(await place(), join(dir, 'b'), { replace: true });
    await expect(restored).rejects.toThrow('is in use: stop the servers');
    await t.publish('1.9.0');
    expect(await t.server.store.rows.firmware()).toHaveLength(rows.mesh_firmware!.length + 1);
  });

  it('makes the data folder where there is none', async () => {
    await t.publish();
    await backup(await place(), join(dir, 'b'), NOW);
    const fresh = join(dir, 'new', 'data');
    const database = join(fresh, 'ota.sqlite');
    await restoreBackup({ database, images: join(fresh, 'images') }, join(dir, 'b'));
    expect((await readdir(fresh)).sort()).toEqual(['images', 'ota.sqlite']);
  });

  it('of a damaged backup says what is wrong, and changes nothing', async () => {
    await t.publish();
    const whole = join(dir, 'b');
    await backup(await place(), whole, NOW);
    const rows = await rowsOf(t.server.store);
    for (const [n, [spoil, message]] of SPOILS.entries()) {
      const spoilt = join(dir, `b${n}`);
      await cp(whole, spoilt, { recursive: true });
      await spoil(spoilt);
      const restored = restoreBackup(await place(), spoilt, { replace: true });
      await expect(restored, message).rejects.toThrow(message);
      expect(await rowsOf(t.server.store)).toEqual(rows);
    }
  });

  it('whose rows do not fit leaves what was there', async () => {
    await t.publish();
    await backup(await place(), join(dir, 'b'), NOW);
    const { createHash } = await import('node:crypto');
    const text = '{"id":1,"no_such_column":2}\n';
    await writeFile(join(dir, 'b/tables/ota_updates.jsonl'), text);
    const path = join(dir, 'b/manifest.json');
    const manifest = JSON.parse(await readFile(path, 'utf8'));
    const table = manifest.tables.find((entry: { name: string }) => entry.name === 'ota_updates');
    Object.assign(table, { rows: 1, sha256: createHash('sha256').update(text).digest('hex') });
    await writeFile(path, JSON.stringify(manifest));
    const rows = await rowsOf(t.server.store);
    await t.server.close();
    await expect(restoreBackup(await place(), join(dir, 'b'), { replace: true })).rejects.toThrow(
      'no_such_column',
    );
    t = await testServer({ dataDir: join(dir, 'data') });
    expect(await rowsOf(t.server.store)).toEqual(rows);
  });
});
