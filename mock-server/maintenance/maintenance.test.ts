import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ImageStore, openImageStore } from '../images/image-store.ts';
import type { DeviceStatus } from '../store/schema.ts';
import { openStore, type Store } from '../store/store.ts';
import { returnDatabasesOf, takeTestDatabase } from '../test-database.ts';
import { migrateDatabase, purge, sweep } from './index.ts';

const DAY = 24 * 60 * 60 * 1000;
const NOW = Date.now();

let dir: string;
let database: string;
let store: Store;
let images: ImageStore;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ota-maintenance-'));
  database = (await takeTestDatabase(dir)) ?? join(dir, 'ota.sqlite');
  store = await openStore(database);
  images = await openImageStore(join(dir, 'images'));
});
afterEach(async () => {
  await store.close();
  await returnDatabasesOf(dir);
  await rm(dir, { recursive: true });
});

describe('purge', () => {
  const log = (status: DeviceStatus, created: number, updated = created) => ({
    device_id: 7,
    status,
    bytes_downloaded: 0,
    created_at: NOW - created,
    updated_at: NOW - updated,
  });
  const left = async () =>
    (await store.db.selectFrom('device_ota_log').select('id').orderBy('id').execute()).map(
      (r) => r.id,
    );

  it('deletes ended rows not changed for the time to keep, and no others', async () => {
    await store.db
      .insertInto('device_ota_log')
      .values([
        log('success', 31 * DAY),
        log('failed', 31 * DAY),
        log('rolled_back', 31 * DAY),
        log('pending', 31 * DAY),
        log('installing', 31 * DAY),
        log('success', 31 * DAY, 29 * DAY),
        log('success', 30 * DAY - 1),
        log('failed', 0),
      ])
      .execute();
    expect(await purge({ database }, 30 * DAY, NOW)).toBe(3);
    expect(await left()).toEqual([4, 5, 6, 7, 8]);
    expect(await purge({ database }, 30 * DAY, NOW)).toBe(0);
  });

  it('goes through more rows than it takes at once, many of the same moment', async () => {
    for (let i = 0; i < 4; i += 1) {
      const rows = Array.from({ length: 400 }, (_, n) =>
        log(n % 4 === 0 ? 'pending' : 'failed', 40 * DAY),
      );
      await store.db.insertInto('device_ota_log').values(rows).execute();
    }
    expect(await purge({ database }, 30 * DAY, NOW)).toBe(1200);
    expect(await left()).toHaveLength(400);
  });
});

/** Stores `text` as an image of some age, under a public name where one is given. */
async function keep(text: string, age = 2 * DAY, name?: string): Promise<string> {
  const receiver = await images.receive();
  await receiver.write(Buffer.from(text));
  const { sha256 } = await receiver.finish();
  await receiver.publish();
  await receiver.discard();
  if (name) await images.name(name, sha256);
  const then = new Date(NOW - age);
  await utimes(images.pathOf(sha256), then, then);
  return sha256;
}

const row = (sha256: string, version: string) => ({
  node_type: 'pir',
  version,
  hardware: 'ESP32',
  filename: 'x.bin',
  size_bytes: 3,
  md5_hash: '0'.repeat(32),
  sha256,
  is_stable: 0 as const,
  created_at: NOW,
});

const file = (sha256: string, name: string, created = NOW) => ({
  device_type: name.split('/')[0]!,
  version: name.split('/')[1]!,
  build_number: 1,
  filename: 'x.bin',
  file_size: 3,
  sha256,
  md5_hash: '0'.repeat(32),
  binary_path: name,
  created_at: created,
});

describe('sweep', () => {
  const run = (options: Partial<Parameters<typeof sweep>[1]> = {}) =>
    sweep({ database, images: images.dir }, { now: NOW, ...options });

  it('removes what no row names, old enough, and nothing else', async () => {
    const used = await keep('used');
    const gone = await keep('gone');
    const fresh = await keep('fresh', 0);
    const named = await keep('named', 2 * DAY, 'door/v1.0.0.bin');
    const lost = await keep('lost', 2 * DAY, 'door/v2.0.0.bin');
    await store.db.insertInto('mesh_firmware').values(row(used, '1.0.0')).execute();
    await store.db.insertInto('firmware_files').values(file(named, 'door/v1.0.0.bin')).execute();
    await writeFile(join(images.dir, 'README'), 'not an image');
    expect(await run({ dryRun: true })).toMatchObject({
      names: ['door/v2.0.0.bin'],
      leftovers: [],
    });
    const swept = await run();
    expect(swept.contents.sort()).toEqual([gone, lost].sort());
    expect(swept).toMatchObject({ names: ['door/v2.0.0.bin'], bytes: 8, forgotten: 0 });
    for (const sha256 of [used, fresh, named])
      expect(await readFile(images.pathOf(sha256))).toBeTruthy();
    expect(await readdir(join(images.dir, 'door'))).toEqual(['v1.0.0.bin']);
    expect((await readdir(images.dir)).sort()).toEqual(['.sha256', '.tmp', 'README', 'door']);
    expect(await run()).toMatchObject({ contents: [], names: [] });
  });

  it('keeps what somebody put under a public name just now', async () => {
    await mkdir(join(images.dir, 'door'));
    await writeFile(join(images.dir, 'door/v3.0.0.bin'), 'by hand');
    expect(await run()).toMatchObject({ names: [] });
    expect(await run({ now: Date.now() + DAY })).toMatchObject({ names: ['door/v3.0.0.bin'] });
  });

  it('forgets uploads that nobody registered only when told to', async () => {
    const sha256 = await keep('abc', 50 * DAY, 'door/v1.0.0.bin');
    await store.db
      .insertInto('firmware_files')
      .values(file(sha256, 'door/v1.0.0.bin', NOW - 50 * DAY))
      .execute();
    expect(await run()).toMatchObject({ contents: [], forgotten: 0 });
    expect(await run({ unregistered: 60 * DAY })).toMatchObject({ contents: [], forgotten: 0 });
    const told = { contents: [sha256], names: ['door/v1.0.0.bin'], forgotten: 1, bytes: 3 };
    expect(await run({ unregistered: 30 * DAY, dryRun: true })).toMatchObject(told);
    expect(await readFile(images.pathOf(sha256))).toBeTruthy();
    expect(await run({ unregistered: 30 * DAY })).toMatchObject(told);
  });

  it('says that an image folder is not there, and does without one for temporary files', async () => {
    const nowhere = join(dir, 'no-images');
    await expect(sweep({ database, images: nowhere }, { now: NOW })).rejects.toThrow(
      `There is no image folder ${nowhere}`,
    );
    await mkdir(nowhere);
    expect(await sweep({ database, images: nowhere }, { now: NOW })).toMatchObject({
      contents: [],
      leftovers: [],
    });
  });

  it('names the folder it was given where there is no database', async () => {
    const nowhere = join(dir, 'nowhere.sqlite');
    await expect(sweep({ database: nowhere, images: images.dir }, { now: NOW })).rejects.toThrow(
      `There is no database ${nowhere}`,
    );
  });
});

describe('migrate', () => {
  it('goes down and up as told, and tells what stands', async () => {
    const status = await migrateDatabase(database, 'status');
    expect(status.taken).toEqual([]);
    expect(status.states.every((step) => step.applied)).toBe(true);
    const [first, ...later] = status.states.map((step) => step.name);
    expect((await migrateDatabase(database, 'down', '1')).taken).toEqual(later.toReversed());
    await expect(migrateDatabase(database, 'down', later.at(-1))).rejects.toThrow('say up');
    expect((await migrateDatabase(database, 'down')).taken).toEqual([first]);
    expect((await migrateDatabase(database, 'up', first)).taken).toEqual([first]);
    expect((await migrateDatabase(database, 'up')).taken).toEqual(later);
    await expect(migrateDatabase(database, 'up', '1')).rejects.toThrow('say down');
    await expect(migrateDatabase(database, 'up', '77')).rejects.toThrow('There is no migration 77');
    expect((await migrateDatabase(database, 'down', 'none')).states.some((s) => s.applied)).toBe(
      false,
    );
  });
});
