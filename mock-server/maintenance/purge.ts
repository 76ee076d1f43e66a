import type { DeviceStatus, Millis } from '../store/schema.ts';
import type { Store } from '../store/store.ts';

/** Rows deleted at once: no server waits long for the lock. */
const BATCH = 500;
const ENDED: readonly DeviceStatus[] = ['success', 'failed', 'rolled_back'];

/**
 * Deletes the rows of device_ota_log that have ended and were last changed before `before`; answers how many. What is still open
 * stays, however old: a server ends it (OTA_STALE_AFTER). Safe beside running servers; one cut off may simply be run again.
 */
export async function purgeLogs(store: Store, before: Millis): Promise<number> {
  let deleted = 0;
  let last = { created_at: 0, id: 0 };
  for (;;) {
    // created_at is never later than updated_at, and has an index.
    const found = await store.db
      .selectFrom('device_ota_log')
      .select(['id', 'created_at', 'updated_at', 'status'])
      .where('created_at', '<', before)
      .where('created_at', '>=', last.created_at)
      .where((eb) => eb.or([eb('created_at', '>', last.created_at), eb('id', '>', last.id)]))
      .orderBy('created_at')
      .orderBy('id')
      .limit(BATCH)
      .execute();
    const end = found.at(-1);
    if (!end) return deleted;
    last = end;
    deleted += await deleteEnded(
      store,
      found.map((row) => row.id),
      before,
    );
  }
}

async function deleteEnded(store: Store, ids: number[], before: Millis): Promise<number> {
  // Asked again: a server may have heard of a row since.
  const { numDeletedRows } = await store.db
    .deleteFrom('device_ota_log')
    .where('id', 'in', ids)
    .where('status', 'in', ENDED)
    .where('updated_at', '<', before)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
