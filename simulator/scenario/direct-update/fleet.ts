import { settledImage } from '../../oracles/flash-view.ts';
import { ROUTER, World } from '../world.ts';
import type { FleetOptions } from './types.ts';

/** Devices in range of one router, each provisioned with its id and token. */
export function fleetWorld(
  options: Pick<FleetOptions, 'seed' | 'devices' | 'images' | 'partitionTable'>,
): World {
  const { seed, partitionTable, images } = options;
  return new World({
    seed,
    partitionTable,
    rssi: (a, b) => (a === ROUTER.name || b === ROUTER.name ? -50 : undefined),
    boards: options.devices.map(({ id, name, token }) => ({
      name,
      image: images.first,
      settings: {
        device_id: id,
        token,
        server: 'http://ota.test',
        wifi_ssid: ROUTER.ssid,
        wifi_pass: ROUTER.password,
      },
    })),
  });
}

/** The version that a device's flash would boot and keep; empty while one is on trial. */
export function settledVersion(world: World, device: string): string {
  return settledImage(world.board(device))?.version ?? '';
}
