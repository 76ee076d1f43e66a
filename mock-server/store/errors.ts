/** What SQLite (`errcode`, extended result codes) and PostgreSQL (`code`, SQLSTATE) say alike. */
interface DatabaseError {
  errcode?: number;
  code?: string;
}

function says(error: unknown, sqlite: readonly number[], postgres: readonly string[]): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { errcode, code } = error as DatabaseError;
  return (
    (errcode !== undefined && sqlite.includes(errcode)) ||
    (code !== undefined && postgres.includes(code))
  );
}

/** A second row with the same unique value: SQLITE_CONSTRAINT_UNIQUE or _PRIMARYKEY, unique_violation. */
export function isUniqueViolation(error: unknown): boolean {
  return says(error, [2067, 1555], ['23505']);
}

/** A row that names a row that is gone, or the reverse: SQLITE_CONSTRAINT_FOREIGNKEY, foreign_key_violation. */
export function isForeignKeyViolation(error: unknown): boolean {
  return says(error, [787], ['23503']);
}

/** The transaction was undone because of another one, and may simply run again: serialization_failure, deadlock_detected. */
export function isTransactionConflict(error: unknown): boolean {
  return error instanceof TransactionConflict || says(error, [], ['40001', '40P01']);
}

const UNREACHABLE = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  // PostgreSQL: connection exceptions, too many connections, shutting down, starting up.
  '08000',
  '08001',
  '08003',
  '08006',
  '53300',
  '57P01',
  '57P02',
  '57P03',
];
const BROKEN = /connection terminated|timeout exceeded when trying to connect/i;

/** The database does not answer now; a later request may succeed. SQLite: BUSY after the whole wait. */
export function isUnavailable(error: unknown): boolean {
  if (says(error, [5, 261, 517], UNREACHABLE)) return true;
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  if (!(error instanceof Error)) return false;
  return BROKEN.test(error.message) || (error.cause !== undefined && isUnavailable(error.cause));
}

/** Thrown in a transaction that has read what another one has changed since: it runs again. */
export class TransactionConflict extends Error {
  constructor() {
    super('Another transaction changed what this one had read.');
    this.name = 'TransactionConflict';
  }
}
