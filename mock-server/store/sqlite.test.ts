import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqliteDialect } from './sqlite.ts';

interface Tables {
  things: { id: number; name: string | null };
}
let db: Kysely<Tables>;
beforeEach(async () => {
  db = new Kysely<Tables>({ dialect: sqliteDialect(':memory:') });
  await sql`create table things (id integer primary key, name text)`.execute(db);
});
afterEach(() => db.destroy());

describe('sqliteDialect', () => {
  it('returns rows and counts', async () => {
    const inserted = await db.insertInto('things').values({ id: 7, name: 'a' }).executeTakeFirst();
    expect(inserted.numInsertedOrUpdatedRows).toBe(1n);
    expect(await db.selectFrom('things').selectAll().execute()).toEqual([{ id: 7, name: 'a' }]);
    const returned = await db.deleteFrom('things').returning('name').execute();
    expect(returned).toEqual([{ name: 'a' }]);
  });

  it.each([
    ['a Date', new Date(0), 'Date'],
    ['undefined', undefined, 'undefined'],
    ['a boolean', true, 'Boolean'],
    ['an object', { a: 1 }, 'Object'],
  ])('refuses to bind %s, which SQLite would not keep', async (_name, value, shown) => {
    const query = sql`insert into things values (1, ${sql.val(value)})`.execute(db);
    await expect(query).rejects.toThrow(`parameter 1 is ${shown}`);
    expect(await db.selectFrom('things').selectAll().execute()).toEqual([]);
  });

  it('keeps transactions that run at the same time apart', async () => {
    const add = (id: number, fail: boolean) =>
      db.transaction().execute(async (trx) => {
        await trx.insertInto('things').values({ id, name: null }).execute();
        await new Promise((resolve) => setImmediate(resolve));
        if (fail) throw new Error('undone');
      });
    const all = Array.from({ length: 10 }, (_, i) => add(i, i % 2 === 1));
    await Promise.allSettled(all);
    const rows = await db.selectFrom('things').select('id').orderBy('id').execute();
    expect(rows.map((r) => r.id)).toEqual([0, 2, 4, 6, 8]);
  });

  it('enforces foreign keys', async () => {
    const { rows } = await sql<{ foreign_keys: number }>`pragma foreign_keys`.execute(db);
    expect(rows).toEqual([{ foreign_keys: 1 }]);
  });

  it('waits for another connection that writes, while everything else goes on', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'ota-sqlite-'));
    const path = join(dir, 'a.sqlite');
    const [one, other] = [0, 1].map(() => new Kysely<Tables>({ dialect: sqliteDialect(path) }));
    await sql`create table things (id integer primary key, name text)`.execute(one!);
    const order: string[] = [];
    const written = Promise.withResolvers<void>();
    await Promise.all([
      one!.transaction().execute(async (trx) => {
        await trx.insertInto('things').values({ id: 1, name: null }).execute();
        written.resolve();
        await new Promise((resolve) => setTimeout(resolve, 200));
        order.push('first');
      }),
      written.promise.then(async () => {
        await other!.insertInto('things').values({ id: 2, name: null }).execute();
        order.push('second');
      }),
    ]);
    expect(order).toEqual(['first', 'second']);
    await Promise.all([one!.destroy(), other!.destroy()]);
    await rm(dir, { recursive: true });
  });
});
