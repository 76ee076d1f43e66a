import { createOtaServer, type OtaServer } from '../../../mock-server/index.ts';
import {
  createDeviceClient,
  createMeshClient,
  type DeviceClient,
  type MeshClient,
} from '../../../tools/client/index.ts';
import type { DhtSensor } from '../../board/dht-sensor.ts';
import { parseDuration } from '../language/quantities.ts';
import type { Scenario } from '../language/scenario.ts';
import { OtaWatch } from '../ota-watch.ts';
import { secretOf } from '../secret.ts';
import { EPOCH_MS, SECOND, World } from '../world.ts';
import { boardSpecs, checkFirmware, chipOf, deviceNumbers } from './board-specs.ts';
import { certificateOf } from './certificates.ts';
import { DownloadWatch } from './download-watch.ts';
import type { ScenarioImages } from './firmware.ts';
import { type ServerRows, serverRows } from './server-rows.ts';
import { layoutRandom, linkProfile, pathLoss } from './topology.ts';

/** One scenario, set up: its world, its server, and the clients of someone who manages it. */
export interface ScenarioBench {
  scenario: Scenario;
  images: ScenarioImages;
  world: World;
  server: OtaServer;
  /** What the server's tables hold. */
  rows: ServerRows;
  mesh: MeshClient;
  devices: DeviceClient;
  watch: OtaWatch;
  /** What boards that update directly fetch. */
  downloads: DownloadWatch;
  /** What was ordered for the mesh so far, by the image's name: the server's id of the update. */
  orders: Map<string, number>;
  /** What was published for boards that update directly, by the image's name: the server's id of the firmware. */
  offers: Map<string, number>;
  /** What is soldered to pins, by board and pin: `dht 4`. */
  sensors: Map<string, DhtSensor>;
  /** The numbers under which boards that update directly report. */
  numbers: ReadonlyMap<string, number>;
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

/** @throws RangeError when a layout cannot be drawn, a board has no whole image, or two report under one number */
export async function scenarioBench(options: BenchOptions): Promise<ScenarioBench> {
  const { scenario, images, seed } = options;
  let clock = { now: () => 0 };
  const keys = {
    gatewayKey: secretOf(seed, 'gateway'),
    adminToken: secretOf(seed, 'admin'),
    jwtSecret: secretOf(seed, 'tokens'),
  };
  const { lease, faults, certificate } = scenario.file.server;
  checkFirmware(scenario, images);
  const numbers = deviceNumbers(scenario, images);
  const server = await createOtaServer({
    clock: { now: () => clock.now() },
    auth: keys,
    ...(certificate && { publicUrl: 'https://ota.test' }),
    ...(lease && { leaseSeconds: parseDuration(lease)! / SECOND }),
    faults: faults?.map((plan) => ({ seed, ...plan })) ?? [],
  });
  const downloads = new DownloadWatch();
  const world = new World({
    seed,
    partitionTable: options.partitionTable,
    rssi: () => undefined,
    fetch: (request, caller) => {
      downloads.asked(request, caller);
      return server.exchange(request, caller);
    },
    certificate: certificate && certificateOf(certificate, EPOCH_MS),
    boards: await boardSpecs({ scenario, images, seed, ...keys }, numbers),
  });
  clock = world.clock;
  world.medium.rssi = pathLoss(scenario, images, layoutRandom(world.kernel));
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
    rows: serverRows(server),
    mesh: createMeshClient(http),
    devices: createDeviceClient(http),
    watch: new OtaWatch(world),
    downloads,
    orders: new Map(),
    offers: new Map(),
    numbers,
    sensors: new Map(),
    releases: new Map(),
    firmwareOf: (board) => flashed.get(board)!,
    replaceFirmware(board, image) {
      const bytes = images.get(image)!;
      flashed.set(board, bytes);
      world.replaceFirmware(board, bytes, chipOf(bytes));
    },
    close: () => {
      world.close();
      return server.close();
    },
  };
}
