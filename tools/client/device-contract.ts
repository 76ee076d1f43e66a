import type { ImageFacts } from './contract.ts';

/** Contract A (`/api/ota`) as it stands on the wire: JSON in these names, times as RFC 3339 in UTC. */
export interface DeviceFirmware {
  id: number;
  device_type: string;
  version: string;
  /** Orders images of one version. */
  build_number: number;
  filename: string;
  /** Bytes. */
  file_size: number;
  /** SHA-256, lower-case hexadecimal. */
  file_hash: string;
  md5_hash: string;
  /** The public name of the file: `<device_type>/v<version>.bin`. */
  binary_path: string;
  /** Offered to devices; what is not stable is a beta. */
  is_stable: boolean;
  /** May be downloaded. */
  is_active: boolean;
  /** Devices on an older version are not offered this one. */
  min_current_version: string | null;
  description: string | null;
  image: ImageFacts | null;
  created_at: string;
  updated_at: string;
  released_at: string | null;
}

export interface DeviceUpload {
  file: Uint8Array<ArrayBuffer> | Blob;
  filename?: string;
  device_type: string;
  version: string;
  build_number?: number;
  /** Takes a file that is no whole, fitting ESP image. */
  allow_raw?: boolean;
}

/** An uploaded file, not yet registered. */
export interface StoredFile {
  filename: string;
  file_size: number;
  file_hash: string;
  md5: string;
  binary_path: string;
  /** `null` for a file taken unread with `allow_raw`. */
  image: ImageFacts | null;
  warnings: string[];
}

export interface DeviceRegistration {
  device_type: string;
  version: string;
  build_number: number;
  filename?: string;
  file_size: number;
  file_hash: string;
  binary_path: string;
  is_stable?: boolean;
  is_active?: boolean;
  min_current_version?: string;
  description?: string;
  released_at?: string;
}

/** The fields that may change once a firmware is registered. */
export interface DeviceFirmwareChange {
  is_stable?: boolean;
  is_active?: boolean;
  min_current_version?: string | null;
  description?: string | null;
  released_at?: string | null;
}

export interface DeviceFirmwareFilter {
  device_type?: string;
  is_stable?: boolean;
  is_active?: boolean;
  limit?: number;
  offset?: number;
}

export type DeviceStatus =
  | 'pending'
  | 'downloading'
  | 'installing'
  | 'success'
  | 'failed'
  | 'rolled_back';

export interface DeviceLog {
  id: number;
  device_id: number;
  /** `null` where the device reported a version that could not be read. */
  firmware_id: number | null;
  status: DeviceStatus;
  from_version: string | null;
  bytes_downloaded: number;
  error_message: string | null;
  created_at: string;
  started_at: string | null;
  updated_at: string;
  completed_at: string | null;
  /** When the device was heard running the image: the only proof. */
  confirmed_at: string | null;
}

export interface DeviceLogFilter {
  device_id?: number;
  firmware_id?: number;
  status?: DeviceStatus;
  /** RFC 3339. */
  since?: string;
  limit?: number;
  offset?: number;
}

/** Part of a longer list. */
export interface Page<T> {
  items: T[];
  /** Rows that match in all. */
  total: number;
}

export interface CheckRequest {
  device_id: number;
  device_type: string;
  current_version: string;
  current_build?: number;
}

export interface Offer {
  update_available: true;
  firmware_id: number;
  version: string;
  build_number: number;
  file_size: number;
  file_hash: string;
  /** Absolute and signed: needs no other credential until it expires. */
  download_url: string;
  min_current_version: string | null;
  description: string | null;
  /** An older version, offered because the device's own was withdrawn. */
  downgrade?: boolean;
  log_id: number;
}

export type CheckAnswer = { update_available: false; reason?: string } | Offer;

export interface StatusReport {
  device_id: number;
  firmware_id: number;
  status: DeviceStatus;
  bytes_downloaded?: number;
  error_message?: string;
  log_id?: number;
}

/** What stands after a report. */
export interface StatusAnswer {
  log_id: number;
  status: DeviceStatus;
  bytes_downloaded: number;
}

export interface RenewedToken {
  token: string;
  /** `null` for one that does not expire. */
  expires_at: string | null;
}

export interface Health {
  status: string;
  version: string;
  database: string;
  images: string;
}
