import { Kysely, type Transaction } from 'kysely';
import { migrateDown, migrateUp } from './migrate.ts';
import type { Database, FirmwareRow, NodeRow, UpdateRow } from './schema.ts';
import { sqliteDialect } from './sqlite.ts';

/** A connection, or the transaction that a query must be part of. */
export type Db = Kysely<Database> | Transaction<Database>;

export interface Store {
  db: Kysely<Database>;
  /** The rows as they stand, in id order: what proofs and tests read. */
  rows: {
    firmware(): Promise<FirmwareRow[]>;
    updates(): Promise<UpdateRow[]>;
    nodes(updateId?: number): Promise<NodeRow[]>;
  };
  /** Drops every row and starts ids over at 1. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Opens (and migrates) the database; `path` is a file or `:memory:`. */
export async function openStore(path: string): Promise<Store> {
  const db = new Kysely<Database>({ dialect: sqliteDialect(path) });
  try {
    await migrateUp(db);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    db,
    rows: {
      firmware: () => db.selectFrom('mesh_firmware').selectAll().orderBy('id').execute(),
      updates: () => db.selectFrom('ota_updates').selectAll().orderBy('id').execute(),
      nodes: (updateId) =>
        db
          .selectFrom('ota_node_status')
          .selectAll()
          .$if(updateId !== undefined, (q) => q.where('update_id', '=', updateId as number))
          .orderBy('id')
          .execute(),
    },
    async reset() {
      await migrateDown(db);
      await migrateUp(db);
    },
    close: () => db.destroy(),
  };
}
