import type { z } from 'zod';
import { invalid, Problem } from '../http/problem.ts';
import { deviceFirmwareById } from '../store/device-firmware.ts';
import { insertLog, type LogPatch, logById, newestLog, patchLog } from '../store/device-log.ts';
import type { DeviceLogRow } from '../store/schema.ts';
import type { Db } from '../store/store.ts';
import type { DeviceDeps } from './deps.ts';
import { isFinal, mayPrecede } from './log-life.ts';
import type { statusReport } from './schemas.ts';

type StatusReport = z.output<typeof statusReport>;

/**
 * Takes a device's report. Statuses only move forward; a repeat, a late arrival or a report on a final row changes nothing and
 * answers what stands. Throws Problem 403 (the row of another device), 404 (no such firmware), 422 (a row of another firmware).
 */
export async function takeStatus(
  { store: { db }, clock }: DeviceDeps,
  report: StatusReport,
): Promise<DeviceLogRow> {
  const now = clock.now();
  const row = (await rowOf(db, report)) ?? (await openRow(db, report, now));
  const patched = await patchLog(db, row.id, mayPrecede(report.status), patchOf(report, now));
  return patched ?? (await logById(db, row.id)) ?? row;
}

/** The row that a report speaks of; one that was purged since counts as not named. */
async function rowOf(db: Db, report: StatusReport): Promise<DeviceLogRow | undefined> {
  const named = report.log_id ? await logById(db, report.log_id) : undefined;
  if (!named) return newestLog(db, report.device_id, report.firmware_id);
  if (named.device_id !== report.device_id) {
    throw new Problem(403, `Log row ${named.id} is another device's; report without log_id.`);
  }
  if (named.firmware_id !== report.firmware_id) {
    const message = `is about firmware ${named.firmware_id}, not ${report.firmware_id}`;
    throw invalid([{ path: 'log_id', message }]);
  }
  return named;
}

/** For a report that no check came before. What the device ran then is not known. */
async function openRow(db: Db, report: StatusReport, now: number): Promise<DeviceLogRow> {
  const { device_id, firmware_id } = report;
  if (!(await deviceFirmwareById(db, firmware_id))) {
    throw new Problem(404, `There is no firmware ${firmware_id}; check for updates again.`);
  }
  const inserted = await insertLog(db, {
    device_id,
    firmware_id,
    status: 'pending',
    from_version: null,
    bytes_downloaded: 0,
    error_message: null,
    created_at: now,
    started_at: null,
    updated_at: now,
    completed_at: null,
    confirmed_at: null,
  });
  const row = inserted ?? (await newestLog(db, device_id, firmware_id));
  if (row) return row;
  throw new Error('A log row vanished while it was reported on.');
}

function patchOf(report: StatusReport, now: number): LogPatch {
  const { status, bytes_downloaded, error_message } = report;
  return {
    status,
    updated_at: now,
    ...(status === 'pending' ? {} : { started_at: now }),
    ...(isFinal(status) ? { completed_at: now } : {}),
    ...(bytes_downloaded === undefined ? {} : { bytes_downloaded }),
    ...(error_message == null ? {} : { error_message }),
  };
}
