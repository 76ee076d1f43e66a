import { type Kysely, sql } from 'kysely';
import { isPostgres } from './migrations/columns.ts';

/** The last id that each table has given; 0 where none. An id is never given twice, not even after a restore. */
export async function readCounters<DB>(
  db: Kysely<DB>,
  tables: readonly string[],
): Promise<Record<string, number>> {
  const last: Record<string, number> = {};
  for (const table of tables) last[table] = await readCounter(db, table);
  return last;
}

async function readCounter<DB>(db: Kysely<DB>, table: string): Promise<number> {
  const query = isPostgres(db)
    ? sql<{
        last: number | null;
      }>`select pg_sequence_last_value(pg_get_serial_sequence(${table}, 'id')) as last`
    : sql<{ last: number }>`select seq as last from sqlite_sequence where name = ${table}`;
  const { rows } = await query.execute(db);
  return rows[0]?.last ?? 0;
}

/** Ids of `table` go on after `last`. */
export async function writeCounter<DB>(db: Kysely<DB>, table: string, last: number): Promise<void> {
  if (last === 0) return;
  if (isPostgres(db)) {
    await sql`select setval(pg_get_serial_sequence(${table}, 'id'), ${last})`.execute(db);
    return;
  }
  await sql`delete from sqlite_sequence where name = ${table}`.execute(db);
  await sql`insert into sqlite_sequence (name, seq) values (${table}, ${last})`.execute(db);
}
