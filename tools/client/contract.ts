/**
 * Contract B (`/api/v1`) as it stands on the wire: JSON in these names, times as RFC 3339 in UTC.
 */
export interface Firmware {
  id: number;
  node_type: string;
  version: string;
  /** painlessMesh's hardware string: `ESP32` for every ESP32 variant. */
  hardware: string;
  filename: string;
  size_bytes: number;
  /** Lower-case hexadecimal. */
  md5_hash: string;
  sha256: string;
  release_notes: string | null;
  is_stable: boolean;
  created_at: string;
}

/** What an image says of itself. */
export interface ImageFacts {
  chip: string;
  role: string | null;
  project: string | null;
  version: string | null;
  idf_version: string | null;
  min_chip_rev: number;
  max_chip_rev: number;
}

export interface UploadedFirmware extends Firmware {
  /** `null` for a file taken unread with `allow_raw`. */
  image: ImageFacts | null;
  warnings: string[];
}

export interface FirmwareUpload {
  file: Uint8Array<ArrayBuffer> | Blob;
  filename?: string;
  node_type: string;
  version: string;
  /** Default `ESP32`. */
  hardware?: string;
  release_notes?: string;
  is_stable?: boolean;
  /** Takes a file that is no whole, fitting ESP image. */
  allow_raw?: boolean;
}

export type UpdateStatus = 'pending' | 'in_progress' | 'completed' | 'failed' | 'cancelled';

export type NodeStatus =
  | 'pending'
  | 'downloading'
  | 'rebooting'
  | 'completed'
  | 'failed'
  | 'rolled_back';

export interface NodeProgress {
  node_id: string;
  status: NodeStatus;
  current_part: number;
  total_parts: number | null;
  running_version: string | null;
  running_md5: string | null;
  error_message: string | null;
  started_at: string | null;
  completed_at: string | null;
}

export interface Update {
  id: number;
  /** `null` once the firmware has been deleted. */
  firmware_id: number | null;
  node_type: string;
  version: string;
  hardware: string;
  target_node_id: string | null;
  target_node_type: string;
  status: UpdateStatus;
  /** Completed, and every node was heard running the image: without it only 'sent'. */
  verified: boolean;
  force_update: boolean;
  error_message: string | null;
  created_at: string;
  started_at: string | null;
  completed_at: string | null;
  nodes: NodeProgress[];
}

export interface UpdateOrder {
  firmware_id: number;
  /** One node; default every node of the firmware's type. */
  target_node_id?: string;
  target_node_type?: string;
  force_update?: boolean;
}

/** What a gateway polls for. */
export interface PendingUpdate {
  update_id: number;
  firmware_id: number;
  node_type: string;
  version: string;
  hardware: string;
  md5: string;
  sha256: string;
  num_parts: number;
  part_size: number;
  size_bytes: number;
  target_node_id: string | null;
  force: boolean;
}

/** The answer to a gateway's start, complete and fail. */
export interface UpdateAnswer {
  update_id: number;
  status: UpdateStatus;
  verified: boolean;
  error_message: string | null;
  /** After `start`: report at least this often. */
  lease_seconds?: number;
}

export interface NodeReport {
  status?: NodeStatus;
  current_part: number;
  total_parts: number;
  running_version?: string;
  running_md5?: string;
  confirmed?: boolean;
  error_message?: string;
}
