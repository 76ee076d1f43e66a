/** Being a node of a mesh for the time of a command. */
import type { MeshCallback } from '../../../simulator/mesh/types.ts';
import { TcpMesh } from '../../../simulator/real/tcp-mesh.ts';
import { Arrival, type Place } from './arrival.ts';
import { idText } from './node-id.ts';
import { printSwarm, readSwarm, SWARM, type SwarmMessage, SwarmView } from './swarm.ts';
import { traceFile } from './trace-file.ts';

export interface JoinFlags {
  /** uint32 */
  id?: number;
  name?: string;
  /** File that gets every frame as a line of JSON. */
  trace?: string;
}

const PORT = 5555;
const NAME = 'laptop';

/** @throws Error a sentence on what is no address */
export function parsePlace(text: string): Place {
  const [, v6, name, digits] =
    /^(?:\[([0-9a-f:.]+(?:%\w+)?)\]|([^:\s]+))(?::(\d+))?$/i.exec(text) ?? [];
  const host = v6 ?? name;
  const port = digits === undefined ? PORT : Number(digits);
  if (!host || port < 1 || port > 65_535) {
    throw new Error(`${text} is no address of a node: give HOST or HOST:PORT, such as 10.26.5.1`);
  }
  return { host, port };
}

export interface Heard {
  from: number;
  text: string;
  swarm: SwarmMessage | undefined;
}

/** This machine as a node: the engine, and what MeshSwarm nodes have said. */
export class MeshSession {
  readonly node: TcpMesh;
  readonly view = new SwarmView();
  readonly name: string;
  /** Callbacks of the engine, and messages as they come. */
  onCallback: (callback: MeshCallback) => Uint8Array | undefined = () => undefined;
  onHeard: (heard: Heard) => void = () => {};

  private constructor(node: TcpMesh, name: string) {
    this.node = node;
    this.name = name;
  }

  /**
   * Joins as the station of the node at `place` and waits until it has named itself.
   * @throws Error a sentence: unreachable, refused, no node of a mesh, or an id that another node has
   */
  static async join(place: Place, flags: JoinFlags = {}): Promise<MeshSession> {
    const { id } = flags;
    if (id !== undefined) await refuseTaken(place, id);
    return MeshSession.#open(place, flags);
  }

  static async #open(place: Place, flags: JoinFlags): Promise<MeshSession> {
    const trace = flags.trace ? traceFile(flags.trace) : undefined;
    const arrival = new Arrival(place);
    let session: MeshSession | undefined;
    const early: MeshCallback[] = [];
    const node = await TcpMesh.open({
      nodeId: flags.id,
      dial: place,
      onCallback: (callback) => (session ? session.#callback(callback) : void early.push(callback)),
      onDialError: (error) => arrival.unreachable(error),
      onTrace: (entry) => {
        arrival.trace(entry);
        trace?.(entry);
      },
    });
    try {
      await arrival.of(node.mesh);
    } catch (error) {
      await node.close();
      throw error;
    }
    session = new MeshSession(node, flags.name ?? NAME);
    for (const callback of early) session.#callback(callback);
    return session;
  }

  broadcast(text: string): boolean {
    const sent = this.node.mesh.sendBroadcast(text);
    this.node.pump();
    return sent;
  }

  single(nodeId: number, text: string): boolean {
    const sent = this.node.mesh.sendSingle(nodeId, text);
    this.node.pump();
    return sent;
  }

  /** Asks every node for its whole state. */
  requestState(): void {
    this.broadcast(printSwarm(SWARM.STATE_REQUEST, this.name, { req: 1 }));
  }

  /** Waits until what was sent has left this machine; not longer than two seconds. */
  async flush(): Promise<void> {
    for (let waited = 0; waited < 2000; waited += 20) {
      this.node.pump();
      await new Promise((done) => setTimeout(done, 20));
      const waiting = this.node.links.some(({ socket }) => socket.writableLength > 0);
      if (!waiting && !this.node.mesh.hasWork() && waited > 0) return;
    }
  }

  close(): Promise<void> {
    return this.node.close();
  }

  #callback(callback: MeshCallback): Uint8Array | undefined {
    if (callback.kind === 'receive') {
      const swarm = readSwarm(callback.message);
      if (swarm) this.view.hear(callback.from, swarm);
      this.onHeard({ from: callback.from, text: callback.message, swarm });
    }
    return this.onCallback(callback);
  }
}

/**
 * Two nodes of one id tear a mesh apart, since each neighbour closes the link behind which it sees the second. An id must be
 * told first thing, so whether it is free is looked up under another.
 */
async function refuseTaken(place: Place, id: number): Promise<void> {
  const scout = await MeshSession.join(place);
  const taken = scout.node.mesh.getNodeList().includes(id);
  await scout.close();
  if (taken) {
    throw new Error(`a node of this mesh has the id ${idText(id)} already: choose another --id.`);
  }
}
