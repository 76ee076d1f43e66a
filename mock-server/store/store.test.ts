import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { returnDatabasesOf, takeTestDatabase, testStore } from '../test-database.ts';
import {
  migrateDown,
  migrateOneDown,
  migrateTo,
  migrateUp,
  migrationName,
  migrationNames,
  migrationStates,
} from './migrate.ts';
import type { Database } from './schema.ts';
import { openStore, type Store } from './store.ts';
import { TABLES } from './tables.ts';

const tables = async (db: Kysely<Database>) =>
  (await db.introspection.getTables()).map((t) => t.name).sort();

let dir: string;
let database: string;
let store: Store;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ota-store-'));
  database = (await takeTestDatabase(dir)) ?? join(dir, 'ota.sqlite');
  store = await openStore(database);
});
afterEach(async () => {
  await store.close();
  await returnDatabasesOf(dir);
  await rm(dir, { recursive: true });
});

describe('migrations', () => {
  it('go up, down, and up again', async () => {
    expect(await tables(store.db)).toEqual([...TABLES].sort());
    expect(await migrateUp(store.db)).toEqual([]);
    expect(await migrateDown(store.db)).toEqual([...migrationNames].reverse());
    expect(await tables(store.db)).toEqual([]);
    expect(await migrateUp(store.db)).toEqual(migrationNames);
  });

  it('go one step back, and to a step by its number', async () => {
    const newest = migrationNames.at(-1)!;
    expect(await migrateOneDown(store.db)).toEqual([newest]);
    expect((await migrationStates(store.db)).at(-1)).toEqual({ name: newest, applied: false });
    expect(await migrateTo(store.db, String(Number.parseInt(newest, 10)))).toEqual([newest]);
    await migrateTo(store.db, 'none');
    expect((await migrationStates(store.db)).some((step) => step.applied)).toBe(false);
  });

  it('know steps by number and name, and no others', () => {
    const [first] = migrationNames;
    for (const to of ['1', '001', first!]) expect(migrationName(to)).toBe(first);
    for (const to of ['none', '0']) expect(migrationName(to)).toBeUndefined();
    for (const to of ['99', 'first', '', '1x'])
      expect(() => migrationName(to)).toThrow('There is no migration');
  });

  it('that fail change nothing at all', async () => {
    await migrateDown(store.db);
    // The first step's last table is in its way.
    await sql`create table ota_node_status (id integer primary key)`.execute(store.db);
    await expect(migrateUp(store.db)).rejects.toThrow('001_mesh failed; nothing was changed');
    expect(await tables(store.db)).toEqual(['ota_node_status']);
    await sql`drop table ota_node_status`.execute(store.db);
    expect(await migrateUp(store.db)).toEqual(migrationNames);
  });

  it('are run by one of many that start at once', async () => {
    await migrateDown(store.db);
    const opened = await Promise.all(Array.from({ length: 4 }, () => openStore(database)));
    expect(await tables(store.db)).toEqual([...TABLES].sort());
    await Promise.all(opened.map((other) => other.close()));
  });

  it('of a newer version are left alone', async () => {
    await sql`insert into kysely_migration values ('999_later', '')`.execute(store.db);
    await expect(openStore(database)).rejects.toThrow('may be of a newer version');
    await sql`delete from kysely_migration where name = '999_later'`.execute(store.db);
  });

  it('are not run by who works beside a server', async () => {
    await migrateOneDown(store.db);
    await expect(openStore(database, { migrate: false })).rejects.toThrow('ota server migrate up');
    await migrateUp(store.db);
    await (await openStore(database, { migrate: false })).close();
    const missing = join(dir, 'missing.sqlite');
    await expect(openStore(missing, { migrate: false })).rejects.toThrow('There is no database');
  });
});

describe('store', () => {
  it('gives a time to nothing by itself', async () => {
    for (const table of await store.db.introspection.getTables()) {
      const defaults = table.columns.filter((c) => c.hasDefaultValue && !c.isAutoIncrementing);
      expect(defaults.map((c) => c.name)).toEqual([]);
    }
  });

  it('has an id in every table, never given twice', async () => {
    const add = (name: string) =>
      store.db
        .insertInto('firmware_revision')
        .values({ device_type: name, revision: 1 })
        .returning('id')
        .executeTakeFirstOrThrow();
    expect((await add('a')).id).toBe(1);
    expect((await add('b')).id).toBe(2);
    await store.db.deleteFrom('firmware_revision').execute();
    expect((await add('c')).id).toBe(3);
    await store.reset();
    expect((await add('d')).id).toBe(1);
    for (const table of await store.db.introspection.getTables()) {
      expect(table.columns.find((c) => c.name === 'id')?.isAutoIncrementing).toBe(true);
    }
  });

  it('answers a ping while it is open', async () => {
    await store.ping();
    const other = await testStore();
    await other.close();
    await expect(other.ping()).rejects.toThrow();
  });
});

it.runIf(process.env.OTA_TEST_DATABASE === undefined)('keeps a file in WAL mode', async () => {
  const mode = await sql<{ journal_mode: string }>`pragma journal_mode`.execute(store.db);
  expect(mode.rows).toEqual([{ journal_mode: 'wal' }]);
});

it('counts the rows that it changes, where the database counts them', async () => {
  const before = store.changes();
  if (process.env.OTA_TEST_DATABASE) return expect(before).toBeUndefined();
  const { db } = store;
  await db.insertInto('firmware_revision').values({ device_type: 'x', revision: 1 }).execute();
  expect(store.changes()).toBe(before! + 1);
  await db.selectFrom('firmware_revision').selectAll().execute();
  await db.updateTable('firmware_revision').set({ revision: 2 }).where('id', '=', 7).execute();
  expect(store.changes()).toBe(before! + 1);
  await db.deleteFrom('firmware_revision').execute();
  expect(store.changes()).toBe(before! + 2);
});

it.runIf(process.env.OTA_TEST_DATABASE)('keeps to the schema of its connection', async () => {
  await sql`create schema elsewhere`.execute(store.db);
  const url = new URL(database);
  url.searchParams.set('options', '-c search_path=elsewhere');
  const other = await openStore(url.href);
  await other.db
    .insertInto('firmware_revision')
    .values({ device_type: 'x', revision: 1 })
    .execute();
  expect(await store.db.selectFrom('firmware_revision').selectAll().execute()).toEqual([]);
  await other.close();
  await sql`drop schema elsewhere cascade`.execute(store.db);
});
