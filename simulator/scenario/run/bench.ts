import { createHash } from 'node:crypto';
import { createOtaServer, type FaultPlan, type OtaServer } from '../../../mock-server/index.ts';
import {
  createDeviceClient,
  createMeshClient,
  type DeviceClient,
  type MeshClient,
} from '../../../tools/client/index.ts';
import { parseBytes, parseDuration } from '../language/quantities.ts';
import type { PlannedBoard, Scenario } from '../language/scenario.ts';
import { OtaWatch } from '../ota-watch.ts';
import type { BoardSettings } from '../settings.ts';
import { type BoardSpec, ROUTER, SECOND, World } from '../world.ts';
import type { ScenarioImages } from './firmware.ts';
import { hearsRouter, layoutRandom, linkProfile, pathLoss } from './topology.ts';

/** One scenario, set up: its world, its server, and the clients of someone who manages it. */
export interface ScenarioBench {
  scenario: Scenario;
  images: ScenarioImages;
  world: World;
  server: OtaServer;
  mesh: MeshClient;
  devices: DeviceClient;
  watch: OtaWatch;
  /** What was ordered so far, by the image's name: the server's id of the update. */
  orders: Map<string, number>;
  /** The image that each role (or project) was given last, unless that was cancelled. */
  releases: Map<string, string>;
  /** The image that a board was flashed with by hand, last. */
  firmwareOf(board: string): Uint8Array;
  /** Another board in its place, with that image. */
  replaceFirmware(board: string, image: string): void;
  close(): Promise<void>;
}

export interface BenchOptions {
  scenario: Scenario;
  images: ScenarioImages;
  partitionTable: Uint8Array;
  seed: string;
}

/** @throws RangeError when a layout cannot be drawn */
export async function scenarioBench(options: BenchOptions): Promise<ScenarioBench> {
  const { scenario, images, seed } = options;
  let clock = { now: () => 0 };
  const keys = { gatewayKey: secret(seed, 'gateway'), adminToken: secret(seed, 'admin') };
  const { lease, faults } = scenario.file.server;
  const server = await createOtaServer({
    clock: { now: () => clock.now() },
    auth: keys,
    ...(lease && { leaseSeconds: parseDuration(lease)! / SECOND }),
    faults: (faults ?? []) as unknown as FaultPlan[],
  });
  const world = new World({
    seed,
    partitionTable: options.partitionTable,
    rssi: () => undefined,
    fetch: (request, caller) => server.exchange(request, caller),
    boards: scenario.boards.map((board) => specOf(board, images, keys.gatewayKey)),
  });
  clock = world.clock;
  world.medium.rssi = pathLoss(scenario, layoutRandom(world.kernel));
  const profile = linkProfile(scenario);
  if (profile) world.medium.profile = () => profile;
  const http = {
    baseUrl: 'http://ota.test',
    // Past the fault plans: they are between boards and server, not between the server and who manages it.
    fetch: async (request: Request) => server.app.fetch(request),
    ...keys,
  };
  const flashed = new Map(
    scenario.boards.map(({ name, entry }) => [name, images.get(`${entry.name}:first`)!]),
  );
  return {
    scenario,
    images,
    world,
    server,
    mesh: createMeshClient(http),
    devices: createDeviceClient(http),
    watch: new OtaWatch(world),
    orders: new Map(),
    releases: new Map(),
    firmwareOf: (board) => flashed.get(board)!,
    replaceFirmware(board, image) {
      const bytes = images.get(image)!;
      flashed.set(board, bytes);
      world.replaceFirmware(board, bytes);
    },
    close: () => server.close(),
  };
}

function specOf(board: PlannedBoard, images: ScenarioImages, apiKey: string): BoardSpec {
  const { entry, name } = board;
  const joins: BoardSettings = hearsRouter(board)
    ? {
        server: 'http://ota.test',
        wifi_ssid: ROUTER.ssid,
        wifi_pass: ROUTER.password,
        api_key: apiKey,
      }
    : {};
  const settings = { ...joins, ...entry.settings };
  return {
    name,
    image: images.get(`${entry.name}:first`)!,
    settings: Object.keys(settings).length > 0 ? settings : undefined,
    rollback: entry.rollback,
    heapBytes: entry.heap === undefined ? undefined : parseBytes(entry.heap),
  };
}

/** Secrets of a run come from its seed, so that two runs send the same bytes. */
function secret(seed: string, name: string): string {
  return createHash('sha256').update(`${name} of ${seed}`).digest('hex');
}
