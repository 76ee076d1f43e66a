import { sql } from 'kysely';
import { isPostgres } from './migrations/columns.ts';
import type { Db } from './store.ts';

/** An arbitrary number that only this app locks in its database ("ota" in ASCII). */
const KEY = 0x6f7461;

/**
 * Until the transaction ends, no sweep of image files runs: between giving a file its name and writing the row that names it,
 * nothing may take it away. Uploads do not wait for each other in PostgreSQL; SQLite has one writer anyway.
 */
export async function shareImages(trx: Db): Promise<void> {
  if (isPostgres(trx)) await sql`select pg_advisory_xact_lock_shared(${KEY})`.execute(trx);
}

/** Until the transaction ends, no upload gives a file its name: what a sweep removes, nobody is about to use. */
export async function ownImages(trx: Db): Promise<void> {
  if (isPostgres(trx)) await sql`select pg_advisory_xact_lock(${KEY})`.execute(trx);
}
