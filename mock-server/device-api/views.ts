import { optionalTime, time } from '../http/times.ts';
import type { DeviceFirmwareRow, DeviceLogRow } from '../store/schema.ts';

export function deviceFirmwareView(row: DeviceFirmwareRow) {
  return {
    ...row,
    is_stable: row.is_stable === 1,
    is_active: row.is_active === 1,
    image: row.image === null ? null : JSON.parse(row.image),
    created_at: time(row.created_at),
    updated_at: time(row.updated_at),
    released_at: optionalTime(row.released_at),
  };
}

export function logView(row: DeviceLogRow) {
  return {
    ...row,
    created_at: time(row.created_at),
    started_at: optionalTime(row.started_at),
    updated_at: time(row.updated_at),
    completed_at: optionalTime(row.completed_at),
    confirmed_at: optionalTime(row.confirmed_at),
  };
}
