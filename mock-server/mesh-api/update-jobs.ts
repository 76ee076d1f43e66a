import { invalid, Problem } from '../http/problem.ts';
import { TransactionConflict } from '../store/errors.ts';
import { lockFirmware } from '../store/firmware.ts';
import type { FirmwareRow, UpdateRow } from '../store/schema.ts';
import type { Db } from '../store/store.ts';
import {
  expireLeases,
  insertUpdate,
  lockUpdate,
  openUpdate,
  patchUpdate,
} from '../store/updates.ts';
import type { MeshDeps } from './deps.ts';

/** What an administrator orders. */
export interface UpdateOrder {
  firmware_id: number;
  target_node_id?: string | null;
  target_node_type?: string | null;
  force_update: boolean;
}

/**
 * Opens an update. One offer for a role, hardware and target at a time, since two live ones make
 * painlessMesh nodes flip between them (PAINLESSMESH.md §7.3.3): a second is Problem 409, or with
 * `supersede` cancels the first.
 */
export function createUpdate(
  { store, clock }: MeshDeps,
  order: UpdateOrder,
  supersede: boolean,
): Promise<UpdateRow> {
  return store.transaction(async (trx) => {
    const now = clock.now();
    await expireLeases(trx, now);
    const firmware = await lockFirmware(trx, order.firmware_id);
    if (!firmware) throw new Problem(404, `There is no firmware ${order.firmware_id}; upload it.`);
    if (order.target_node_type && order.target_node_type !== firmware.node_type) {
      const message = `is ${order.target_node_type}, but firmware ${firmware.id} is for ${firmware.node_type}`;
      throw invalid([{ path: 'target_node_type', message }]);
    }
    const target = order.target_node_id ?? null;
    const openKey = JSON.stringify([firmware.node_type, firmware.hardware, target]);
    const first = await openUpdate(trx, openKey);
    if (first && !supersede) throw alreadyOpen(first, firmware);
    if (first) await supersedeUpdate(trx, first.id, now);
    const created = await insertUpdate(trx, {
      firmware_id: firmware.id,
      target_node_id: target,
      target_node_type: firmware.node_type,
      hardware: firmware.hardware,
      version: firmware.version,
      md5_hash: firmware.md5_hash,
      status: 'pending',
      verified: 0,
      force_update: order.force_update ? 1 : 0,
      open_key: openKey,
      created_at: now,
    });
    // Another process was quicker: the next attempt sees its update.
    if (!created) throw new TransactionConflict();
    if (first) {
      await patchUpdate(trx, first.id, { error_message: `superseded by update ${created.id}` });
    }
    return created;
  });
}

/** Cancels an update that was open when it was read; one that has ended since keeps how it ended. */
async function supersedeUpdate(trx: Db, id: number, now: number): Promise<void> {
  const locked = await lockUpdate(trx, id);
  if (!locked?.open_key) throw new TransactionConflict();
  await close(trx, id, 'cancelled', now);
}

/** Cancels a pending update, and one in progress where `abort`; anything else is Problem 409. */
export function cancelUpdate(
  { store, clock }: MeshDeps,
  id: number,
  abort: boolean,
): Promise<UpdateRow> {
  return store.transaction(async (trx) => {
    const now = clock.now();
    await expireLeases(trx, now);
    const update = await lockUpdate(trx, id);
    if (!update) throw noUpdate(id);
    if (update.status === 'in_progress' && !abort) {
      throw new Problem(409, `Update ${id} is in progress; add ?abort=true to stop it.`);
    }
    if (update.open_key === null) {
      throw new Problem(
        409,
        `Update ${id} is ${update.status} already; nothing is left to cancel.`,
      );
    }
    return close(trx, id, 'cancelled', now);
  });
}

/** Ends an update; its node rows keep what was last heard. */
export function close(
  db: Db,
  id: number,
  status: 'completed' | 'failed' | 'cancelled',
  now: number,
  more: { verified?: boolean; error_message?: string | null } = {},
): Promise<UpdateRow> {
  return patchUpdate(db, id, {
    status,
    verified: more.verified ? 1 : 0,
    error_message: more.error_message ?? null,
    open_key: null,
    lease_owner: null,
    lease_expires_at: null,
    completed_at: now,
  });
}

export function noUpdate(id: number): Problem {
  return new Problem(404, `There is no update ${id}; see GET /api/v1/ota/updates.`);
}

function alreadyOpen(first: UpdateRow, firmware: FirmwareRow): Problem {
  return new Problem(
    409,
    `Update ${first.id} (${first.version}) for ${firmware.node_type} on ${firmware.hardware} is still ` +
      `${first.status}; wait for it, cancel it, or add ?supersede=true.`,
  );
}
