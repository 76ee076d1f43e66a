import type { OtaServer } from '../../../mock-server/index.ts';
import type { ServerClaims } from '../../oracles/index.ts';

/** Counts what a server is asked. */
export interface Asked {
  count: number;
}

/**
 * What a server says of the fleet. Its rows change by requests alone, so they are read again only when there was one: oracles ask four
 * times a virtual second. Answers the same array while nothing can have changed.
 */
export function serverClaims({ store: { rows } }: OtaServer, asked: Asked): ServerClaims {
  const updates = sinceAsked(asked, async () => {
    const md5s = new Map((await rows.firmware()).map((row) => [row.id, row.md5_hash]));
    return (await rows.updates()).map((row) => ({
      id: row.id,
      md5: md5s.get(row.firmware_id ?? -1) ?? '',
      status: row.status,
      verified: Boolean(row.verified),
    }));
  });
  const nodes = sinceAsked(asked, async () => {
    const md5s = new Map((await updates()).map(({ id, md5 }) => [id, md5]));
    return (await rows.nodes()).map(({ update_id, node_id, status }) => ({
      updateId: update_id,
      md5: md5s.get(update_id) ?? '',
      nodeId: node_id,
      status,
    }));
  });
  const devices = sinceAsked(asked, async () => {
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

/** Asks again only where the server was asked something since. */
function sinceAsked<T>(asked: Asked, ask: () => Promise<T>): () => Promise<T> {
  let known: { at: number; answer: T } | undefined;
  return async () => {
    const at = asked.count;
    if (known?.at !== at) known = { at, answer: await ask() };
    return known.answer;
  };
}
