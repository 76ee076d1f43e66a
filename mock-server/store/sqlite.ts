import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { type Dialect, SqliteDialect } from 'kysely';

/** Prepared statements kept; the app's own queries are far fewer. */
const STATEMENT_LIMIT = 200;

function bindable(value: unknown, index: number): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'bigint') return value;
  if (typeof value === 'number' || value instanceof Uint8Array) return value;
  const kind = value === undefined ? 'undefined' : (value as object).constructor?.name;
  throw new TypeError(
    `SQL parameter ${index + 1} is ${kind ?? typeof value}: SQLite would store NULL without a word. ` +
      'Pass a number, string, bigint, bytes or null.',
  );
}

function adapt(statement: StatementSync) {
  return {
    reader: statement.columns().length > 0,
    all: (parameters: readonly unknown[]) => statement.all(...parameters.map(bindable)),
    run: (parameters: readonly unknown[]) => statement.run(...parameters.map(bindable)),
    iterate: (parameters: readonly unknown[]) => statement.iterate(...parameters.map(bindable)),
  };
}

/**
 * Kysely over Node's own SQLite. `path` is a file, opened in WAL mode, or `:memory:`.
 * Acknowledged writes survive a killed process (synchronous NORMAL with WAL).
 */
export function sqliteDialect(path: string): Dialect {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5000 });
  if (path !== ':memory:') database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  const statements = new Map<string, ReturnType<typeof adapt>>();
  return new SqliteDialect({
    database: {
      close: () => database.close(),
      prepare(sql) {
        const known = statements.get(sql);
        if (known) return known;
        const statement = adapt(database.prepare(sql));
        if (statements.size >= STATEMENT_LIMIT) statements.clear();
        statements.set(sql, statement);
        return statement;
      },
    },
  });
}
