import type { DeviceLogRow, DeviceStatus } from '../store/schema.ts';
import { parseVersion, versionKey } from '../versions/version.ts';
import type { Catalog, Release } from './catalog.ts';
import { type Running, runs } from './offer.ts';

const RANK: Record<DeviceStatus, number> = {
  pending: 0,
  downloading: 1,
  installing: 2,
  success: 3,
  failed: 3,
  rolled_back: 3,
};

export function isFinal(status: DeviceStatus): boolean {
  return RANK[status] === RANK.success;
}

/** The statuses that a report of `status` may follow: open ones, none further along. */
export function mayPrecede(status: DeviceStatus): DeviceStatus[] {
  const open: DeviceStatus[] = ['pending', 'downloading', 'installing'];
  return open.filter((earlier) => RANK[earlier] <= RANK[status]);
}

/** What a check changes in a device's log, as data; each is written only where the row still stands as it was read. */
export type LogChange =
  /** It runs: `success`, with proof. */
  | { kind: 'confirm'; row: DeviceLogRow }
  /** It had said success and runs the old version. */
  | { kind: 'rollBack'; row: DeviceLogRow }
  | { kind: 'fail'; row: DeviceLogRow; message: string }
  /** The same target again: the row is reused, and the device was heard. */
  | { kind: 'hear'; row: DeviceLogRow }
  | { kind: 'open'; firmwareId: number }
  /** The newest row failed, yet the device runs that firmware: a row of its own says so, since final ones stand. */
  | { kind: 'prove'; firmwareId: number };

export interface Heard {
  running: Running;
  catalog: Catalog;
  /** What the device is offered now. */
  target: Release | undefined;
  now: number;
  /** Milliseconds of silence after which an open row has failed. */
  staleAfter: number;
}

/**
 * What follows for a device's log from a check. `rows` are its unsettled rows (open, or success without proof) and its newest.
 * An open row survives a check at the old version: a power cut looks just so.
 */
export function changesOfCheck(rows: readonly DeviceLogRow[], heard: Heard): LogChange[] {
  const changes = rows.filter(isUnsettled).flatMap((row) => changeOf(row, heard) ?? []);
  const { target } = heard;
  if (target && !changes.some((c) => c.kind === 'hear')) {
    changes.push({ kind: 'open', firmwareId: target.row.id });
  }
  const newest = rows.reduce<DeviceLogRow | undefined>(
    (a, b) => (a && a.id > b.id ? a : b),
    undefined,
  );
  if (newest && hasFailed(newest) && runsFirmwareOf(newest, heard)) {
    changes.push({ kind: 'prove', firmwareId: newest.firmware_id as number });
  }
  return changes;
}

function isUnsettled(row: DeviceLogRow): boolean {
  return !isFinal(row.status) || (row.status === 'success' && row.confirmed_at === null);
}

function hasFailed(row: DeviceLogRow): boolean {
  return row.status === 'failed' || row.status === 'rolled_back';
}

function runsFirmwareOf(row: DeviceLogRow, { catalog, running }: Heard): boolean {
  const release = row.firmware_id === null ? undefined : catalog.byId.get(row.firmware_id);
  return release !== undefined && runs(running, release);
}

function changeOf(row: DeviceLogRow, heard: Heard): LogChange | undefined {
  if (runsFirmwareOf(row, heard)) return { kind: 'confirm', row };
  if (row.status === 'success') {
    return isOldVersion(row, heard.running) ? { kind: 'rollBack', row } : undefined;
  }
  const silent = silence(row, heard.now, heard.staleAfter);
  if (silent) return silent;
  const { target } = heard;
  if (!target) return undefined;
  if (row.firmware_id === target.row.id) return { kind: 'hear', row };
  return { kind: 'fail', row, message: `superseded by ${target.row.version}` };
}

/** A row made by a report without a check knows no old version: then any other than the new one is. */
function isOldVersion({ from_version: from }: DeviceLogRow, running: Running): boolean {
  if (from === null) return true;
  const old = parseVersion(from);
  return old !== undefined && versionKey(old) === versionKey(running.version);
}

/** An open row that was silent for `staleAfter` milliseconds has failed. */
export function silence(
  row: DeviceLogRow,
  now: number,
  staleAfter: number,
): Extract<LogChange, { kind: 'fail' }> | undefined {
  if (isFinal(row.status) || row.updated_at > now - staleAfter) return undefined;
  return {
    kind: 'fail',
    row,
    message: `not heard since ${new Date(row.updated_at).toISOString()}`,
  };
}
