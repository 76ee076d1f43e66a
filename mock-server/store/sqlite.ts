import { DatabaseSync, type StatementSync } from 'node:sqlite';
import {
  type DatabaseConnection,
  type Dialect,
  type DialectAdapter,
  type Driver,
  SqliteAdapter,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely';
import { waitingConnection } from './busy.ts';
import { bindable } from './parameters.ts';

/** Prepared statements kept; the app's own queries are far fewer. */
const STATEMENT_LIMIT = 200;
/** How long SQLite itself sleeps for another process's lock, in milliseconds; then waitingConnection() takes over. */
const BUSY_TIMEOUT = 10;

function adapt(statement: StatementSync) {
  return {
    reader: statement.columns().length > 0,
    all: (parameters: readonly unknown[]) => statement.all(...parameters.map(bindable)),
    run: (parameters: readonly unknown[]) => statement.run(...parameters.map(bindable)),
    iterate: (parameters: readonly unknown[]) => statement.iterate(...parameters.map(bindable)),
  };
}

/** SQLite undoes DDL with its transaction; Kysely leaves that off, and a killed migration would stay half done. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class WaitingDriver extends SqliteDriver {
  #waiting: DatabaseConnection | undefined;

  override async acquireConnection(): Promise<DatabaseConnection> {
    this.#waiting ??= waitingConnection(await super.acquireConnection());
    return this.#waiting;
  }
}

class NodeSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;

  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): Driver {
    return new WaitingDriver(this.#config);
  }

  override createAdapter(): DialectAdapter {
    return new TransactionalAdapter();
  }
}

/** Dialects count their own connection's changes. */
export interface CountingDialect extends Dialect {
  /** How many rows were inserted, changed or deleted by this connection (sqlite3_total_changes). */
  changes(): number;
}

/**
 * Kysely over Node's own SQLite. `path` is a file, opened in WAL mode, or `:memory:`.
 * Acknowledged writes survive a killed process (synchronous NORMAL with WAL). A transaction takes the
 * write lock at its beginning: one that began by reading could not wait for another process's write.
 */
export function sqliteDialect(path: string): CountingDialect {
  const database = new DatabaseSync(path, {
    enableForeignKeyConstraints: true,
    timeout: BUSY_TIMEOUT,
  });
  if (path !== ':memory:') useWal(database);
  const statements = new Map<string, ReturnType<typeof adapt>>();
  const total = database.prepare('select total_changes() as n');
  const dialect = new NodeSqliteDialect({
    database: {
      close: () => database.close(),
      prepare(sql) {
        const known = statements.get(sql);
        if (known) return known;
        const statement = adapt(database.prepare(sql === 'begin' ? 'begin immediate' : sql));
        if (statements.size >= STATEMENT_LIMIT) statements.clear();
        statements.set(sql, statement);
        return statement;
      },
    },
  });
  return Object.assign(dialect, { changes: () => (total.get() as { n: number }).n });
}

/** Switching a new file to WAL needs it alone for a moment, in which another process may be doing the same. */
function useWal(database: DatabaseSync): void {
  database.exec(
    'PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL',
  );
  database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
}
