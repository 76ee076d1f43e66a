import { Problem } from '../http/problem.ts';
import type { UpdateRow } from '../store/schema.ts';

/** The columns a claim writes. */
export type LeasePatch = Pick<
  UpdateRow,
  'status' | 'lease_owner' | 'lease_expires_at' | 'started_at'
>;

/**
 * Claims a pending update for `owner`, or renews the owner's lease on one in progress. Another
 * owner's, while its lease runs, is Problem 409. Call it on a locked row whose lapsed lease has
 * been cleared.
 */
export function takeLease(
  update: UpdateRow,
  owner: string,
  now: number,
  leaseMs: number,
): LeasePatch {
  if (update.status === 'in_progress' && update.lease_owner !== owner) {
    throw new Problem(
      409,
      `Update ${update.id} is held by another gateway; it is pending again if that one falls silent.`,
    );
  }
  return {
    status: 'in_progress',
    lease_owner: owner,
    lease_expires_at: now + leaseMs,
    started_at: update.started_at ?? now,
  };
}
