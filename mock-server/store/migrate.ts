import { type Kysely, sql } from 'kysely';
import { type Migration, type MigrationResultSet, Migrator, NO_MIGRATIONS } from 'kysely/migration';
import { mesh } from './migrations/001_mesh.ts';
import { device } from './migrations/002_device.ts';
import { isPostgres } from './migrations/columns.ts';

const MIGRATIONS: Record<string, Migration> = { '001_mesh': mesh, '002_device': device };

export interface MigrationState {
  name: string;
  applied: boolean;
}

/** All names, oldest first. */
export const migrationNames: readonly string[] = Object.keys(MIGRATIONS).sort();

/**
 * One migration runs at a time, also between processes, and all steps of a call are one transaction. In PostgreSQL the tables
 * are those of the connection's own schema; another schema's must not be taken for them.
 */
async function migrator<DB>(db: Kysely<DB>): Promise<Migrator> {
  const provider = { getMigrations: async () => MIGRATIONS };
  if (!isPostgres(db)) return new Migrator({ db, provider });
  const { rows } = await sql<{ name: string | null }>`select current_schema() as name`.execute(db);
  const schema = rows[0]?.name;
  if (!schema)
    throw new Error('The search_path of the database names no schema that exists; create one.');
  return new Migrator({ db, provider, migrationTableSchema: schema });
}

function check(outcome: MigrationResultSet): string[] {
  if (!outcome.error) return (outcome.results ?? []).map((r) => r.migrationName);
  const failed = outcome.results?.find((r) => r.status === 'Error')?.migrationName;
  const why = outcome.error instanceof Error ? outcome.error.message : String(outcome.error);
  if (/^corrupted migrations/.test(why)) {
    throw new Error(
      `The database may be of a newer version. Restore a backup or use the version that wrote it. (${why})`,
      { cause: outcome.error },
    );
  }
  throw new Error(`Database migration ${failed ?? ''} failed; nothing was changed. (${why})`, {
    cause: outcome.error,
  });
}

/** Brings the schema to the newest; returns the names of the steps taken. */
export async function migrateUp<DB>(db: Kysely<DB>): Promise<string[]> {
  if (await isNewest(db)) return [];
  return check(await (await migrator(db)).migrateToLatest());
}

/** The usual case, in one query where Kysely's migrator reads the catalogue several times. */
async function isNewest<DB>(db: Kysely<DB>): Promise<boolean> {
  // In a transaction of PostgreSQL, asking for a table that is not there would end it.
  if (db.isTransaction) return false;
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`
    .execute(db)
    .catch(() => ({ rows: [] }));
  const applied = new Set(rows.map((row) => row.name));
  return applied.size === migrationNames.length && migrationNames.every((n) => applied.has(n));
}

/** Takes every step back: all tables of the app are dropped. */
export async function migrateDown<DB>(db: Kysely<DB>): Promise<string[]> {
  return check(await (await migrator(db)).migrateTo(NO_MIGRATIONS));
}

/** Takes the newest step back; an empty list where there is none. */
export async function migrateOneDown<DB>(db: Kysely<DB>): Promise<string[]> {
  return check(await (await migrator(db)).migrateDown());
}

/** Up or down to `to` inclusive (see `migrationName`); `none` takes every step back. */
export async function migrateTo<DB>(db: Kysely<DB>, to: string): Promise<string[]> {
  const target = migrationName(to);
  return check(await (await migrator(db)).migrateTo(target ?? NO_MIGRATIONS));
}

/** Every known step, and whether the database has taken it. Changes nothing. */
export async function migrationStates<DB>(db: Kysely<DB>): Promise<MigrationState[]> {
  const infos = await (await migrator(db)).getMigrations();
  return infos.map((m) => ({ name: m.name, applied: m.executedAt !== undefined }));
}

/** The full name for `2`, `002` or `002_device`; `undefined` for `none` or `0`. Throws where there is no such step. */
export function migrationName(to: string): string | undefined {
  if (to === 'none' || /^0+$/.test(to)) return undefined;
  const found = migrationNames.find(
    (name) => name === to || (/^\d+$/.test(to) && Number.parseInt(name, 10) === Number(to)),
  );
  if (found) return found;
  throw new Error(`There is no migration ${to}; there are ${migrationNames.join(', ')}, and none.`);
}
