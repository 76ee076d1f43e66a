import { sameNode } from '../../oracles/same-node.ts';
import type { ServerStory } from '../../report/story.ts';
import type { ScenarioBench } from './bench.ts';

/** What the server holds of updates, of nodes, and of devices that update directly. */
export async function serverStory({ rows, world, numbers }: ScenarioBench): Promise<ServerStory> {
  const boards = [...world.boards.values()];
  const nameOf = (id: string) => boards.find(({ nodeId }) => sameNode(id, nodeId))?.name ?? id;
  const deviceNames = new Map([...numbers].map(([board, number]) => [number, board]));
  const releases = new Map(
    (await rows.deviceFirmware()).map(({ id, device_type, version }) => [
      id,
      `${device_type} ${version}`,
    ]),
  );
  return {
    updates: (await rows.updates()).map((row) => ({
      id: row.id,
      image: `${row.target_node_type} ${row.version}`,
      status: row.status,
      verified: Boolean(row.verified),
      error: row.error_message ?? '',
    })),
    nodes: (await rows.nodes()).map((row) => ({
      updateId: row.update_id,
      node: nameOf(row.node_id),
      status: row.status,
      parts: row.total_parts === null ? '' : `${row.current_part}/${row.total_parts}`,
      error: row.error_message ?? '',
    })),
    devices: (await rows.deviceLog()).map((row) => ({
      device: deviceNames.get(row.device_id) ?? String(row.device_id),
      image: releases.get(row.firmware_id ?? -1) ?? '',
      status: row.confirmed_at === null ? row.status : `${row.status}, confirmed`,
      bytes: row.bytes_downloaded,
      error: row.error_message ?? '',
    })),
  };
}
