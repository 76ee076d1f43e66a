import type { Insertable } from 'kysely';
import type { FirmwareRow, MeshFirmwareTable } from './schema.ts';
import type { Db } from './store.ts';

export function firmwareById(db: Db, id: number): Promise<FirmwareRow | undefined> {
  return db.selectFrom('mesh_firmware').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The firmware, locked until the transaction ends (see lockUpdate): no update of it opens while it is deleted. */
export function lockFirmware(db: Db, id: number): Promise<FirmwareRow | undefined> {
  return db
    .updateTable('mesh_firmware')
    .set((eb) => ({ is_stable: eb.ref('is_stable') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}

/** Newest first; `nodeType` narrows. */
export function listFirmware(db: Db, nodeType: string | undefined): Promise<FirmwareRow[]> {
  return db
    .selectFrom('mesh_firmware')
    .selectAll()
    .$if(nodeType !== undefined, (q) => q.where('node_type', '=', nodeType as string))
    .orderBy('id', 'desc')
    .execute();
}

export function findRelease(
  db: Db,
  release: Pick<FirmwareRow, 'node_type' | 'version' | 'hardware'>,
): Promise<FirmwareRow | undefined> {
  return db
    .selectFrom('mesh_firmware')
    .selectAll()
    .where('node_type', '=', release.node_type)
    .where('version', '=', release.version)
    .where('hardware', '=', release.hardware)
    .executeTakeFirst();
}

/** Inserts, or returns `undefined` where that release (type, version, hardware) exists already. */
export function insertFirmware(
  db: Db,
  row: Insertable<MeshFirmwareTable>,
): Promise<FirmwareRow | undefined> {
  return db
    .insertInto('mesh_firmware')
    .values(row)
    .onConflict((c) => c.columns(['node_type', 'version', 'hardware']).doNothing())
    .returningAll()
    .executeTakeFirst();
}

export async function deleteFirmware(db: Db, id: number): Promise<void> {
  await db.deleteFrom('mesh_firmware').where('id', '=', id).execute();
}
