import type { DeviceFirmware, DeviceLog, StoredFile } from '../client/index.ts';
import { type Column, fields, orDash, paintState, table, when } from './remote/text.ts';

const FIRMWARE: Column<DeviceFirmware>[] = [
  { title: 'id', cell: (f) => String(f.id), right: true },
  { title: 'device type', cell: (f) => f.device_type },
  { title: 'version', cell: (f) => f.version },
  { title: 'build', cell: (f) => String(f.build_number), right: true },
  { title: 'state', cell: stateOf, paint: paintState },
  { title: 'bytes', cell: (f) => String(f.file_size), right: true },
  { title: 'from', cell: (f) => orDash(f.min_current_version) },
  { title: 'created (UTC)', cell: (f) => when(f.created_at) },
  { title: 'description', cell: (f) => f.description ?? '' },
];

const LOGS: Column<DeviceLog>[] = [
  { title: 'id', cell: (l) => String(l.id), right: true },
  { title: 'device', cell: (l) => String(l.device_id), right: true },
  { title: 'firmware', cell: (l) => orDash(l.firmware_id), right: true },
  { title: 'status', cell: logStatus, paint: paintState },
  { title: 'from', cell: (l) => orDash(l.from_version) },
  { title: 'bytes', cell: (l) => String(l.bytes_downloaded), right: true },
  { title: 'created (UTC)', cell: (l) => when(l.created_at) },
  { title: 'completed (UTC)', cell: (l) => when(l.completed_at) },
  { title: 'error', cell: (l) => l.error_message ?? '' },
];

export const firmwareTable = (rows: readonly DeviceFirmware[]) => table(FIRMWARE, rows);
export const logTable = (rows: readonly DeviceLog[]) => table(LOGS, rows);

/** One firmware, a field a line. */
export function firmwareText(f: DeviceFirmware): string[] {
  return fields({
    id: f.id,
    'device type': f.device_type,
    version: `${f.version} (build ${f.build_number})`,
    state: stateOf(f),
    'only from': f.min_current_version ?? undefined,
    file: f.binary_path,
    bytes: f.file_size,
    sha256: f.file_hash,
    md5: f.md5_hash,
    image: f.image
      ? [f.image.chip, f.image.project, f.image.version].filter(Boolean).join(' ')
      : 'raw',
    created: `${when(f.created_at)} UTC`,
    released: f.released_at ? `${when(f.released_at)} UTC` : undefined,
    description: f.description ?? undefined,
  });
}

/** What upload answers, and the line that comes next. */
export function storedText(
  stored: StoredFile,
  claim: { type: string; version: string; build?: number },
): string[] {
  const options = [
    `--device-type ${claim.type} --version ${claim.version} --build ${claim.build ?? 1}`,
    `--file-size ${stored.file_size} --file-hash ${stored.file_hash}`,
    `--binary-path ${stored.binary_path}`,
  ];
  return [
    `${stored.binary_path}: ${stored.file_size} bytes, sha256 ${stored.file_hash}`,
    'Stored, not yet registered. Next:',
    `  ota firmware register ${options.join(' ')}`,
  ];
}

function stateOf(f: DeviceFirmware): string {
  if (!f.is_active) return 'inactive';
  return f.is_stable ? 'stable' : 'beta';
}

/** A device's own word is not proof that it runs the image. */
function logStatus(log: DeviceLog): string {
  if (log.status !== 'success') return log.status;
  return log.confirmed_at ? 'success' : 'success, not confirmed';
}
