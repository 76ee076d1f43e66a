import { type Dialect, PostgresDialect } from 'kysely';
import pg from 'pg';
import { bindable } from './parameters.ts';

/** Milliseconds. A server that waits longer answers nobody; the pool's queue would only grow. */
const CONNECT_TIMEOUT = 10_000;
const STATEMENT_TIMEOUT = 60_000;
/** A transaction whose process stopped in the middle must not hold its locks for ever. */
const IDLE_IN_TRANSACTION = 120_000;
const INT8 = 20;

/** Whether `database` names a PostgreSQL server, not a file. */
export function isPostgresUrl(database: string): boolean {
  return /^postgres(ql)?:\/\//i.test(database);
}

/**
 * Kysely over PostgreSQL, 10 connections a process. int8 comes as a number: ids, sizes and times of these tables are below 2^53
 * (larger ones are a RangeError). `url` takes what libpq's URLs take (`?sslmode=`, `?options=-c search_path=ota`).
 */
export function postgresDialect(url: string): Dialect {
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    statement_timeout: STATEMENT_TIMEOUT,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION,
    application_name: 'esp-ota-bench',
    types: { getTypeParser: parserOf },
  });
  // A broken connection fails its query and is replaced; without listeners it would end the process, idle or in use.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return new PostgresDialect({
    pool: {
      options: pool.options,
      end: () => pool.end(),
      async connect() {
        const client = await pool.connect();
        return {
          query: (sql: never, parameters?: readonly unknown[]) =>
            client.query(sql, parameters?.map(parameter) as never) as never,
          release: (discard?: boolean) => client.release(discard),
        };
      },
    },
  });
}

/** Kysely asks the catalogue with booleans; a column of ours that got one would refuse it. */
const parameter = (value: unknown, index: number) =>
  typeof value === 'boolean' ? value : bindable(value, index);

const parserOf: pg.CustomTypesConfig['getTypeParser'] = (
  oid: number,
  format?: 'text' | 'binary',
) =>
  oid === INT8 && format !== 'binary' ? parseInt8 : pg.types.getTypeParser(oid, format as 'text');

function parseInt8(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`The database holds ${text}, which is no exact number here.`);
}
