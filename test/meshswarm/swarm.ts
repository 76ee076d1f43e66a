import { SECOND } from '../../simulator/scenario/world.ts';
import { type MeshBench, MINUTE, meshBench, type NodePlan } from '../support/mesh-bench.ts';
import { type Edit, firmwareWith } from '../support/mutants.ts';
import { AirLog } from './air.ts';

/** A request that a board made to the server. */
export interface ServerCall {
  /** "POST /api/v1/ota/updates/1/complete". */
  readonly call: string;
  readonly status: number;
}

/** A mesh with a gateway and a server, and ears on the air and at the server's door. */
export interface Swarm extends MeshBench {
  air: AirLog;
  /** What boards asked of the server, in order. */
  calls: ServerCall[];
  /** Called before each request of a board is answered; an answer is given instead of the server's. */
  atDoor: (call: string, request: Request) => Response | undefined | Promise<Response | undefined>;
  /** Runs until the server has finished with the update; answers its status. */
  ended(id: number): Promise<string>;
  until(condition: () => boolean, limitUs?: number): Promise<boolean>;
}

/** Forms a mesh whose gateway is built with the library that `edits` make, hands it to `use`, and cleans up. */
export async function inSwarm<T>(
  edits: readonly Edit[],
  nodes: NodePlan[],
  use: (swarm: Swarm) => Promise<T>,
): Promise<T> {
  const bench = await meshBench({
    seed: 'rules',
    gateway: await firmwareWith(edits, 'mesh_gateway'),
    nodes,
  });
  const swarm: Swarm = {
    ...bench,
    air: new AirLog(bench.world),
    calls: [],
    atDoor: () => undefined,
    ended: (id) => bench.final(id, 60 * MINUTE),
    until: (condition, limitUs = 10 * MINUTE) =>
      bench.world.runUntil(condition, limitUs, SECOND / 10),
  };
  bench.world.fetch = async (request) => {
    const call = `${request.method} ${new URL(request.url).pathname}`;
    const response = (await swarm.atDoor(call, request)) ?? (await bench.server.fetch(request));
    swarm.calls.push({ call, status: response.status });
    return response;
  };
  try {
    return await use(swarm);
  } finally {
    await bench.close();
  }
}
