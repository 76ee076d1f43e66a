import { randomBytes } from 'node:crypto';
import { sep } from 'node:path';
import { Kysely, sql } from 'kysely';
import { postgresDialect } from './store/postgres.ts';
import { openStore, type Store, type StoreOptions } from './store/store.ts';

/**
 * Databases for tests. With OTA_TEST_DATABASE, the URL of a migrated, empty PostgreSQL database, each test server gets a copy of
 * it; without it, SQLite as createOtaServer chooses. vitest.config.ts runs the server's tests both ways. Copies are used again
 * by later tests of the same process: making one takes longer than most tests. Who made the template drops them with it, by
 * their names, which begin with its own and an underscore.
 */
const free: string[] = [];
const ofFolders = new Map<string, string>();
const made = new Set<string>();

const template = () => process.env.OTA_TEST_DATABASE;

/** An empty database, or `undefined` for SQLite. One of a data folder is that folder's, however often it is opened. */
export async function takeTestDatabase(dataDir?: string): Promise<string | undefined> {
  const url = template();
  if (!url) return undefined;
  const known = dataDir === undefined ? undefined : ofFolders.get(dataDir);
  const database = known ?? free.pop() ?? (await copy(url));
  if (dataDir !== undefined) ofFolders.set(dataDir, database);
  return database;
}

/** Empties what a store is on, for the next test, and closes it. What cannot be emptied is not used again. */
export async function returnTestDatabase(
  store: Store,
  database: string | undefined,
): Promise<void> {
  const again = database !== undefined && made.has(database) && !isOfFolder(database);
  const clean =
    again &&
    (await store.reset().then(
      () => true,
      () => false,
    ));
  await store.close();
  if (clean) free.push(database);
}

/** For the end of a test that gave databases to folders in `dir`. */
export async function returnDatabasesOf(dir: string): Promise<void> {
  for (const [folder, database] of ofFolders) {
    if (folder !== dir && !folder.startsWith(dir + sep)) continue;
    ofFolders.delete(folder);
    await returnTestDatabase(await openStore(database), database);
  }
}

const isOfFolder = (database: string) => [...ofFolders.values()].includes(database);

/** A store on such a database. */
export async function testStore(options?: StoreOptions): Promise<Store> {
  const database = await takeTestDatabase();
  const store = await openStore(database ?? ':memory:', options);
  return { ...store, close: () => returnTestDatabase(store, database) };
}

async function copy(url: string): Promise<string> {
  const name = `${nameOf(url)}_${randomBytes(6).toString('hex')}`;
  await asOwner(url, (db) =>
    sql`create database ${sql.id(name)} template ${sql.id(nameOf(url))}`.execute(db),
  );
  const database = withName(url, name);
  made.add(database);
  return database;
}

const nameOf = (database: string) => new URL(database).pathname.slice(1);

function withName(database: string, name: string): string {
  const url = new URL(database);
  url.pathname = `/${name}`;
  return url.href;
}

/** Connected to another database: one in use cannot be copied. */
async function asOwner(url: string, use: (db: Kysely<unknown>) => Promise<unknown>) {
  const db = new Kysely<unknown>({ dialect: postgresDialect(withName(url, 'postgres')) });
  try {
    await use(db);
  } finally {
    await db.destroy();
  }
}
