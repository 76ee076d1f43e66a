import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { migrateDown, migrateUp, migrationNames } from './migrate.ts';
import type { Database } from './schema.ts';
import { openStore } from './store.ts';
import { TABLES } from './tables.ts';

const tables = async (db: Kysely<Database>) =>
  (await db.introspection.getTables()).map((t) => t.name).sort();

describe('store', () => {
  it('migrates up, down, and up again', async () => {
    const store = await openStore(':memory:');
    expect(await tables(store.db)).toEqual([...TABLES].sort());
    expect(await migrateUp(store.db)).toEqual([]);
    expect(await migrateDown(store.db)).toEqual([...migrationNames].reverse());
    expect(await tables(store.db)).toEqual([]);
    expect(await migrateUp(store.db)).toEqual(migrationNames);
    await store.close();
  });

  it('gives a time to nothing by itself', async () => {
    const store = await openStore(':memory:');
    for (const table of await store.db.introspection.getTables()) {
      const defaults = table.columns.filter((c) => c.hasDefaultValue && !c.isAutoIncrementing);
      expect(defaults.map((c) => c.name)).toEqual([]);
    }
    await store.close();
  });

  it('keeps a file in WAL mode, and says what to do with one of a newer version', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'ota-store-'));
    const path = join(dir, 'ota.sqlite');
    const store = await openStore(path);
    const mode = await sql<{ journal_mode: string }>`pragma journal_mode`.execute(store.db);
    expect(mode.rows).toEqual([{ journal_mode: 'wal' }]);
    await sql`insert into kysely_migration values ('999_later', '')`.execute(store.db);
    await store.close();
    await expect(openStore(path)).rejects.toThrow('may be of a newer version');
    await rm(dir, { recursive: true });
  });

  it('uses an index for what is asked often', async () => {
    const store = await openStore(':memory:');
    const plan = async (query: string) => {
      const { rows } = await sql<{
        detail: string;
      }>`${sql.raw(`explain query plan ${query}`)}`.execute(store.db);
      return rows.map((r) => r.detail).join();
    };
    expect(await plan(`select * from ota_updates where status = 'pending' order by id`)).toMatch(
      /SEARCH.*ota_updates_by_status/,
    );
    expect(await plan('select * from ota_node_status where update_id = 1')).toContain('SEARCH');
    expect(await plan(`select * from ota_updates where open_key = 'x'`)).toContain('SEARCH');
    await store.close();
  });
});
