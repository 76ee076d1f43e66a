import { readFileSync } from 'node:fs';
import { createOtaServer } from '../../../mock-server/index.ts';
import { meshFormed } from '../../../simulator/scenario/mesh-update/observe.ts';
import { ROUTER, SECOND, type World } from '../../../simulator/scenario/world.ts';
import { createMeshClient, type MeshClient } from '../../../tools/client/index.ts';
import { world as worldOf } from '../../support/bench.ts';
import { layOut } from '../mesh/layouts.ts';
import type { FleetFigures, FleetPlan, Phase } from './plan.ts';

const MINUTE = 60 * SECOND;
const KEYS = { gatewayKey: 'bench-gateway', adminToken: 'bench-admin' };
const WIFI = { server: 'http://ota.test', wifi_ssid: ROUTER.ssid, wifi_pass: ROUTER.password };
const FORMING = 60 * MINUTE;
const STEADY = 2 * MINUTE;
/** A large mesh updates for hours; the ratio shows in the first minutes. */
const UPDATE = 10 * MINUTE;
/** How often something is said, s of the wall clock. */
const SAY_EVERY = 2;

type Say = (what: Phase['what'], virtualSeconds: number, wallSeconds: number) => void;

/** A tree of real sketches, a third of them LED nodes: it forms, lives two minutes with its heartbeats, and takes an update. */
export async function measureFleet(plan: FleetPlan, say: Say): Promise<FleetFigures> {
  const { nodes } = plan;
  const fleet = await open(plan);
  const { world, client } = fleet;
  const clock = new PhaseClock(world, plan.cpuLimit, say);
  const phases: Phase[] = [];
  world.powerOn();
  phases.push(await clock.run('forming', FORMING, () => meshFormed(world)));
  if (!plan.onlyUpdate) phases.push(await clock.run('heartbeats', STEADY));
  const file = new Uint8Array(readFileSync(plan.images.update));
  const { id } = await client.uploadFirmware({ file, node_type: 'pir', version: '1.1.0' });
  const order = (await client.createUpdate({ firmware_id: id })).id;
  const final = async () =>
    ['completed', 'failed', 'cancelled'].includes((await client.getUpdate(order)).status);
  phases.push(await clock.run('update', plan.onlyUpdate ? 10 * UPDATE : UPDATE, final));
  await fleet.close();
  const measured = plan.onlyUpdate ? phases.slice(-1) : phases;
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  return { nodes, phases: measured, peakBytes, trace: world.kernel.trace.digest() };
}

async function open({ nodes, seed, images }: FleetPlan) {
  let clock = { now: () => 0 };
  const server = await createOtaServer({ clock: { now: () => clock.now() }, auth: KEYS });
  const { names, rssi } = layOut('tree', nodes);
  const bytes = {
    gateway: new Uint8Array(readFileSync(images.gateway)),
    pir: new Uint8Array(readFileSync(images.pir)),
    led: new Uint8Array(readFileSync(images.led)),
  };
  const world = worldOf(
    names.map((name, i) => ({
      name,
      image: i === 0 ? bytes.gateway : i % 3 === 2 ? bytes.led : bytes.pir,
      settings: i === 0 ? { ...WIFI, api_key: KEYS.gatewayKey } : undefined,
    })),
    { seed, rssi, fetch: (request, caller) => server.exchange(request, caller) },
  );
  clock = world.clock;
  const client: MeshClient = createMeshClient({
    baseUrl: 'http://ota.test',
    fetch: (request) => server.fetch(request),
    ...KEYS,
  });
  return { world, client, close: () => server.close() };
}

/** Measures phases of one run. */
class PhaseClock {
  readonly #world: World;
  readonly #cpuLimit: number;
  readonly #say: Say;

  constructor(world: World, cpuLimit: number, say: Say) {
    this.#world = world;
    this.#cpuLimit = cpuLimit;
    this.#say = say;
  }

  /** Until `done`, `window` µs of virtual time, or the limit of CPU time. */
  async run(
    what: Phase['what'],
    window: number,
    done?: () => boolean | Promise<boolean>,
  ): Promise<Phase> {
    const { kernel } = this.#world;
    const [virtual, events, wall] = [kernel.now, kernel.events, process.hrtime.bigint()];
    const cpu = process.cpuUsage();
    const wallSeconds = () => Number(process.hrtime.bigint() - wall) / 1e9;
    const cpuSeconds = () => {
      const { user, system } = process.cpuUsage(cpu);
      return (user + system) / 1e6;
    };
    const virtualSeconds = () => (kernel.now - virtual) / SECOND;
    let said = 0;
    let late = false;
    const over = async () => {
      if (await done?.()) return true;
      late = cpuSeconds() > this.#cpuLimit;
      if (late) return true;
      if (wallSeconds() - said < SAY_EVERY) return false;
      said = wallSeconds();
      this.#say(what, virtualSeconds(), said);
      return false;
    };
    const met = await this.#world.runUntil(over, window, SECOND);
    const cut = late ? 'CPU limit' : met || !done ? '' : 'not done';
    return {
      what,
      cut,
      cpuSeconds: cpuSeconds(),
      virtualSeconds: virtualSeconds(),
      wallSeconds: wallSeconds(),
      events: kernel.events - events,
    };
  }
}
