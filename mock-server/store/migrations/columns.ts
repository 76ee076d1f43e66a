import { type CreateTableBuilder, type Kysely, PostgresAdapter } from 'kysely';

/** Whether this connection speaks to PostgreSQL; only where the two databases have different words. */
export function isPostgres<DB>(db: Kysely<DB>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}

/**
 * A new table with its `id`: 64 bits, given by the database, never twice. Migrations write every other integer as `bigint`
 * (flags as `integer`): SQLite's integers have 64 bits anyway, and a number that PostgreSQL's `integer` cannot hold would fail
 * where it is merely compared.
 */
export function createTable<DB>(db: Kysely<DB>, name: string): CreateTableBuilder<string, 'id'> {
  const table = db.schema.createTable(name);
  return isPostgres(db)
    ? table.addColumn('id', 'bigint', (c) => c.primaryKey().generatedByDefaultAsIdentity())
    : table.addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement());
}
