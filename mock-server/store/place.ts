import { isPostgresUrl } from './postgres.ts';

/** The database in a message: a file's path, or host and name of a PostgreSQL database, with no user, password or options. */
export function shownDatabase(database: string): string {
  if (!isPostgresUrl(database)) return database;
  const url = URL.canParse(database) ? new URL(database) : undefined;
  return url ? `postgres://${url.host}${url.pathname}` : 'the PostgreSQL database';
}

/** What kept a database from being opened, as a sentence with what to look at. */
export function cannotOpen(database: string, cause: unknown): Error {
  const why = reason(cause);
  const hint = isPostgresUrl(database)
    ? 'is it running, and are user, password and database in DATABASE_URL right?'
    : 'is the folder there, writable, and the file a database of this server?';
  return new Error(`Cannot open ${shownDatabase(database)} (${why}): ${hint}`, { cause });
}

function reason(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return reason(cause.errors[0]);
  return cause instanceof Error ? cause.message : String(cause);
}
