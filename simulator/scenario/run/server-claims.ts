import type { OtaServer } from '../../../mock-server/index.ts';
import type { ServerClaims } from '../../oracles/index.ts';
import { type ServerRows, sinceChanged } from './server-rows.ts';

/** What a server says of the fleet. Answers the same array while no row of it has changed. */
export function serverClaims({ store }: OtaServer, rows: ServerRows): ServerClaims {
  const updates = sinceChanged(store, async () => {
    const md5s = new Map((await rows.firmware()).map((row) => [row.id, row.md5_hash]));
    return (await rows.updates()).map((row) => ({
      id: row.id,
      md5: md5s.get(row.firmware_id ?? -1) ?? '',
      status: row.status,
      verified: Boolean(row.verified),
    }));
  });
  const nodes = sinceChanged(store, async () => {
    const md5s = new Map((await updates()).map(({ id, md5 }) => [id, md5]));
    return (await rows.nodes()).map(({ update_id, node_id, status }) => ({
      updateId: update_id,
      md5: md5s.get(update_id) ?? '',
      nodeId: node_id,
      status,
    }));
  });
  const devices = sinceChanged(store, async () => {
    const md5s = new Map((await rows.deviceFirmware()).map((row) => [row.id, row.md5_hash]));
    return (await rows.deviceLog()).map((row) => ({
      id: row.id,
      deviceId: row.device_id,
      md5: md5s.get(row.firmware_id ?? -1) ?? '',
      status: row.status,
      confirmed: row.confirmed_at !== null,
    }));
  });
  return { updates, nodes, devices };
}
