import { createOtaServer } from '../../mock-server/index.ts';
import { formatTable } from '../../simulator/report/table.ts';
import { meshFormed } from '../../simulator/scenario/mesh-update/observe.ts';
import { storyWorld } from '../../simulator/scenario/mesh-update/story-world.ts';
import type { StoryImages } from '../../simulator/scenario/mesh-update/types.ts';
import { SECOND, type World } from '../../simulator/scenario/world.ts';
import { createMeshClient } from '../../tools/client/index.ts';
import { closeCompilers } from '../../tools/firmware/index.ts';
import { firmware, partitionTable } from '../support/bench.ts';

const SEED = 'bench';
const MINUTE = 60 * SECOND;
/** A large mesh updates for hours; the ratio shows in the first minutes. */
const UPDATE_WINDOW = 6 * MINUTE;

interface Row {
  nodes: number;
  what: string;
  virtual: number;
  wall: number;
  events: number;
}

async function measure(
  world: World,
  run: () => Promise<unknown>,
): Promise<Omit<Row, 'nodes' | 'what'>> {
  const before = {
    virtual: world.kernel.now,
    events: world.kernel.events,
    wall: process.hrtime.bigint(),
  };
  await run();
  const wall = Number(process.hrtime.bigint() - before.wall) / 1e9;
  return {
    virtual: (world.kernel.now - before.virtual) / SECOND,
    wall,
    events: world.kernel.events - before.events,
  };
}

async function benchMesh(nodes: number, images: StoryImages): Promise<Row[]> {
  let clock = { now: () => 0 };
  const auth = { gatewayKey: 'bench-gateway', adminToken: 'bench-admin' };
  const server = await createOtaServer({ clock: { now: () => clock.now() }, auth });
  const client = createMeshClient({
    baseUrl: 'http://ota.test',
    fetch: (request) => server.fetch(request),
    ...auth,
  });
  const onWorld = (c: typeof clock) => {
    clock = c;
  };
  const options = {
    seed: SEED,
    nodes,
    images,
    partitionTable: partitionTable(),
    server,
    client,
    gatewayKey: auth.gatewayKey,
    onWorld,
  };
  const { world } = storyWorld(options);
  onWorld(world.clock);
  world.powerOn();
  const rows: Row[] = [];
  const formed = await measure(world, () =>
    world.runUntil(() => meshFormed(world), 30 * MINUTE, SECOND),
  );
  rows.push({ nodes, what: `forming${meshFormed(world) ? '' : ' (not formed)'}`, ...formed });
  rows.push({
    nodes,
    what: 'idle, heartbeats',
    ...(await measure(world, () => world.run(2 * MINUTE))),
  });
  const file = new Uint8Array(images.update);
  const { id } = await client.uploadFirmware({
    file,
    filename: 'pir.bin',
    node_type: 'pir',
    version: '1.1.0',
  });
  const update = await client.createUpdate({ firmware_id: id });
  const status = async () => (await client.getUpdate(update.id)).status;
  const updating = await measure(world, () =>
    world.runUntil(
      async () => ['completed', 'failed'].includes(await status()),
      UPDATE_WINDOW,
      10 * SECOND,
    ),
  );
  rows.push({ nodes, what: `update, at most 6 min (${await status()})`, ...updating });
  await server.close();
  return rows;
}

/**
 * How much faster than the wall clock the simulator runs, for each number of nodes (default 10, 50, 100).
 * Prints ratios, with the seed; asserts nothing.
 */
export async function run(nodes: readonly string[]): Promise<void> {
  const sizes = nodes.map(Number);
  const image = async (name: string, version = '1.0.0') => (await firmware(name, version)).image;
  const pir = await image('mesh_shared_state_pir');
  const images: StoryImages = {
    gateway: await image('mesh_gateway'),
    led: await image('mesh_shared_state_led'),
    pir,
    update: await image('mesh_shared_state_pir', '1.1.0'),
    crash: pir,
    noJoin: pir,
  };
  closeCompilers();
  const rows: Row[] = [];
  for (const nodes of sizes.length ? sizes : [10, 50, 100])
    rows.push(...(await benchMesh(nodes, images)));
  const columns = [
    { title: 'nodes', cell: (r: Row) => String(r.nodes), right: true },
    { title: 'what', cell: (r: Row) => r.what },
    { title: 'virtual s', cell: (r: Row) => r.virtual.toFixed(0), right: true },
    { title: 'wall s', cell: (r: Row) => r.wall.toFixed(2), right: true },
    { title: 'virtual/wall', cell: (r: Row) => `${(r.virtual / r.wall).toFixed(0)}×`, right: true },
    { title: 'events', cell: (r: Row) => String(r.events), right: true },
  ];
  console.log(formatTable(columns, rows).join('\n'));
  console.log(`seed ${SEED}`);
}
