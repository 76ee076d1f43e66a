import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { cannotOpen, shownDatabase } from '../store/place.ts';
import { isPostgresUrl } from '../store/postgres.ts';

/** PostgreSQL shows a connection for a moment after its end, ms. */
const PATIENCE = 1000;
const SQLITE_BUSY = 5;

/**
 * Rejects while somebody has the database open: a server would go on by what it keeps in memory. SQLite leaves WAL only for who has
 * the file alone, whatever became of other processes. Of PostgreSQL only connections can be seen, and a server that nobody asks has
 * none after ten seconds.
 */
export async function requireAlone(database: string): Promise<void> {
  const asked = isPostgresUrl(database) ? hasClients(database) : isShared(database);
  const shared = await asked.catch((error) => {
    throw cannotOpen(database, error);
  });
  if (!shared) return;
  throw new Error(
    `${shownDatabase(database)} is in use: stop the servers, and what else works on it, first.`,
  );
}

async function isShared(path: string): Promise<boolean> {
  if (!existsSync(path)) return false;
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA journal_mode = DELETE');
    return false;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return true;
    throw error;
  } finally {
    database.close();
  }
}

const CLIENTS = `select 1 from pg_stat_activity where datname = current_database()
  and application_name = 'esp-ota-bench'`;

async function hasClients(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, application_name: 'esp-ota-bench alone' });
  await client.connect();
  try {
    const end = performance.now() + PATIENCE;
    for (;;) {
      const { rowCount } = await client.query(CLIENTS);
      if (!rowCount) return false;
      if (performance.now() > end) return true;
      await delay(50);
    }
  } finally {
    await client.end();
  }
}
