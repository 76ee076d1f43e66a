import {
  type MigrationState,
  migrateOneDown,
  migrateTo,
  migrateUp,
  migrationName,
  migrationStates,
} from '../store/migrate.ts';
import type { Millis } from '../store/schema.ts';
import { openDatabase, openStore, requireFile, type Store } from '../store/store.ts';
import { backUp } from './backup.ts';
import type { Manifest } from './backup-format.ts';
import { purgeLogs } from './purge.ts';
import { type RestoreOptions, restore } from './restore.ts';
import { type SweepOptions, type Swept, sweepImages } from './sweep.ts';

/** What people do to a server's data from outside; each rejects with a sentence. All but `restore` and `migrate` are safe beside running servers. */
export interface Place {
  /** A file or a `postgres://` URL, as for createOtaServer. */
  database: string;
  /** The image folder. */
  images: string;
}

export interface Migrated {
  /** Steps taken by this call, in their order. */
  taken: string[];
  states: MigrationState[];
}

/**
 * `up`: to the newest step, or up to `to`. `down`: the newest step back, or down to `to`, which stays (`none`: all of them).
 * `status`: nothing. `to` is a number or a name. A call's steps are one transaction. Stop the servers before `down`.
 */
export async function migrateDatabase(
  database: string,
  action: 'up' | 'down' | 'status',
  to?: string,
): Promise<Migrated> {
  if (action !== 'up') requireFile(database);
  const db = openDatabase(database);
  try {
    const taken = await takeSteps();
    return { taken, states: await migrationStates(db) };
  } finally {
    await db.destroy();
  }

  async function takeSteps(): Promise<string[]> {
    if (action === 'status') return [];
    if (to !== undefined) {
      await requireDirection(action, to);
      return migrateTo(db, to);
    }
    return action === 'up' ? migrateUp(db) : migrateOneDown(db);
  }

  /** `up --to` an older step would drop tables, which nobody expects of it. */
  async function requireDirection(direction: 'up' | 'down', target: string): Promise<void> {
    const states = await migrationStates(db);
    const name = migrationName(target);
    const applied = name === undefined || states.some((s) => s.name === name && s.applied);
    const newest = states.findLast((state) => state.applied)?.name;
    if (direction === 'up' && applied && newest !== name) {
      throw new Error(`The database is past ${target} already; to go back, say down.`);
    }
    if (direction === 'down' && !applied) {
      throw new Error(`The database has not reached ${target} yet; to go on, say up.`);
    }
  }
}

/** Deletes ended log rows not changed for `keep` milliseconds; answers how many. */
export function purge({ database }: Pick<Place, 'database'>, keep: number, now: Millis) {
  return withStore(database, (store) => purgeLogs(store, now - keep));
}

/** Removes image files that no row names; see SweepOptions. */
export function sweep({ database, images }: Place, options: SweepOptions): Promise<Swept> {
  return withStore(database, (store) => sweepImages(store, images, options));
}

/** Writes the new folder `target`; its `problems` name images that could not be saved. */
export function backup({ database, images }: Place, target: string, now: Millis) {
  return withStore(database, (store) => backUp(store, images, target, now));
}

/** Puts a backup in place; see RestoreOptions. */
export function restoreBackup(
  { database, images }: Place,
  folder: string,
  options?: RestoreOptions,
): Promise<Manifest> {
  return restore(database, images, folder, options);
}

async function withStore<T>(database: string, use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(database, { migrate: false });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}
