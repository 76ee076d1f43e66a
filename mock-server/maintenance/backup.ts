import { createHash } from 'node:crypto';
import { copyFile, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Kysely } from 'kysely';
import { errorCode, syncDirectory, syncFile } from '../images/durable.ts';
import { contentPath } from '../images/layout.ts';
import { readCounters } from '../store/counters.ts';
import { type ImageClaim, imageClaims } from '../store/image-rows.ts';
import { migrationStates } from '../store/migrate.ts';
import type { Database, Millis } from '../store/schema.ts';
import { readSnapshot } from '../store/snapshot.ts';
import type { Store } from '../store/store.ts';
import { TABLES } from '../store/tables.ts';
import {
  FORMAT,
  imagePath,
  type Manifest,
  manifestPath,
  sha256OfFile,
  tablePath,
} from './backup-format.ts';

const PAGE = 1000;
const ATTEMPTS = 3;

/** A row was deleted, and its image swept, while the backup was made. */
class Moved extends Error {}

/**
 * Writes database and images of a server, running or not, into the new folder `target`, as they stood at one moment. The folder
 * has its name only once it is whole. What rows name and cannot be copied is told in `problems`; the rest is saved.
 */
export async function backUp(
  store: Store,
  imageDir: string,
  target: string,
  now: Millis,
): Promise<Manifest> {
  const folder = resolve(target);
  const partial = `${folder}.partial`;
  await mkdir(dirname(folder), { recursive: true });
  await claimTarget(folder);
  for (let attempt = 1; ; attempt += 1) {
    await rm(partial, { recursive: true, force: true });
    try {
      const manifest = await writeBackup(store, imageDir, partial, now);
      await rm(folder, { recursive: true });
      await rename(partial, folder);
      await syncDirectory(dirname(folder));
      return manifest;
    } catch (error) {
      await rm(partial, { recursive: true, force: true });
      if (error instanceof Moved && attempt < ATTEMPTS) continue;
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }
}

/** An empty folder in its place: nobody else's backup, and no earlier one, is written over. */
async function claimTarget(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    throw new Error(`${folder} is there already; name a folder that is not.`);
  }
}

async function writeBackup(
  store: Store,
  imageDir: string,
  folder: string,
  now: Millis,
): Promise<Manifest> {
  await mkdir(join(folder, 'tables'), { recursive: true });
  await mkdir(join(folder, 'images'));
  const { claims, ...rows } = await readSnapshot(store.db, async (snapshot) => ({
    tables: await writeTables(snapshot, folder),
    claims: await imageClaims(snapshot),
  }));
  const { images, problems } = await copyImages(store, imageDir, folder, claims);
  const steps = await migrationStates(store.db);
  const manifest: Manifest = {
    format: FORMAT,
    created_at: new Date(now).toISOString(),
    migration: steps.findLast((step) => step.applied)?.name ?? 'none',
    tables: rows.tables,
    images,
    problems,
  };
  await writeFile(manifestPath(folder), `${JSON.stringify(manifest, null, 2)}\n`);
  await syncFile(manifestPath(folder));
  for (const part of ['tables', 'images', '.']) await syncDirectory(join(folder, part));
  return manifest;
}

async function writeTables(db: Kysely<Database>, folder: string): Promise<Manifest['tables']> {
  const counters = await readCounters(db, TABLES);
  const tables: Manifest['tables'] = [];
  for (const name of TABLES) {
    const written = await writeTable(db, name, tablePath(folder, name));
    tables.push({ name, ...written, last_id: Math.max(counters[name] ?? 0, written.last) });
  }
  return tables.map(({ name, rows, sha256, last_id }) => ({ name, rows, sha256, last_id }));
}

async function writeTable(db: Kysely<Database>, name: keyof Database, path: string) {
  const handle = await open(path, 'wx');
  const hash = createHash('sha256');
  let rows = 0;
  let last = 0;
  try {
    for (;;) {
      const page = await db
        .selectFrom(name)
        .selectAll()
        .where('id', '>', last as never)
        .orderBy('id')
        .limit(PAGE)
        .execute();
      const end = page.at(-1);
      if (!end) break;
      const text = page.map((row) => `${JSON.stringify(row)}\n`).join('');
      hash.update(text);
      await handle.writeFile(text);
      rows += page.length;
      last = end.id;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { rows, last, sha256: hash.digest('hex') };
}

async function copyImages(
  store: Store,
  imageDir: string,
  folder: string,
  claims: ImageClaim[],
): Promise<Pick<Manifest, 'images' | 'problems'>> {
  const images = new Map<string, Manifest['images'][number]>();
  const problems: string[] = [];
  for (const { sha256, size, name } of claims) {
    const known = images.get(sha256);
    if (known) {
      if (name && !known.names.includes(name)) known.names.push(name);
      continue;
    }
    const problem = await copyImage(contentPath(imageDir, sha256), folder, sha256);
    if (problem) {
      // Gone with its row since the snapshot: then the snapshot is what is wrong.
      const still = (await imageClaims(store.db)).some((claim) => claim.sha256 === sha256);
      if (!still) throw new Moved();
      problems.push(problem);
    } else images.set(sha256, { sha256, size, names: name ? [name] : [] });
  }
  const sorted = [...images.values()].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
  for (const image of sorted) image.names.sort();
  return { images: sorted, problems: [...new Set(problems)] };
}

/** Copies and reads back; answers what is wrong with the file. */
async function copyImage(from: string, folder: string, sha256: string) {
  const to = imagePath(folder, sha256);
  try {
    await copyFile(from, to);
    await syncFile(to);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return `Image ${sha256} is missing.`;
  }
  if ((await sha256OfFile(to)) === sha256) return undefined;
  await rm(to);
  return `Image ${sha256} is damaged.`;
}
