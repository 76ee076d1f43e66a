import { insertLog, newestLog, patchLog, silentLogs } from '../store/device-log.ts';
import type { DeviceLogRow, DeviceStatus } from '../store/schema.ts';
import type { Db } from '../store/store.ts';
import type { DeviceDeps } from './deps.ts';
import { type LogChange, mayPrecede, silence } from './log-life.ts';

/** A row that is heard again within this time is not written again, in milliseconds. */
const HEARD_LATELY = 60_000;
const OPEN = mayPrecede('success');
const UNSETTLED: DeviceStatus[] = [...OPEN, 'success'];

export interface CheckedDevice {
  id: number;
  /** As it reported it, clipped. */
  version: string;
  now: number;
}

/** Whether a change has anything to write. */
export function isDue(change: LogChange, device: CheckedDevice): boolean {
  if (change.kind !== 'hear') return true;
  const { row } = change;
  return device.now - row.updated_at >= HEARD_LATELY || row.from_version !== device.version;
}

/**
 * Writes one change, where its row still stands as it was read: of two that would change it, one does.
 * Returns the row of the device's present target, if this was about it.
 */
export async function applyChange(
  db: Db,
  change: LogChange,
  device: CheckedDevice,
): Promise<DeviceLogRow | undefined> {
  const { now } = device;
  switch (change.kind) {
    case 'confirm': {
      const proof = { status: 'success', confirmed_at: now, completed_at: now } as const;
      await patchLog(db, change.row.id, UNSETTLED, { ...proof, updated_at: now });
      return undefined;
    }
    case 'rollBack': {
      const message = `the device reported success and runs ${device.version} again`;
      const patch = { status: 'rolled_back', error_message: message, updated_at: now } as const;
      await patchLog(db, change.row.id, ['success'], patch);
      return undefined;
    }
    case 'fail':
      await failLog(db, change, now);
      return undefined;
    case 'prove':
      await insertLog(db, { ...newRow(device, change.firmwareId), ...proven(now) });
      return undefined;
    case 'hear': {
      const patch = { updated_at: now, from_version: device.version };
      return (await patchLog(db, change.row.id, OPEN, patch)) ?? change.row;
    }
    case 'open':
      return openLog(db, device, change.firmwareId);
  }
}

function proven(now: number) {
  return { status: 'success', completed_at: now, confirmed_at: now } as const;
}

function newRow(device: CheckedDevice, firmwareId: number | null) {
  return {
    device_id: device.id,
    firmware_id: firmwareId,
    status: 'pending' as DeviceStatus,
    from_version: device.version,
    bytes_downloaded: 0,
    error_message: null,
    created_at: device.now,
    started_at: null,
    updated_at: device.now,
    completed_at: null,
    confirmed_at: null,
  };
}

/** Another check of the same device may have opened it in the same moment: then that row is the one. */
async function openLog(db: Db, device: CheckedDevice, firmwareId: number): Promise<DeviceLogRow> {
  const row =
    (await insertLog(db, newRow(device, firmwareId))) ??
    (await newestLog(db, device.id, firmwareId));
  if (row) return row;
  throw new Error('A log row vanished while it was opened.');
}

async function failLog(
  db: Db,
  { row, message }: Extract<LogChange, { kind: 'fail' }>,
  now: number,
): Promise<void> {
  const patch = { status: 'failed', error_message: message, completed_at: now } as const;
  await patchLog(db, row.id, [row.status], { ...patch, updated_at: now }, row.updated_at);
}

/** Notes a device whose version cannot be read, once as long as it says the same. */
export async function noteUnreadable(
  db: Db,
  device: CheckedDevice,
  newest: DeviceLogRow | undefined,
  message: string,
): Promise<void> {
  if (newest?.firmware_id === null && newest.from_version === device.version) {
    if (device.now - newest.updated_at < HEARD_LATELY) return;
    await patchLog(db, newest.id, ['failed'], { updated_at: device.now });
    return;
  }
  const failed = { status: 'failed', error_message: message, completed_at: device.now } as const;
  await insertLog(db, { ...newRow(device, null), ...failed });
}

/** Rows of devices that fell silent in the middle of an update have failed, whoever looks. */
export async function failSilentLogs({
  store,
  clock,
  staleMs,
}: Pick<DeviceDeps, 'store' | 'clock' | 'staleMs'>): Promise<void> {
  const now = clock.now();
  for (;;) {
    const rows = await silentLogs(store.db, now - staleMs);
    for (const row of rows) {
      const change = silence(row, now, staleMs);
      if (change) await failLog(store.db, change, now);
    }
    if (rows.length < 1000) return;
  }
}
