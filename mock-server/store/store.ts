import { existsSync } from 'node:fs';
import { type Dialect, Kysely, type LogEvent, sql, type Transaction } from 'kysely';
import { migrateDown, migrateUp, migrationStates } from './migrate.ts';
import { isPostgres } from './migrations/columns.ts';
import { cannotOpen } from './place.ts';
import { isPostgresUrl, postgresDialect } from './postgres.ts';
import type {
  Database,
  DeviceFirmwareRow,
  DeviceLogRow,
  FirmwareRow,
  NodeRow,
  UpdateRow,
} from './schema.ts';
import { sqliteDialect } from './sqlite.ts';
import { TABLES } from './tables.ts';
import { runTransaction } from './transaction.ts';

/** A connection, or the transaction that a query must be part of. */
export type Db = Kysely<Database> | Transaction<Database>;

export interface Store {
  db: Kysely<Database>;
  /** `change` in a transaction that runs again where it lost to another (see runTransaction). */
  transaction<T>(change: (trx: Transaction<Database>) => Promise<T>): Promise<T>;
  /** Rejects where the database does not answer. */
  ping(): Promise<void>;
  /** The rows as they stand, in id order: what proofs and tests read. */
  rows: {
    firmware(): Promise<FirmwareRow[]>;
    updates(): Promise<UpdateRow[]>;
    nodes(updateId?: number): Promise<NodeRow[]>;
    deviceFirmware(): Promise<DeviceFirmwareRow[]>;
    deviceLog(): Promise<DeviceLogRow[]>;
  };
  /** Grows with each row that this process inserts, changes or deletes; undefined where nobody counts them (PostgreSQL). */
  changes(): number | undefined;
  /** Drops every row and starts ids over at 1. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Told of every query; for tests of plans. */
export type QueryLog = (event: LogEvent) => void;

/** `database` is a file, `:memory:`, or a `postgres://` URL. Opens it and no more: no migration. */
export function openDatabase(database: string): Kysely<Database> {
  return connect(database).db;
}

function connect(database: string, log?: QueryLog): Pick<Store, 'db' | 'changes'> {
  const on = (dialect: Dialect) => new Kysely<Database>({ dialect, ...(log ? { log } : {}) });
  try {
    if (isPostgresUrl(database)) {
      return { db: on(postgresDialect(database)), changes: () => undefined };
    }
    const dialect = sqliteDialect(database);
    return { db: on(dialect), changes: dialect.changes };
  } catch (error) {
    throw cannotOpen(database, error);
  }
}

export interface StoreOptions {
  /** Default true. False for who works beside a server: the schema must be of this version already, a file must be there. */
  migrate?: boolean;
  log?: QueryLog;
}

/** Opens and migrates the database; rejects with a sentence where it does not answer or is of another version. */
export async function openStore(database: string, options: StoreOptions = {}): Promise<Store> {
  const { migrate = true, log } = options;
  if (!migrate) requireFile(database);
  const { db, changes } = connect(database, log);
  try {
    await requireUtf8(db).catch((error) => {
      throw cannotOpen(database, error);
    });
    if (migrate) await migrateUp(db);
    else await requireNewest(db);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    db,
    changes,
    transaction: (change) => runTransaction(db, change),
    async ping() {
      await sql`select 1`.execute(db);
    },
    rows: {
      firmware: () => db.selectFrom('mesh_firmware').selectAll().orderBy('id').execute(),
      updates: () => db.selectFrom('ota_updates').selectAll().orderBy('id').execute(),
      nodes: (updateId) =>
        db
          .selectFrom('ota_node_status')
          .selectAll()
          .$if(updateId !== undefined, (q) => q.where('update_id', '=', updateId as number))
          .orderBy('id')
          .execute(),
      deviceFirmware: () => db.selectFrom('firmware').selectAll().orderBy('id').execute(),
      deviceLog: () => db.selectFrom('device_ota_log').selectAll().orderBy('id').execute(),
    },
    reset: () => (isPostgresUrl(database) ? empty(db) : recreate(db)),
    close: () => db.destroy(),
  };
}

/** SQLite would make an empty database of a wrong path. */
export function requireFile(database: string): void {
  if (isPostgresUrl(database) || database === ':memory:' || existsSync(database)) return;
  throw new Error(`There is no database ${database}; name the data folder of a server.`);
}

async function requireNewest(db: Kysely<Database>): Promise<void> {
  const behind = (await migrationStates(db)).filter((step) => !step.applied);
  if (behind.length === 0) return;
  const names = behind.map((step) => step.name).join(', ');
  throw new Error(`The database lacks migrations (${names}); run ota server migrate up first.`);
}

/** The first question to a database, so that it also shows whether it answers. Another encoding could not hold every text. */
async function requireUtf8(db: Kysely<Database>): Promise<void> {
  if (!isPostgres(db)) return void (await sql`pragma schema_version`.execute(db));
  const { rows } = await sql<{ server_encoding: string }>`show server_encoding`.execute(db);
  const encoding = rows[0]?.server_encoding;
  if (encoding === 'UTF8') return;
  throw new Error(`The database is encoded in ${encoding}; create one with ENCODING 'UTF8'.`);
}

/** One message, and not TRUNCATE, which makes a new file for every table and index: this is for tests, between two of them. */
async function empty(db: Kysely<Database>): Promise<void> {
  const steps = [
    ...TABLES.toReversed().map((table) => `delete from ${table}`),
    ...TABLES.map((table) => `select setval(pg_get_serial_sequence('${table}', 'id'), 1, false)`),
  ];
  await sql.raw(steps.join('; ')).execute(db);
}

async function recreate(db: Kysely<Database>): Promise<void> {
  await migrateDown(db);
  await migrateUp(db);
}
