import type { Generated, Selectable } from 'kysely';

/** Times are Unix milliseconds from the injected clock; booleans 0 or 1: both databases hold them. */
export type Millis = number;
export type Flag = 0 | 1;

export const UPDATE_STATUSES = [
  'pending',
  'in_progress',
  'completed',
  'failed',
  'cancelled',
] as const;
export type UpdateStatus = (typeof UPDATE_STATUSES)[number];

export const NODE_STATUSES = [
  'pending',
  'downloading',
  'rebooting',
  'completed',
  'failed',
  'rolled_back',
] as const;
export type NodeStatus = (typeof NODE_STATUSES)[number];

export interface MeshFirmwareTable {
  id: Generated<number>;
  node_type: string;
  version: string;
  hardware: string;
  filename: string;
  size_bytes: number;
  md5_hash: string;
  sha256: string;
  release_notes: string | null;
  is_stable: Flag;
  created_at: Millis;
}

/** What was sent stands in the row itself, so that history outlives a deleted firmware. */
export interface OtaUpdatesTable {
  id: Generated<number>;
  /** NULL once the firmware has been deleted. */
  firmware_id: number | null;
  target_node_id: string | null;
  target_node_type: string;
  hardware: string;
  version: string;
  md5_hash: string;
  status: UpdateStatus;
  verified: Flag;
  force_update: Flag;
  error_message: string | null;
  /** Role, hardware and target while pending or in progress, else NULL: unique, so one offer. */
  open_key: string | null;
  lease_owner: string | null;
  lease_expires_at: Millis | null;
  created_at: Millis;
  started_at: Millis | null;
  completed_at: Millis | null;
}

export interface OtaNodeStatusTable {
  id: Generated<number>;
  update_id: number;
  node_id: string;
  status: NodeStatus;
  current_part: number;
  total_parts: number | null;
  running_version: string | null;
  running_md5: string | null;
  error_message: string | null;
  started_at: Millis | null;
  completed_at: Millis | null;
}

export const DEVICE_STATUSES = [
  'pending',
  'downloading',
  'installing',
  'success',
  'failed',
  'rolled_back',
] as const;
export type DeviceStatus = (typeof DEVICE_STATUSES)[number];

/** Contract A's firmware: seed 003's 17 columns. */
export interface DeviceFirmwareTable {
  id: Generated<number>;
  device_type: string;
  version: string;
  build_number: number;
  filename: string;
  file_size: number;
  /** SHA-256, hexadecimal. */
  file_hash: string;
  md5_hash: string;
  binary_path: string;
  is_stable: Flag;
  is_active: Flag;
  min_current_version: string | null;
  description: string | null;
  /** What the file says of itself, as JSON. */
  image: string | null;
  created_at: Millis;
  updated_at: Millis;
  released_at: Millis | null;
}

/** One device's attempt at one firmware. */
export interface DeviceOtaLogTable {
  id: Generated<number>;
  device_id: number;
  /** NULL where the device's version could not be read, so that nothing could be offered. */
  firmware_id: number | null;
  status: DeviceStatus;
  from_version: string | null;
  bytes_downloaded: number;
  error_message: string | null;
  created_at: Millis;
  started_at: Millis | null;
  updated_at: Millis;
  completed_at: Millis | null;
  /** When a check was heard from the new version: the only proof. */
  confirmed_at: Millis | null;
}

/** What was uploaded for a release of contract A, registered or not: one release, one content. */
export interface FirmwareFilesTable {
  id: Generated<number>;
  device_type: string;
  version: string;
  build_number: number;
  filename: string;
  file_size: number;
  sha256: string;
  md5_hash: string;
  binary_path: string;
  image: string | null;
  created_at: Millis;
}

/** Grows with every change of a type's firmware, so that processes know when what they keep is old. */
export interface FirmwareRevisionTable {
  id: Generated<number>;
  device_type: string;
  revision: number;
}

/** One token by its `jti`, or all tokens of a device issued up to `revoked_at`. */
export interface RevokedTokensTable {
  id: Generated<number>;
  jti: string | null;
  device_id: number | null;
  revoked_at: Millis;
}

export interface Database {
  firmware: DeviceFirmwareTable;
  device_ota_log: DeviceOtaLogTable;
  firmware_files: FirmwareFilesTable;
  firmware_revision: FirmwareRevisionTable;
  revoked_tokens: RevokedTokensTable;
  mesh_firmware: MeshFirmwareTable;
  ota_updates: OtaUpdatesTable;
  ota_node_status: OtaNodeStatusTable;
}

export type FirmwareRow = Selectable<MeshFirmwareTable>;
export type UpdateRow = Selectable<OtaUpdatesTable>;
export type NodeRow = Selectable<OtaNodeStatusTable>;
export type DeviceFirmwareRow = Selectable<DeviceFirmwareTable>;
export type DeviceLogRow = Selectable<DeviceOtaLogTable>;
export type FirmwareFileRow = Selectable<FirmwareFilesTable>;
