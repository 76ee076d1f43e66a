import type { Millis } from './schema.ts';
import type { Db } from './store.ts';

/** One token by its `jti`, or every token that a device was given up to now. */
export type Revocation = { jti: string } | { deviceId: number };

/** Makes tokens void from `now` on; again for the same is harmless. */
export async function revokeTokens(db: Db, what: Revocation, now: Millis): Promise<void> {
  const insert = db.insertInto('revoked_tokens');
  if ('jti' in what) {
    await insert
      .values({ jti: what.jti, device_id: null, revoked_at: now })
      .onConflict((c) => c.column('jti').doNothing())
      .execute();
    return;
  }
  await insert
    .values({ jti: null, device_id: what.deviceId, revoked_at: now })
    .onConflict((c) => c.column('device_id').doUpdateSet({ revoked_at: now }))
    .execute();
}

export function revokedTokens(db: Db) {
  return db
    .selectFrom('revoked_tokens')
    .select(['jti', 'device_id', 'revoked_at'])
    .orderBy('id')
    .execute();
}
