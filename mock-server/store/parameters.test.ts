import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testStore } from '../test-database.ts';
import { bindable } from './parameters.ts';
import type { Store } from './store.ts';

let store: Store;
beforeEach(async () => {
  store = await testStore();
});
afterEach(() => store.close());

async function kept(text: string): Promise<string | null | undefined> {
  const { id } = await store.db
    .insertInto('device_ota_log')
    .values({
      device_id: 2 ** 53 - 1,
      status: 'failed',
      bytes_downloaded: 0,
      error_message: text,
      created_at: 0,
      updated_at: 0,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const row = await store.db
    .selectFrom('device_ota_log')
    .select(['error_message', 'device_id'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  expect(row.device_id).toBe(2 ** 53 - 1);
  return row.error_message;
}

describe('text that boards send', () => {
  it.each([
    ['ordinary', 'Prüfung läuft ✓ 固件 🚀', 'Prüfung läuft ✓ 固件 🚀'],
    ['with U+0000', 'a\0b', 'a\uFFFDb'],
    ['with half a surrogate pair', 'a\uD83Db', 'a\uFFFDb'],
    ['with quotes and backslashes', `'; drop table x; -- \\ "`, `'; drop table x; -- \\ "`],
    ['empty', '', ''],
  ])('%s is kept alike in both databases', async (_, text, expected) => {
    expect(await kept(text)).toBe(expected);
  });
});

it('knows numbers beyond 32 bits wherever an integer is compared', async () => {
  const { db } = store;
  const big = 999_999_999_999_999;
  expect(await db.selectFrom('ota_updates').select('id').where('id', '=', big).execute()).toEqual(
    [],
  );
  expect(
    await db.selectFrom('firmware').select('id').where('build_number', '=', big).execute(),
  ).toEqual([]);
  const counted = await sql<{ n: number }>`select count(*) as n from firmware`.execute(db);
  expect(counted.rows).toEqual([{ n: 0 }]);
});

it.each([Number.NaN, Number.POSITIVE_INFINITY, undefined, new Date(0), true, {}, () => 1])(
  'refuses to bind %s',
  (value) => {
    expect(() => bindable(value, 2)).toThrow(/^SQL parameter 3 is /);
  },
);
