import { type Topology, treeTopology } from '../topology.ts';
import { ROUTER, World } from '../world.ts';
import type { StoryOptions } from './types.ts';

/** A gateway in range of the router, PIR and LED nodes behind it. */
export function storyWorld(options: StoryOptions): { world: World; topology: Topology } {
  const topology = treeTopology(options.nodes);
  const { images, seed, partitionTable, server } = options;
  const wifi = { server: 'http://ota.test', wifi_ssid: ROUTER.ssid, wifi_pass: ROUTER.password };
  const world = new World({
    seed,
    partitionTable,
    rssi: (a, b) => (pairs('gateway', ROUTER.name, a, b) ? -40 : topology.rssi(a, b)),
    fetch: (request, caller) => server.exchange(request, caller),
    boards: topology.boards.map(({ name, role }) => ({
      name,
      image: images[role],
      settings: role === 'gateway' ? { ...wifi, api_key: options.gatewayKey } : undefined,
    })),
  });
  return { world, topology };
}

function pairs(x: string, y: string, a: string, b: string): boolean {
  return (a === x && b === y) || (a === y && b === x);
}
