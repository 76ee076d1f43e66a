import { setTimeout as delay } from 'node:timers/promises';
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';

/** How long a statement waits for another process that writes (a purge, a restore), in milliseconds. */
const PATIENCE = 10_000;
const PAUSE = 10;
const SQLITE_BUSY = 5;

/**
 * Waits for SQLite's write lock without stopping everything else of this process: SQLite itself can only sleep. A statement that
 * found the database locked has done nothing and may run again.
 */
export function waitingConnection(connection: DatabaseConnection): DatabaseConnection {
  async function later<R>(query: CompiledQuery, error: unknown): Promise<QueryResult<R>> {
    const deadline = performance.now() + PATIENCE;
    let busy = error;
    while (isBusy(busy) && performance.now() < deadline) {
      await delay(PAUSE);
      try {
        return await connection.executeQuery<R>(query);
      } catch (again) {
        busy = again;
      }
    }
    throw busy;
  }

  return {
    executeQuery: <R>(query: CompiledQuery) =>
      connection.executeQuery<R>(query).catch((error) => later<R>(query, error)),
    streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
  };
}

const isBusy = (error: unknown) => (error as { errcode?: number }).errcode === SQLITE_BUSY;
