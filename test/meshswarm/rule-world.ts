import { createOtaServer, type OtaServer } from '../../mock-server/index.ts';
import type { NodeRow } from '../../mock-server/store/schema.ts';
import type { VirtualBoard } from '../../simulator/guest/virtual-board.ts';
import { readFlash } from '../../simulator/scenario/flash-oracle.ts';
import { meshFormed } from '../../simulator/scenario/mesh-update/observe.ts';
import { versionOf } from '../../simulator/scenario/mesh-update/story-world.ts';
import type { BoardSettings } from '../../simulator/scenario/settings.ts';
import { type BoardSpec, ROUTER, SECOND, type World } from '../../simulator/scenario/world.ts';
import { createMeshClient, type MeshClient, type UpdateOrder } from '../../tools/client/index.ts';
import { identifyImage } from '../../tools/formats/image-tag.ts';
import { world } from '../support/bench.ts';
import { AirLog } from './air.ts';

export const MINUTE = 60 * SECOND;
const KEYS = { gatewayKey: 'gateway-key', adminToken: 'admin-token' };

/** What provisioning writes into the gateway. */
export const PROVISIONED: BoardSettings = {
  server: 'http://ota.test',
  wifi_ssid: ROUTER.ssid,
  wifi_pass: ROUTER.password,
  api_key: KEYS.gatewayKey,
};

/** A request that reached the server's door. */
export interface ServerCall {
  /** µs of virtual time. */
  readonly time: number;
  /** "POST /api/v1/ota/updates/1/complete". */
  readonly call: string;
  readonly status: number;
}

/** A small world in which a rule shows: everyone hears everyone, the gateway (where there is one) the router too. */
export interface RuleWorld {
  world: World;
  air: AirLog;
  server: OtaServer;
  client: MeshClient;
  /** What boards asked of the server, in order. */
  calls: ServerCall[];
  /** Asked first at each request; an answer is given instead of the server's. */
  fault: (request: Request) => Response | undefined;
  board(name: string): VirtualBoard;
  /** Switches all boards on and waits for one mesh. */
  form(): Promise<void>;
  /** Uploads an image (once) and orders an update with it; answers its id. */
  publish(
    image: Uint8Array,
    order?: Partial<UpdateOrder>,
    options?: { supersede?: boolean },
  ): Promise<number>;
  /** Runs until the server's row of the update is final; answers its status. */
  final(id: number, limitUs?: number): Promise<string>;
  status(id: number): Promise<string>;
  /** The server's rows of the nodes in an update, by board. */
  rows(id: number): Promise<Record<string, NodeRow>>;
  until(condition: () => boolean | Promise<boolean>, limitUs: number): Promise<boolean>;
}

/** Builds a world of these boards, hands it to `use`, and cleans up behind it. */
export async function inWorld<T>(
  boards: BoardSpec[],
  use: (w: RuleWorld) => Promise<T>,
): Promise<T> {
  let clock = { now: () => 0 };
  const server = await createOtaServer({ clock: { now: () => clock.now() }, auth: KEYS });
  try {
    const w = ruleWorld(boards, server);
    clock = w.world.clock;
    return await use(w);
  } finally {
    await server.close();
  }
}

function ruleWorld(boards: BoardSpec[], server: OtaServer): RuleWorld {
  const calls: ServerCall[] = [];
  const answer = async (request: Request): Promise<Response> => {
    const { time, call } = { time: space.kernel.now, call: callOf(request) };
    const response = w.fault(request) ?? (await server.fetch(request));
    calls.push({ time, call, status: response.status });
    return response;
  };
  const routerHeard = (a: string, b: string) => [a, b].includes('gateway');
  const space = world(boards, {
    fetch: answer,
    rssi: (a, b) => ([a, b].includes(ROUTER.name) && !routerHeard(a, b) ? undefined : -50),
  });
  const fetch = (request: Request) => server.fetch(request);
  const client = createMeshClient({ baseUrl: 'http://ota.test', fetch, ...KEYS });
  const uploads = new Map<Uint8Array, number>();
  const upload = async (image: Uint8Array) =>
    uploads.get(image) ??
    (
      await client.uploadFirmware({
        file: new Uint8Array(image),
        node_type: roleOf(image),
        version: versionOf(image),
      })
    ).id;
  const w: RuleWorld = {
    world: space,
    air: new AirLog(space),
    server,
    client,
    calls,
    fault: () => undefined,
    board: (name) => space.board(name),
    async form() {
      space.powerOn();
      if (!(await w.until(() => meshFormed(space), 10 * MINUTE))) throw new Error('no mesh formed');
    },
    async publish(image, order = {}, options = {}) {
      const firmware_id = await upload(image);
      uploads.set(image, firmware_id);
      return (await client.createUpdate({ firmware_id, ...order }, options)).id;
    },
    async final(id, limitUs = 40 * MINUTE) {
      await w.until(async () => !['pending', 'in_progress'].includes(await w.status(id)), limitUs);
      return w.status(id);
    },
    async status(id) {
      const rows = await server.store.rows.updates();
      return rows.find((row) => row.id === id)?.status ?? 'missing';
    },
    async rows(id) {
      const names = new Map([...space.boards.values()].map((b) => [b.nodeId.toString(16), b.name]));
      const rows = await server.store.rows.nodes(id);
      return Object.fromEntries(rows.map((row) => [names.get(row.node_id) ?? row.node_id, row]));
    },
    until: (condition, limitUs) => space.runUntil(condition, limitUs, SECOND),
  };
  return w;
}

function callOf(request: Request): string {
  return `${request.method} ${new URL(request.url).pathname}`;
}

function roleOf(image: Uint8Array): string {
  const role = identifyImage(image)?.role;
  if (!role) throw new Error('the image names no role');
  return role;
}

/** What otadata names: version and state, as one text. */
export function boots(board: VirtualBoard): string {
  const { slots, active } = readFlash(board);
  if (!active) return 'nothing';
  return `${slots[active.slot]?.version} ${active.state}`;
}
