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

export interface Database {
  mesh_firmware: MeshFirmwareTable;
  ota_updates: OtaUpdatesTable;
  ota_node_status: OtaNodeStatusTable;
}

export type FirmwareRow = Selectable<MeshFirmwareTable>;
export type UpdateRow = Selectable<OtaUpdatesTable>;
export type NodeRow = Selectable<OtaNodeStatusTable>;
