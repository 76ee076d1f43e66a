import { createOtaServer, type OtaServer } from '../../mock-server/index.ts';
import type { NodeRow } from '../../mock-server/store/schema.ts';
import { partitionsOf } from '../../simulator/faults/flash-places.ts';
import type { VirtualBoard } from '../../simulator/guest/virtual-board.ts';
import { readFlash } from '../../simulator/oracles/flash-view.ts';
import { md5Hex } from '../../simulator/scenario/mesh-update/observe.ts';
import { OtaWatch } from '../../simulator/scenario/ota-watch.ts';
import { versionOf } from '../../simulator/scenario/version-of.ts';
import { ROUTER, SECOND, type World } from '../../simulator/scenario/world.ts';
import { createMeshClient, type MeshClient, type UpdateOrder } from '../../tools/client/index.ts';
import { identifyImage } from '../../tools/formats/image-tag.ts';
import {
  activeOtadata,
  OTADATA_SIZE,
  otaStateName,
  parseOtadata,
  slotOfSeq,
} from '../../tools/formats/otadata.ts';
import { firmware, world } from './bench.ts';

export const MINUTE = 60 * SECOND;
/** Sketches by the role that they take updates for; the gateway only hands them out. */
export const SKETCH_OF: Record<string, string> = {
  gateway: 'mesh_gateway',
  pir: 'mesh_shared_state_pir',
  led: 'mesh_shared_state_led',
  button: 'mesh_shared_state_button',
  button2: 'mesh_shared_state_button2',
  dht: 'mesh_shared_state_dht11',
  watcher: 'mesh_shared_state_watcher',
};
const KEYS = { gatewayKey: 'gateway-key', adminToken: 'admin-token' };

/** A board besides the gateway: its name begins with its role. */
export interface NodePlan {
  name: string;
  /** What it is flashed with; default the role's sketch at 1.0.0. */
  image?: Uint8Array;
  /** Not switched on with the others. */
  off?: boolean;
}

export interface MeshBenchOptions {
  seed?: string;
  /** One after another in a chain behind the gateway; another gateway stands beside the first. */
  nodes: NodePlan[];
  /** What the gateway is flashed with; default the role's sketch at 1.0.0. */
  gateway?: Uint8Array;
}

/** A gateway with its router and server, and a few nodes: the smallest world in which a mesh updates itself. */
export interface MeshBench {
  world: World;
  server: OtaServer;
  client: MeshClient;
  watch: OtaWatch;
  gateway: VirtualBoard;
  board(name: string): VirtualBoard;
  /** Uploads an image for its role and orders the update; answers the update's id. */
  publish(image: Uint8Array, order?: Partial<UpdateOrder>, supersede?: boolean): Promise<number>;
  status(id: number): Promise<string>;
  /** The server's row of a node in an update. */
  row(id: number, board: string): Promise<NodeRow | undefined>;
  /** Runs until the server's row of the update is final; answers its status. */
  final(id: number, limitUs: number): Promise<string>;
  /** Runs until the node has asked for `parts` parts of the image. */
  transferring(board: string, image: Uint8Array, parts: number): Promise<boolean>;
  close(): Promise<void>;
}

export async function meshBench(options: MeshBenchOptions): Promise<MeshBench> {
  let clock = { now: () => 0 };
  const server = await createOtaServer({ clock: { now: () => clock.now() }, auth: KEYS });
  const client = createMeshClient({
    baseUrl: 'http://ota.test',
    fetch: (request) => server.fetch(request),
    ...KEYS,
  });
  const w = await build(options, server);
  clock = w.clock;
  const watch = new OtaWatch(w);
  const board = (name: string) => w.board(name);
  const bench: MeshBench = {
    world: w,
    server,
    client,
    watch,
    gateway: board('gateway'),
    board,
    async publish(image, order = {}, supersede = false) {
      const role = roleOf(image);
      const { id } = await client.uploadFirmware({
        file: new Uint8Array(image),
        node_type: role,
        version: versionOf(image),
      });
      return (await client.createUpdate({ firmware_id: id, ...order }, { supersede })).id;
    },
    async status(id) {
      const rows = await server.store.rows.updates();
      return rows.find((row) => row.id === id)?.status ?? 'missing';
    },
    async row(id, name) {
      const rows = await server.store.rows.nodes(id);
      return rows.find((row) => row.node_id === board(name).nodeId.toString(16));
    },
    async final(id, limitUs) {
      const ended = async () =>
        ['completed', 'failed', 'cancelled'].includes(await bench.status(id));
      await w.runUntil(ended, limitUs, SECOND);
      return bench.status(id);
    },
    transferring: (name, image, parts) =>
      w.runUntil(() => watch.count(name, md5Hex(image)).parts >= parts, 10 * MINUTE),
    close: () => server.close(),
  };
  const on = ['gateway', ...options.nodes.filter((node) => !node.off).map((node) => node.name)];
  on.forEach((name, i) => w.kernel.after((i * SECOND) / 4, () => board(name).powerOn()));
  const meshed = (name: string) =>
    board(name).guest?.binding.mesh?.engine.getNodeList().length === on.length - 1;
  const formed = await w.runUntil(() => on.every(meshed), 10 * MINUTE, SECOND);
  if (!formed) throw new Error('the mesh of the bench did not form in 10 minutes');
  return bench;
}

async function build(options: MeshBenchOptions, server: OtaServer): Promise<World> {
  const plans: NodePlan[] = [{ name: 'gateway', image: options.gateway }, ...options.nodes];
  const images = await Promise.all(
    plans.map(async ({ name, image }) => image ?? (await release(roleIn(name)))),
  );
  const wifi = { server: 'http://ota.test', wifi_ssid: ROUTER.ssid, wifi_pass: ROUTER.password };
  const settings = { ...wifi, api_key: KEYS.gatewayKey };
  const boards = plans.map(({ name }, i) => ({
    name,
    image: images[i]!,
    settings: roleIn(name) === 'gateway' ? settings : undefined,
  }));
  // Places on a line: router, gateways, and the nodes one after another. Everyone hears its neighbours only.
  const chain = options.nodes.map((node) => node.name).filter((name) => roleIn(name) !== 'gateway');
  const place = (name: string) => {
    if (name === ROUTER.name) return -1;
    return roleIn(name) === 'gateway' ? 0 : 1 + chain.indexOf(name);
  };
  const rssi = (a: string, b: string) =>
    Math.abs(place(a) - place(b)) === 1 ? -42 - 4 * Math.max(place(a), place(b)) : undefined;
  const seed = options.seed ?? 'bad input';
  return world(boards, {
    seed,
    rssi,
    fetch: (request, caller) => server.exchange(request, caller),
  });
}

function roleIn(name: string): string {
  return name.split('-')[0]!;
}

function roleOf(image: Uint8Array): string {
  const role = identifyImage(image)?.role;
  if (!role) throw new Error('the image names no role');
  return role;
}

/** A release of one of our sketches, by its role. */
export async function release(role: string, version = '1.0.0'): Promise<Uint8Array> {
  return (await firmware(SKETCH_OF[role]!, version)).image;
}

/**
 * Builds what a file's tests run, for its beforeAll: compiling may take longer than a test. Each image is a role of ours, or
 * else a fixture, and its version. The gateway is always among them.
 */
export async function prepare(...images: [sketch: string, version?: string][]): Promise<void> {
  for (const [sketch, version] of [['gateway'] as [string, string?], ...images]) {
    if (SKETCH_OF[sketch]) await release(sketch, version);
    else await firmware(sketch, version);
  }
}

/** The slot that otadata names and its state, as one text; cheap enough to ask at every moment. */
export function chosen(board: VirtualBoard): string {
  const partitions = partitionsOf(board);
  const entries = parseOtadata(partitions.region(partitions.otadata!).read(0, OTADATA_SIZE));
  const index = activeOtadata(entries);
  if (index < 0) return 'nothing';
  const entry = entries[index as 0 | 1];
  return `app${slotOfSeq(entry.seq, 2)} ${otaStateName(entry.state)}`;
}

/** What the board's bootloader has loaded: the version in that slot now, and the slot's name; 'nothing' while it is off. */
export function runs(board: VirtualBoard): string {
  if (!board.guest) return 'nothing';
  const { label, subtype } = board.app.ota.running;
  return `${readFlash(board).slots[subtype & 15]?.version} ${label}`;
}

/** What otadata names: the version in that slot and its state, as one text. */
export function boots(board: VirtualBoard): string {
  const { slots, active } = readFlash(board);
  if (!active) return 'nothing';
  return `${slots[active.slot]?.version} ${active.state}`;
}
