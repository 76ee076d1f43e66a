import { createOtaServer, type NodeRow } from '../../../mock-server/index.ts';
import { hopsFrom, meshFormed } from '../../../simulator/scenario/mesh-update/observe.ts';
import { ROUTER, SECOND, type World } from '../../../simulator/scenario/world.ts';
import { createMeshClient } from '../../../tools/client/index.ts';
import { world as worldOf } from '../../support/bench.ts';
import { type Layout, layOut } from './layouts.ts';
import { AirWeight } from './weight.ts';

const MINUTE = 60 * SECOND;
const KEYS = { gatewayKey: 'bench-gateway', adminToken: 'bench-admin' };
const WIFI = { server: 'http://ota.test', wifi_ssid: ROUTER.ssid, wifi_pass: ROUTER.password };
/** A line of fifty pulls for hours. */
const LIMIT = 24 * 60 * MINUTE;

export interface UpdatePlan {
  layout: Layout;
  nodes: number;
  seed: string;
  images: { gateway: Uint8Array; pir: Uint8Array; update: Uint8Array };
  /** Told every ten virtual minutes of the update. */
  progress?: (minutes: number, parts: number, of: number) => void;
}

export interface UpdateFigures {
  layout: Layout;
  nodes: number;
  /** The order's status on the server at the end. */
  status: string;
  /** How many nodes ended so, and why those that failed did. */
  ends: { completed: number; others: string[] };
  /** Mean of the nodes' hops from the gateway. */
  hops: number;
  imageBytes: number;
  /** Payload of TCP over all links from the order to its end; what painlessMesh OTA (types 10 to 12) has of it. */
  airBytes: number;
  otaBytes: number;
  virtualSeconds: number;
  wallSeconds: number;
}

/** Every PIR node of a mesh takes a new image: the real firmware of gateway and nodes, from the order to the server's last row. */
export async function measureUpdate(plan: UpdatePlan): Promise<UpdateFigures> {
  let clock = { now: () => 0 };
  const server = await createOtaServer({ clock: { now: () => clock.now() }, auth: KEYS });
  const { names, rssi } = layOut(plan.layout, plan.nodes);
  const { images } = plan;
  const w = worldOf(
    names.map((name) => ({
      name,
      image: name === 'gateway' ? images.gateway : images.pir,
      settings: name === 'gateway' ? { ...WIFI, api_key: KEYS.gatewayKey } : undefined,
    })),
    { seed: plan.seed, rssi, fetch: (request, caller) => server.exchange(request, caller) },
  );
  clock = w.clock;
  const client = createMeshClient({
    baseUrl: 'http://ota.test',
    fetch: (request) => server.fetch(request),
    ...KEYS,
  });
  try {
    w.powerOn();
    if (!(await w.runUntil(() => meshFormed(w), 120 * MINUTE, SECOND))) {
      throw new Error(`the ${plan.layout} of ${plan.nodes} nodes did not form in two hours`);
    }
    const depths = [...hopsFrom(w.board('gateway')).values()];
    const file = new Uint8Array(images.update);
    const { id } = await client.uploadFirmware({ file, node_type: 'pir', version: '1.1.0' });
    const air = new AirWeight(w);
    const before = { bytes: carried(w), virtual: w.kernel.now, wall: process.hrtime.bigint() };
    const order = (await client.createUpdate({ firmware_id: id })).id;
    const status = async () => (await client.getUpdate(order)).status;
    const final = async () => ['completed', 'failed', 'cancelled'].includes(await status());
    const tell = async () => {
      const rows = await server.store.rows.nodes(order);
      const had = rows.reduce((sum, { current_part }) => sum + (current_part ?? 0), 0);
      const all = rows.reduce((sum, { total_parts }) => sum + (total_parts ?? 0), 0);
      plan.progress?.((w.kernel.now - before.virtual) / MINUTE, had, all);
    };
    let told = 0;
    const ended = async () => {
      const stretch = Math.floor((w.kernel.now - before.virtual) / (10 * MINUTE));
      if (stretch > told) {
        told = stretch;
        await tell();
      }
      return final();
    };
    await w.runUntil(ended, LIMIT, 5 * SECOND);
    return {
      layout: plan.layout,
      nodes: plan.nodes,
      status: await status(),
      ends: endsOf(await server.store.rows.nodes(order)),
      hops: depths.reduce((sum, hops) => sum + hops, 0) / plan.nodes,
      imageBytes: images.update.length,
      airBytes: carried(w) - before.bytes,
      otaBytes: air.ota,
      virtualSeconds: (w.kernel.now - before.virtual) / SECOND,
      wallSeconds: Number(process.hrtime.bigint() - before.wall) / 1e9,
    };
  } finally {
    await server.close();
  }
}

function endsOf(rows: readonly NodeRow[]): UpdateFigures['ends'] {
  const others = rows.filter(({ status }) => status !== 'completed');
  return {
    completed: rows.length - others.length,
    others: others.map((row) => `${row.node_id} ${row.status}: ${row.error_message ?? ''}`),
  };
}

/** Bytes on the links between boards so far; the uplink to the router is not the mesh's. */
function carried(w: World): number {
  return w.medium.uses
    .filter(({ from, to }) => from !== ROUTER.name && to !== ROUTER.name)
    .reduce((sum, { bytes }) => sum + bytes, 0);
}
