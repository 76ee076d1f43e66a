import { invalid, Problem } from '../http/problem.ts';
import type { NodeRow, UpdateRow } from '../store/schema.ts';
import type { Db } from '../store/store.ts';
import { expireLeases, lockUpdate, nodesOf, patchUpdate, putNode } from '../store/updates.ts';
import type { MeshDeps } from './deps.ts';
import { takeLease } from './lease.ts';
import { namesNode } from './node-name.ts';
import { advanceNode } from './node-state.ts';
import { outcomeOf } from './outcome.ts';
import type { NodeReport } from './schemas.ts';
import { close, noUpdate } from './update-jobs.ts';

/** Which update, and the gateway that speaks. */
export interface Report {
  id: number;
  owner: string;
}

/** Claims an update, or renews the claim; Problem 409 where it is another's or closed. */
export function startUpdate(deps: MeshDeps, { id, owner }: Report): Promise<UpdateRow> {
  return withUpdate(deps, id, (trx, update, now) => {
    if (update.open_key === null) throw closedAlready(update);
    return patchUpdate(trx, id, takeLease(update, owner, now, deps.leaseMs));
  });
}

/** Takes one node's report; on a closed update it changes nothing and answers what stands. */
export function reportNode(
  deps: MeshDeps,
  { id, owner }: Report,
  nodeId: string,
  report: NodeReport,
): Promise<{ update: UpdateRow; node: NodeRow }> {
  return withUpdate(deps, id, async (trx, update, now) => {
    if (update.target_node_id !== null && !namesNode(update.target_node_id, nodeId)) {
      const message = `is not targeted: update ${id} is for node ${update.target_node_id} alone`;
      throw invalid([{ path: 'node_id', message }]);
    }
    const before = (await nodesOf(trx, [id])).find((row) => row.node_id === nodeId);
    if (update.open_key === null) {
      if (!before || update.status === 'cancelled') throw closedAlready(update);
      return { update, node: before };
    }
    const held = await patchUpdate(trx, id, takeLease(update, owner, now, deps.leaseMs));
    const state = advanceNode(before, report, { md5: update.md5_hash, now });
    const node = await putNode(trx, { ...state, update_id: id, node_id: nodeId });
    return { update: held, node };
  });
}

/**
 * Ends an update by what its nodes reported (see outcomeOf); Problem 409 while a node is on its way.
 * On one that has ended it changes nothing.
 */
export function completeUpdate(deps: MeshDeps, report: Report): Promise<UpdateRow> {
  return endUpdate(deps, report, async (trx, update, now) => {
    const outcome = outcomeOf(await nodesOf(trx, [update.id]), update.version);
    if (outcome.kind === 'open') {
      throw new Problem(
        409,
        `Nodes ${outcome.nodes.join(', ')} have not finished; report each before completing.`,
      );
    }
    if (outcome.kind === 'failed') {
      return close(trx, update.id, 'failed', now, { error_message: outcome.reason });
    }
    return close(trx, update.id, 'completed', now, { verified: outcome.verified });
  });
}

/** Ends an update as failed, for the gateway's own reason. */
export function failUpdate(
  deps: MeshDeps,
  report: Report,
  reason: string | undefined,
): Promise<UpdateRow> {
  const error_message = reason || 'the gateway gave no reason';
  return endUpdate(deps, report, (trx, update, now) =>
    close(trx, update.id, 'failed', now, { error_message }),
  );
}

/**
 * A report on an update that nobody holds claims it, as `start` would: a gateway whose start got
 * lost, or whose lease lapsed while it was busy, must not lose its results.
 */
function endUpdate(
  deps: MeshDeps,
  { id, owner }: Report,
  end: (trx: Db, update: UpdateRow, now: number) => Promise<UpdateRow>,
): Promise<UpdateRow> {
  return withUpdate(deps, id, async (trx, update, now) => {
    if (update.status === 'cancelled') throw closedAlready(update);
    if (update.open_key === null) return update;
    const lease = takeLease(update, owner, now, deps.leaseMs);
    await patchUpdate(trx, id, lease);
    return end(trx, update, now);
  });
}

function withUpdate<T>(
  { store, clock }: MeshDeps,
  id: number,
  change: (trx: Db, update: UpdateRow, now: number) => Promise<T>,
): Promise<T> {
  return store.transaction(async (trx) => {
    const now = clock.now();
    await expireLeases(trx, now);
    const update = await lockUpdate(trx, id);
    if (!update) throw noUpdate(id);
    return change(trx, update, now);
  });
}

function closedAlready(update: UpdateRow): Problem {
  const why = update.error_message ? ` (${update.error_message})` : '';
  return new Problem(409, `Update ${update.id} is ${update.status}${why}; stop offering it.`);
}
