import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testStore } from '../test-database.ts';
import {
  isForeignKeyViolation,
  isTransactionConflict,
  isUnavailable,
  isUniqueViolation,
  TransactionConflict,
} from './errors.ts';
import { openStore, type Store } from './store.ts';

let store: Store;
beforeEach(async () => {
  store = await testStore();
});
afterEach(() => store.close());

const type = (name: string) => ({ device_type: name, revision: 1 });
const names = async () =>
  (
    await store.db.selectFrom('firmware_revision').select('device_type').orderBy('id').execute()
  ).map((row) => row.device_type);

describe('transaction', () => {
  it('runs again where it lost to another, and leaves nothing of the first attempt', async () => {
    let attempts = 0;
    await store.transaction(async (trx) => {
      attempts += 1;
      await trx
        .insertInto('firmware_revision')
        .values(type(`attempt ${attempts}`))
        .execute();
      if (attempts < 3) throw new TransactionConflict();
    });
    expect(await names()).toEqual(['attempt 3']);
  });

  it('gives up after some attempts, and at once on anything else', async () => {
    let attempts = 0;
    const always = store.transaction(async () => {
      attempts += 1;
      throw new TransactionConflict();
    });
    await expect(always).rejects.toThrow('Another transaction');
    expect(attempts).toBe(8);
    await expect(
      store.transaction(async (trx) => {
        attempts += 1;
        await trx.insertInto('firmware_revision').values(type('x')).execute();
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(attempts).toBe(9);
    expect(await names()).toEqual([]);
  });

  it('outlives a deadlock', async () => {
    await store.db
      .insertInto('firmware_revision')
      .values([type('a'), type('b')])
      .execute();
    const raise = (trx: Store['db'], name: string) =>
      trx
        .updateTable('firmware_revision')
        .set((eb) => ({ revision: eb('revision', '+', 1) }))
        .where('device_type', '=', name)
        .execute();
    const both = (first: string, second: string) =>
      store.transaction(async (trx) => {
        await raise(trx, first);
        await new Promise((resolve) => setTimeout(resolve, 20));
        await raise(trx, second);
      });
    await Promise.all([both('a', 'b'), both('b', 'a'), both('a', 'b'), both('b', 'a')]);
    const rows = await store.db.selectFrom('firmware_revision').select('revision').execute();
    expect(rows.map((row) => row.revision)).toEqual([5, 5]);
  });
});

const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('errors that both databases name differently', () => {
  it('unique and foreign keys', async () => {
    const { db } = store;
    const twice = await failure(
      db
        .insertInto('firmware_revision')
        .values([type('a'), type('a')])
        .execute(),
    );
    const orphan = await failure(
      db
        .insertInto('device_ota_log')
        .values({
          device_id: 1,
          firmware_id: 7,
          status: 'failed',
          bytes_downloaded: 0,
          created_at: 0,
          updated_at: 0,
        })
        .execute(),
    );
    expect([isUniqueViolation(twice), isForeignKeyViolation(twice)]).toEqual([true, false]);
    expect([isUniqueViolation(orphan), isForeignKeyViolation(orphan)]).toEqual([false, true]);
    expect([twice, orphan].map(isTransactionConflict)).toEqual([false, false]);
    expect([twice, orphan].map(isUnavailable)).toEqual([false, false]);
  });

  it('a database that does not answer', async () => {
    const refused = await failure(openStore('postgres://nobody:secret@127.0.0.1:1/none'));
    expect(isUnavailable(refused)).toBe(true);
    expect(String(refused)).not.toContain('secret');
    expect(String(refused)).toMatch(
      /Cannot open postgres:\/\/127\.0\.0\.1:1\/none \(.*ECONNREFUSED/,
    );
    await expect(openStore('/nowhere/at/all.sqlite')).rejects.toThrow('/nowhere/at/all.sqlite');
    const folder = await mkdtemp(join(tmpdir(), 'ota-no-database-'));
    await writeFile(join(folder, 'letter.txt'), 'Dear database, '.repeat(100));
    await expect(openStore(join(folder, 'letter.txt'))).rejects.toThrow('letter.txt');
    await rm(folder, { recursive: true });
  });
});
