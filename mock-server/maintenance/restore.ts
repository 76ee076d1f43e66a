import { copyFile, mkdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Kysely, Transaction } from 'kysely';
import { publishFile, syncDirectory, syncFile } from '../images/durable.ts';
import { CONTENT, contentPath, publicPath, TEMPORARY } from '../images/layout.ts';
import { temporaryName } from '../images/temporary.ts';
import { writeCounter } from '../store/counters.ts';
import {
  migrateDown,
  migrateTo,
  migrateUp,
  migrationNames,
  migrationStates,
} from '../store/migrate.ts';
import { shownDatabase } from '../store/place.ts';
import { isPostgresUrl } from '../store/postgres.ts';
import type { Database } from '../store/schema.ts';
import { openDatabase } from '../store/store.ts';
import { TABLES } from '../store/tables.ts';
import { runTransaction } from '../store/transaction.ts';
import { requireAlone } from './alone.ts';
import {
  imagePath,
  type JsonRow,
  type Manifest,
  readManifest,
  readRows,
  sha256OfFile,
  tablePath,
} from './backup-format.ts';

/** Rows inserted at once: below SQLite's limit of 32,766 parameters. */
const BATCH = 200;

export interface RestoreOptions {
  /** Give up what the database holds. Without it, a database with rows is refused. */
  replace?: boolean;
}

/**
 * Puts a backup in place of a database and its images; refused while a server has the database open, as it keeps things in memory. All of the backup is
 * checked before anything is written; images come first, then all rows in one transaction. So what was there stands until all of
 * the new is there, and a restore that was cut off is simply run again.
 */
export async function restore(
  database: string,
  imageDir: string,
  folder: string,
  options: RestoreOptions = {},
): Promise<Manifest> {
  const manifest = await readManifest(folder);
  await verify(folder, manifest);
  if (!isPostgresUrl(database)) await mkdir(dirname(database), { recursive: true });
  await requireAlone(database);
  const db = openDatabase(database);
  try {
    if (!options.replace) await requireEmpty(db, database);
    await restoreImages(folder, imageDir, manifest);
    await runTransaction(db, (trx) => restoreRows(trx, folder, manifest));
    return manifest;
  } finally {
    await db.destroy();
  }
}

async function verify(folder: string, manifest: Manifest): Promise<void> {
  if (manifest.migration !== 'none' && !migrationNames.includes(manifest.migration)) {
    throw new Error(
      `The backup is of a newer version (migration ${manifest.migration}); restore it with that one.`,
    );
  }
  const files = [
    ...manifest.tables.map((t) => [tablePath(folder, t.name), t.sha256] as const),
    ...manifest.images.map((i) => [imagePath(folder, i.sha256), i.sha256] as const),
  ];
  for (const [path, sha256] of files) {
    const found = await sha256OfFile(path).catch(() => undefined);
    if (found === undefined) throw new Error(`${path} is missing; the backup is not whole.`);
    if (found !== sha256) throw new Error(`${path} is not what was backed up; it is damaged.`);
  }
}

async function requireEmpty(db: Kysely<Database>, database: string): Promise<void> {
  if (!(await migrationStates(db)).some((step) => step.applied)) return;
  const there = new Set((await db.introspection.getTables()).map((table) => table.name));
  for (const name of TABLES.filter((table) => there.has(table))) {
    const row = await db.selectFrom(name).select('id').limit(1).executeTakeFirst();
    if (!row) continue;
    const shown = shownDatabase(database);
    throw new Error(
      `${shown} is not empty (${name} has rows); to give that up, restore with --replace.`,
    );
  }
}

async function restoreImages(folder: string, imageDir: string, manifest: Manifest): Promise<void> {
  const temporary = join(imageDir, TEMPORARY);
  await mkdir(temporary, { recursive: true });
  for (const { sha256, size, names } of manifest.images) {
    const content = contentPath(imageDir, sha256);
    await mkdir(dirname(content), { recursive: true });
    const there = await stat(content).catch(() => undefined);
    if (there?.size !== size || (await sha256OfFile(content)) !== sha256) {
      const copy = join(temporary, temporaryName());
      try {
        await copyFile(imagePath(folder, sha256), copy);
        await syncFile(copy);
        await publishFile(copy, content, temporary);
      } finally {
        await rm(copy, { force: true });
      }
    }
    for (const name of names) await restoreName(imageDir, name, content, temporary);
  }
  await syncDirectory(join(imageDir, CONTENT)).catch(() => {});
  await syncDirectory(imageDir);
}

async function restoreName(imageDir: string, name: string, content: string, temporary: string) {
  const path = publicPath(imageDir, name);
  await mkdir(dirname(path), { recursive: true });
  await publishFile(content, path, temporary);
}

/** The schema of the backup's time, its rows, then the newest schema. */
async function restoreRows(trx: Transaction<Database>, folder: string, manifest: Manifest) {
  await migrateDown(trx);
  await migrateTo(trx, manifest.migration);
  for (const { name, rows, last_id } of manifest.tables) {
    const inserted = await insertRows(trx, name as keyof Database, readRows(folder, name));
    if (inserted !== rows) throw new Error(`Table ${name} of the backup has ${inserted} rows.`);
    await writeCounter(trx, name, last_id);
  }
  await migrateUp(trx);
}

async function insertRows(
  trx: Transaction<Database>,
  table: keyof Database,
  rows: AsyncIterable<JsonRow>,
): Promise<number> {
  let count = 0;
  let batch: JsonRow[] = [];
  const flush = async () => {
    if (batch.length > 0)
      await trx
        .insertInto(table)
        .values(batch as never)
        .execute();
    count += batch.length;
    batch = [];
  };
  for await (const row of rows) {
    batch.push(row);
    if (batch.length === BATCH) await flush();
  }
  await flush();
  return count;
}
