import type { Insertable, Updateable } from 'kysely';
import type {
  Millis,
  NodeRow,
  OtaNodeStatusTable,
  OtaUpdatesTable,
  UpdateRow,
  UpdateStatus,
} from './schema.ts';
import type { Db } from './store.ts';

export function updateById(db: Db, id: number): Promise<UpdateRow | undefined> {
  return db.selectFrom('ota_updates').selectAll().where('id', '=', id).executeTakeFirst();
}

/**
 * The update, locked until the transaction ends: writing the row first takes SQLite's write lock
 * and PostgreSQL's row lock alike, so two gateways cannot both claim it.
 */
export function lockUpdate(db: Db, id: number): Promise<UpdateRow | undefined> {
  return db
    .updateTable('ota_updates')
    .set((eb) => ({ status: eb.ref('status') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}

/** Newest first; `status` narrows. */
export function listUpdates(db: Db, status: UpdateStatus | undefined): Promise<UpdateRow[]> {
  return db
    .selectFrom('ota_updates')
    .selectAll()
    .$if(status !== undefined, (q) => q.where('status', '=', status as UpdateStatus))
    .orderBy('id', 'desc')
    .execute();
}

/** Pending updates with what a gateway needs of their firmware, oldest first. */
export function listPending(db: Db) {
  return db
    .selectFrom('ota_updates')
    .innerJoin('mesh_firmware', 'mesh_firmware.id', 'ota_updates.firmware_id')
    .select([
      'ota_updates.id as update_id',
      'mesh_firmware.id as firmware_id',
      'mesh_firmware.node_type as node_type',
      'mesh_firmware.version as version',
      'mesh_firmware.hardware as hardware',
      'mesh_firmware.md5_hash as md5',
      'mesh_firmware.sha256 as sha256',
      'mesh_firmware.size_bytes as size_bytes',
      'ota_updates.target_node_id as target_node_id',
      'ota_updates.force_update as force_update',
    ])
    .where('ota_updates.status', '=', 'pending')
    .orderBy('ota_updates.id')
    .execute();
}

/** The pending or in-progress update of a role, hardware and target, if there is one. */
export function openUpdate(db: Db, openKey: string): Promise<UpdateRow | undefined> {
  return db
    .selectFrom('ota_updates')
    .selectAll()
    .where('open_key', '=', openKey)
    .executeTakeFirst();
}

/** The oldest pending or in-progress update that needs this firmware. */
export function openUpdateOfFirmware(db: Db, firmwareId: number): Promise<UpdateRow | undefined> {
  return db
    .selectFrom('ota_updates')
    .selectAll()
    .where('firmware_id', '=', firmwareId)
    .where('open_key', 'is not', null)
    .orderBy('id')
    .executeTakeFirst();
}

/** Inserts, or returns `undefined` where an update with the same `open_key` is open. */
export function insertUpdate(
  db: Db,
  row: Insertable<OtaUpdatesTable>,
): Promise<UpdateRow | undefined> {
  return db
    .insertInto('ota_updates')
    .values(row)
    .onConflict((c) => c.column('open_key').doNothing())
    .returningAll()
    .executeTakeFirst();
}

export function patchUpdate(
  db: Db,
  id: number,
  patch: Updateable<OtaUpdatesTable>,
): Promise<UpdateRow> {
  return db
    .updateTable('ota_updates')
    .set(patch)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Updates in progress whose lease has run out by `now` are pending again. */
export async function expireLeases(db: Db, now: Millis): Promise<void> {
  await db
    .updateTable('ota_updates')
    .set({ status: 'pending', lease_owner: null, lease_expires_at: null })
    .where('status', '=', 'in_progress')
    .where('lease_expires_at', '<=', now)
    .execute();
}

/** Node rows of these updates, in the order the nodes were first reported. */
export function nodesOf(db: Db, updateIds: number[]): Promise<NodeRow[]> {
  if (updateIds.length === 0) return Promise.resolve([]);
  return db
    .selectFrom('ota_node_status')
    .selectAll()
    .where('update_id', 'in', updateIds)
    .orderBy('id')
    .execute();
}

export function putNode(db: Db, row: Insertable<OtaNodeStatusTable>): Promise<NodeRow> {
  const { update_id: _update, node_id: _node, ...rest } = row;
  return db
    .insertInto('ota_node_status')
    .values(row)
    .onConflict((c) => c.columns(['update_id', 'node_id']).doUpdateSet(rest))
    .returningAll()
    .executeTakeFirstOrThrow();
}
