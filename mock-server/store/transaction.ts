import { setTimeout as delay } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import { isTransactionConflict } from './errors.ts';

const ATTEMPTS = 8;
/** Milliseconds before the second attempt; twice as long each time. */
const FIRST_PAUSE = 5;

/**
 * Runs `change` in a transaction (READ COMMITTED in PostgreSQL, with row locks where a rule needs them; SQLite runs one at a
 * time). One that lost to another (serialization failure, deadlock, TransactionConflict) runs again from its start: `change`
 * must touch nothing but the database, or be harmless when repeated.
 */
export async function runTransaction<DB, T>(
  db: Kysely<DB>,
  change: (trx: Transaction<DB>) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(change);
    } catch (error) {
      if (attempt >= ATTEMPTS || !isTransactionConflict(error)) throw error;
      await delay(FIRST_PAUSE * 2 ** (attempt - 1));
    }
  }
}
