import type { Database } from './schema.ts';

/** Every table, those that others refer to first: the order in which a backup writes and restores them. */
export const TABLES: readonly (keyof Database)[] = [
  'mesh_firmware',
  'ota_updates',
  'ota_node_status',
  'firmware',
  'device_ota_log',
  'firmware_files',
  'firmware_revision',
  'revoked_tokens',
];
