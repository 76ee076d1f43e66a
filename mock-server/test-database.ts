import { randomBytes } from 'node:crypto';
import { Kysely, sql } from 'kysely';
import { postgresDialect } from './store/postgres.ts';
import { openStore, type Store, type StoreOptions } from './store/store.ts';

/**
 * Databases for tests. With OTA_TEST_DATABASE, the URL of a PostgreSQL server whose user may create databases, each test server
 * gets one of its own there, empty and migrated; without it, SQLite as createOtaServer chooses. vitest.config.ts runs the
 * server's tests both ways.
 */
const free: string[] = [];
const ofFolders = new Map<string, string>();
const made: string[] = [];

const server = () => process.env.OTA_TEST_DATABASE;

/** An empty database, or `undefined` for SQLite. One of a data folder is that folder's, however often it is opened. */
export async function takeTestDatabase(dataDir?: string): Promise<string | undefined> {
  const url = server();
  if (!url) return undefined;
  if (dataDir === undefined) return (await recycled()) ?? create(url);
  const database = ofFolders.get(dataDir) ?? (await create(url));
  ofFolders.set(dataDir, database);
  return database;
}

/** For others to take, once nothing is connected to it. */
export function returnTestDatabase(database: string): void {
  if (made.includes(database) && ![...ofFolders.values()].includes(database)) free.push(database);
}

/** A store on such a database. */
export async function testStore(options?: StoreOptions): Promise<Store> {
  const database = await takeTestDatabase();
  const store = await openStore(database ?? ':memory:', options);
  return {
    ...store,
    async close() {
      await store.close();
      if (database) returnTestDatabase(database);
    },
  };
}

export async function dropTestDatabases(): Promise<void> {
  const url = server();
  if (!url || made.length === 0) return;
  await withServer(url, async (db) => {
    for (const database of made.splice(0)) {
      await sql`drop database ${sql.id(nameOf(database))} with (force)`.execute(db);
    }
  });
  free.length = 0;
  ofFolders.clear();
}

async function recycled(): Promise<string | undefined> {
  const database = free.pop();
  if (!database) return undefined;
  const store = await openStore(database);
  await store.reset();
  await store.close();
  return database;
}

async function create(url: string): Promise<string> {
  const name = `ota_test_${randomBytes(6).toString('hex')}`;
  await withServer(url, (db) => sql`create database ${sql.id(name)}`.execute(db));
  const database = new URL(url);
  database.pathname = `/${name}`;
  made.push(database.href);
  return database.href;
}

const nameOf = (database: string) => new URL(database).pathname.slice(1);

async function withServer(url: string, use: (db: Kysely<unknown>) => Promise<unknown>) {
  const db = new Kysely<unknown>({ dialect: postgresDialect(url) });
  try {
    await use(db);
  } finally {
    await db.destroy();
  }
}
