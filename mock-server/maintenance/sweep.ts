import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TEMPORARY } from '../images/layout.ts';
import { removeLeftovers } from '../images/temporary.ts';
import { ownImages } from '../store/image-lock.ts';
import { imageClaims } from '../store/image-rows.ts';
import type { Millis } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { contentFiles, fileFacts, type ImageFile, publicFiles } from './image-files.ts';

export interface SweepOptions {
  /** By the clock that file times are of. */
  now: Millis;
  /** Files younger than this stay, in milliseconds: whoever puts one under a public name by hand registers it afterwards. */
  minAge?: number;
  /** Uploads of contract A that nobody registered for this long are forgotten first, in milliseconds. Default: never. */
  unregistered?: number;
  /** Only say what would go. */
  dryRun?: boolean;
}

export interface Swept {
  /** SHA-256 of the contents removed. */
  contents: string[];
  /** Public names removed. */
  names: string[];
  /** Temporary files of dead processes removed. */
  leftovers: string[];
  /** Rows of uploads forgotten because of `unregistered`. */
  forgotten: number;
  /** Of the contents. */
  bytes: number;
}

const HOUR = 60 * 60 * 1000;
/** Files looked at under one lock, so that an upload does not wait for the whole sweep. */
const BATCH = 50;

/**
 * Removes image files that no row names. Safe beside running servers, also of other machines: a file is judged and removed under
 * a lock that uploads share while they name a file and write its row.
 */
export async function sweepImages(
  store: Store,
  dir: string,
  options: SweepOptions,
): Promise<Swept> {
  if (!existsSync(dir)) throw new Error(`There is no image folder ${dir}; name that of a server.`);
  const files = { names: await publicFiles(dir), contents: await contentFiles(dir) };
  if (options.dryRun) return rehearse(store, (desk) => sweepFiles(desk, files, options));
  const swept = await sweepFiles(store, files, options);
  swept.leftovers = await removeLeftovers(join(dir, TEMPORARY), options.now);
  return swept;
}

type Desk = Pick<Store, 'db' | 'transaction'>;

/** What `change` answers, with all that it did to rows undone. */
async function rehearse<T>(store: Store, change: (desk: Desk) => Promise<T>): Promise<T> {
  const done: T[] = [];
  const undo = new Error('Only a rehearsal.');
  const rehearsal = store.transaction(async (trx) => {
    done.push(await change({ db: trx, transaction: (work) => work(trx) }));
    throw undo;
  });
  await rehearsal.catch((error) => {
    if (error !== undo) throw error;
  });
  return done.at(-1) as T;
}

async function sweepFiles(
  desk: Desk,
  files: { names: ImageFile[]; contents: ImageFile[] },
  options: SweepOptions,
): Promise<Swept> {
  const forgotten = await forgetUnregistered(desk, options);
  const names = await removeUnnamed(desk, files.names, options, 'name');
  const contents = await removeUnnamed(desk, files.contents, options, 'sha256');
  return {
    contents: contents.removed,
    names: names.removed,
    leftovers: [],
    forgotten,
    bytes: contents.bytes,
  };
}

async function removeUnnamed(
  desk: Desk,
  files: ImageFile[],
  options: SweepOptions,
  key: 'sha256' | 'name',
): Promise<{ removed: string[]; bytes: number }> {
  const { now, minAge = HOUR, dryRun = false } = options;
  // By name: a transaction may run twice.
  const removed = new Map<string, number>();
  const claimed = new Set((await imageClaims(desk.db)).map((claim) => claim[key]));
  const candidates = files.filter((file) => !claimed.has(file.name));
  for (let at = 0; at < candidates.length; at += BATCH) {
    await desk.transaction(async (trx) => {
      await ownImages(trx);
      const named = new Set((await imageClaims(trx)).map((claim) => claim[key]));
      for (const file of candidates.slice(at, at + BATCH)) {
        const facts = await fileFacts(file.path, now);
        if (!facts || named.has(file.name) || facts.age < minAge) continue;
        if (!dryRun) await rm(file.path, { force: true });
        removed.set(file.name, facts.size);
      }
    });
  }
  return { removed: [...removed.keys()], bytes: [...removed.values()].reduce((a, b) => a + b, 0) };
}

async function forgetUnregistered(desk: Desk, options: SweepOptions): Promise<number> {
  const { now, unregistered } = options;
  if (unregistered === undefined) return 0;
  const { numDeletedRows } = await desk.db
    .deleteFrom('firmware_files')
    .where('created_at', '<', now - unregistered)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('firmware')
            .select('firmware.id')
            .whereRef('firmware.device_type', '=', 'firmware_files.device_type')
            .whereRef('firmware.version', '=', 'firmware_files.version')
            .whereRef('firmware.build_number', '=', 'firmware_files.build_number'),
        ),
      ),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
