import type { Insertable, Updateable } from 'kysely';
import type {
  DeviceFirmwareRow,
  DeviceFirmwareTable,
  FirmwareFileRow,
  FirmwareFilesTable,
} from './schema.ts';
import type { Db } from './store.ts';

/** What makes a release of contract A one. */
export type ReleaseKey = Pick<DeviceFirmwareRow, 'device_type' | 'version' | 'build_number'>;

export interface FirmwareFilter {
  device_type?: string | undefined;
  is_stable?: boolean | undefined;
  is_active?: boolean | undefined;
}

export interface Page {
  limit: number;
  offset: number;
}

export function deviceFirmwareById(db: Db, id: number): Promise<DeviceFirmwareRow | undefined> {
  return db.selectFrom('firmware').selectAll().where('id', '=', id).executeTakeFirst();
}

export function deviceFirmwareOfType(db: Db, type: string): Promise<DeviceFirmwareRow[]> {
  return db.selectFrom('firmware').selectAll().where('device_type', '=', type).execute();
}

export function deviceFirmwareOf(db: Db, key: ReleaseKey): Promise<DeviceFirmwareRow | undefined> {
  return db
    .selectFrom('firmware')
    .selectAll()
    .where('device_type', '=', key.device_type)
    .where('version', '=', key.version)
    .where('build_number', '=', key.build_number)
    .executeTakeFirst();
}

/** Newest first, and how many there are in all. */
export async function listDeviceFirmware(
  db: Db,
  filter: FirmwareFilter,
  page: Page,
): Promise<{ rows: DeviceFirmwareRow[]; total: number }> {
  const { device_type, is_stable, is_active } = filter;
  const matching = db
    .selectFrom('firmware')
    .$if(device_type !== undefined, (q) => q.where('device_type', '=', device_type as string))
    .$if(is_stable !== undefined, (q) => q.where('is_stable', '=', is_stable ? 1 : 0))
    .$if(is_active !== undefined, (q) => q.where('is_active', '=', is_active ? 1 : 0));
  const counted = await matching.select((eb) => eb.fn.countAll<number>().as('total')).execute();
  const rows = await matching
    .selectAll()
    .orderBy('id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return { rows, total: counted[0]?.total ?? 0 };
}

/** Inserts, or returns `undefined` where that release exists already. */
export async function insertDeviceFirmware(
  db: Db,
  row: Insertable<DeviceFirmwareTable>,
): Promise<DeviceFirmwareRow | undefined> {
  const inserted = await db
    .insertInto('firmware')
    .values(row)
    .onConflict((c) => c.columns(['device_type', 'version', 'build_number']).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (inserted) await raiseRevision(db, inserted.device_type);
  return inserted;
}

/** The changed row, or `undefined` where there is none. */
export async function patchDeviceFirmware(
  db: Db,
  id: number,
  patch: Updateable<DeviceFirmwareTable>,
): Promise<DeviceFirmwareRow | undefined> {
  const changed = await db
    .updateTable('firmware')
    .set(patch)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  if (changed) await raiseRevision(db, changed.device_type);
  return changed;
}

/** In the transaction of the change itself, so that whoever sees the number sees the change. */
async function raiseRevision(db: Db, deviceType: string): Promise<void> {
  await db
    .insertInto('firmware_revision')
    .values({ device_type: deviceType, revision: 1 })
    .onConflict((c) =>
      c
        .column('device_type')
        .doUpdateSet((eb) => ({ revision: eb('firmware_revision.revision', '+', 1) })),
    )
    .execute();
}

export function uploadedFileOf(db: Db, key: ReleaseKey): Promise<FirmwareFileRow | undefined> {
  return db
    .selectFrom('firmware_files')
    .selectAll()
    .where('device_type', '=', key.device_type)
    .where('version', '=', key.version)
    .where('build_number', '=', key.build_number)
    .executeTakeFirst();
}

/** Inserts, or returns what stands for that release already. */
export async function claimRelease(
  db: Db,
  row: Insertable<FirmwareFilesTable>,
): Promise<FirmwareFileRow> {
  const inserted = await db
    .insertInto('firmware_files')
    .values(row)
    .onConflict((c) => c.columns(['device_type', 'version', 'build_number']).doNothing())
    .returningAll()
    .executeTakeFirst();
  const standing = inserted ?? (await uploadedFileOf(db, row));
  if (standing) return standing;
  throw new Error('An uploaded release vanished while it was read.');
}
