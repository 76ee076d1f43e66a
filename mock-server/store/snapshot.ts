import { type Kysely, sql } from 'kysely';
import { isPostgres } from './migrations/columns.ts';

/**
 * Reads everything as it stands at one moment, while others go on writing: SQLite's WAL and PostgreSQL's REPEATABLE READ both
 * give that. Nothing can be written inside.
 */
export function readSnapshot<DB, T>(
  db: Kysely<DB>,
  read: (snapshot: Kysely<DB>) => Promise<T>,
): Promise<T> {
  if (isPostgres(db)) {
    return db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(read);
  }
  return db.connection().execute(async (connection) => {
    // Not Kysely's transaction, which takes the write lock.
    await sql`begin deferred`.execute(connection);
    try {
      return await read(connection);
    } finally {
      await sql`rollback`.execute(connection);
    }
  });
}
