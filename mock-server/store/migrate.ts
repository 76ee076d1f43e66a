import type { Kysely } from 'kysely';
import { type Migration, type MigrationResultSet, Migrator, NO_MIGRATIONS } from 'kysely/migration';
import { mesh } from './migrations/001_mesh.ts';
import type { Database } from './schema.ts';

const MIGRATIONS: Record<string, Migration> = { '001_mesh': mesh };

function migrator(db: Kysely<Database>): Migrator {
  return new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
}

function check(outcome: MigrationResultSet): string[] {
  if (!outcome.error) return (outcome.results ?? []).map((r) => r.migrationName);
  const failed = outcome.results?.find((r) => r.status === 'Error')?.migrationName;
  throw new Error(
    `Database migration ${failed ?? ''} failed; the database may be of a newer version. ` +
      `Restore a backup or use the version that wrote it. (${String(outcome.error)})`,
    { cause: outcome.error },
  );
}

/** Brings the schema to the newest; returns the names of the steps taken. */
export async function migrateUp(db: Kysely<Database>): Promise<string[]> {
  return check(await migrator(db).migrateToLatest());
}

/** Takes every step back: all tables of the app are dropped. */
export async function migrateDown(db: Kysely<Database>): Promise<string[]> {
  return check(await migrator(db).migrateTo(NO_MIGRATIONS));
}
