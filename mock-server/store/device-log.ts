import { type CompiledQuery, type Insertable, type Kysely, sql } from 'kysely';
import type { Page } from './device-firmware.ts';
import type { Database, DeviceLogRow, DeviceOtaLogTable, DeviceStatus, Millis } from './schema.ts';
import type { Db } from './store.ts';

/** Word for word the conditions of migration 002's partial indexes: only so are they used. */
const OPEN = sql<boolean>`status in ('pending','downloading','installing')`;
const UNSETTLED = sql<boolean>`confirmed_at is null and status in ('pending','downloading','installing','success')`;

/** What a check needs to know, in one query. */
export interface CheckFacts {
  /** Of the type's firmware; `null` where the type has none. */
  revision: number | null;
  /** The device's unsettled rows and its newest, by id. */
  rows: DeviceLogRow[];
}

interface FactRow extends Record<keyof DeviceLogRow, unknown> {
  revision: number | null;
}

const compiled = new WeakMap<object, CompiledQuery<FactRow>>();

/**
 * Built once a database: writing the SQL anew would cost as much as running it. The newest row may be an unsettled one too, and
 * is then found twice: telling them apart in SQL would double the cost.
 */
function checkQuery(db: Kysely<Database>): CompiledQuery<FactRow> {
  const known = compiled.get(db);
  if (known) return known;
  const revision = sql`(select revision from firmware_revision where device_type = ${''}) as revision`;
  const query = sql<FactRow>`
    select *, ${revision} from device_ota_log where device_id = ${0} and ${UNSETTLED}
    union all
    select *, ${revision} from (
      select * from device_ota_log where device_id = ${0} order by id desc limit 1
    ) as newest`.compile(db);
  compiled.set(db, query);
  return query;
}

export async function factsForCheck(
  db: Kysely<Database>,
  deviceType: string,
  deviceId: number,
): Promise<CheckFacts> {
  const parameters = [deviceType, deviceId, deviceType, deviceId];
  const { rows } = await db.executeQuery<FactRow>({ ...checkQuery(db), parameters });
  const [first] = rows;
  if (!first) return { revision: await revisionOf(db, deviceType), rows: [] };
  const found = rows as unknown as DeviceLogRow[];
  const distinct = found.filter((row, i) => found.findIndex(({ id }) => id === row.id) === i);
  return { revision: first.revision, rows: distinct.sort((a, b) => a.id - b.id) };
}

/** For a device that was never heard of. */
async function revisionOf(db: Db, deviceType: string): Promise<number | null> {
  const row = await db
    .selectFrom('firmware_revision')
    .select('revision')
    .where('device_type', '=', deviceType)
    .executeTakeFirst();
  return row?.revision ?? null;
}

export function logById(db: Db, id: number): Promise<DeviceLogRow | undefined> {
  return db.selectFrom('device_ota_log').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The newest row of a device, or of a device and a firmware. */
export function newestLog(
  db: Db,
  deviceId: number,
  firmwareId?: number,
): Promise<DeviceLogRow | undefined> {
  return db
    .selectFrom('device_ota_log')
    .selectAll()
    .where('device_id', '=', deviceId)
    .$if(firmwareId !== undefined, (q) => q.where('firmware_id', '=', firmwareId as number))
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Inserts; `undefined` where an open row of that device and firmware stands already. */
export function insertLog(
  db: Db,
  row: Insertable<DeviceOtaLogTable>,
): Promise<DeviceLogRow | undefined> {
  return db
    .insertInto('device_ota_log')
    .values(row)
    .onConflict((c) => c.doNothing())
    .returningAll()
    .executeTakeFirst();
}

/** What one change writes; only what is given. */
export interface LogPatch {
  status?: DeviceStatus;
  from_version?: string;
  error_message?: string | null;
  confirmed_at?: Millis;
  /** Kept where it is later already. */
  updated_at: Millis;
  /** Set once. */
  started_at?: Millis;
  completed_at?: Millis;
  /** Only grows. */
  bytes_downloaded?: number;
}

/**
 * Changes a row if it still stands in one of the statuses of `from` and was not confirmed meanwhile: one statement, so that of
 * two processes one wins. With `heardAt`, only if the device was not heard since. `undefined` where it did not.
 */
export function patchLog(
  db: Db,
  id: number,
  from: readonly DeviceStatus[],
  patch: LogPatch,
  heardAt?: Millis,
): Promise<DeviceLogRow | undefined> {
  const { bytes_downloaded: bytes, started_at, completed_at, ...rest } = patch;
  return db
    .updateTable('device_ota_log')
    .set((eb) => ({
      ...rest,
      ...(started_at === undefined
        ? {}
        : { started_at: eb.fn.coalesce('started_at', eb.val(started_at)) }),
      ...(completed_at === undefined
        ? {}
        : { completed_at: eb.fn.coalesce('completed_at', eb.val(completed_at)) }),
      ...(bytes === undefined
        ? {}
        : {
            bytes_downloaded: eb
              .case()
              .when('bytes_downloaded', '<', bytes)
              .then(bytes)
              .else(eb.ref('bytes_downloaded'))
              .end(),
          }),
    }))
    .where('id', '=', id)
    .where('status', 'in', from)
    .where('confirmed_at', 'is', null)
    .$if(heardAt !== undefined, (q) => q.where('updated_at', '=', heardAt as Millis))
    .returningAll()
    .executeTakeFirst();
}

/** Open rows not heard since `before`. */
export function silentLogs(db: Db, before: Millis): Promise<DeviceLogRow[]> {
  return db
    .selectFrom('device_ota_log')
    .selectAll()
    .where(OPEN)
    .where('updated_at', '<=', before)
    .orderBy('id')
    .limit(1000)
    .execute();
}

export interface LogFilter {
  device_id?: number | undefined;
  firmware_id?: number | undefined;
  status?: DeviceStatus | undefined;
  /** Rows created then or later. */
  since?: Millis | undefined;
}

/** Newest first, and how many there are in all. */
export async function listLogs(
  db: Db,
  { device_id, firmware_id, status, since }: LogFilter,
  page: Page,
): Promise<{ rows: DeviceLogRow[]; total: number }> {
  const matching = db
    .selectFrom('device_ota_log')
    .$if(device_id !== undefined, (q) => q.where('device_id', '=', device_id as number))
    .$if(firmware_id !== undefined, (q) => q.where('firmware_id', '=', firmware_id as number))
    .$if(status !== undefined, (q) => q.where('status', '=', status as DeviceStatus))
    .$if(since !== undefined, (q) => q.where('created_at', '>=', since as Millis));
  const counted = await matching.select((eb) => eb.fn.countAll<number>().as('total')).execute();
  const rows = await matching
    .selectAll()
    // Along the index that `since` has, so that a time after all rows does not read them all.
    .$if(since !== undefined, (q) => q.orderBy('created_at', 'desc'))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return { rows, total: counted[0]?.total ?? 0 };
}
