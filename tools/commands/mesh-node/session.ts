/** Being a node of a mesh for the time of a command. */
import { appendFileSync, writeFileSync } from 'node:fs';
import type { MeshCallback } from '../../../simulator/mesh/types.ts';
import { TcpMesh } from '../../../simulator/real/tcp-mesh.ts';
import { printSwarm, readSwarm, SWARM, type SwarmMessage, SwarmView } from './swarm.ts';

export interface JoinFlags {
  /** uint32 */
  id?: number;
  name?: string;
  /** File that gets every frame as a line of JSON. */
  trace?: string;
}

/** Where to dial: `host`, `host:port`, `[v6]:port`. */
export interface Place {
  host: string;
  port: number;
}

const PORT = 5555;
/** A node that is one says its id within a second; WiFi may lose a frame. */
const JOIN_MS = 15_000;
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
   * @throws Error a sentence: unreachable, refused, or no node of a mesh
   */
  static async join(place: Place, flags: JoinFlags = {}): Promise<MeshSession> {
    const { trace } = flags;
    if (trace) startTrace(trace);
    let session: MeshSession | undefined;
    let failed: ((error: Error) => void) | undefined;
    const early: MeshCallback[] = [];
    const node = await TcpMesh.open({
      nodeId: flags.id,
      dial: place,
      onCallback: (callback) => (session ? session.#callback(callback) : void early.push(callback)),
      onDialError: (error) => failed?.(unreachable(place, error)),
      onTrace: trace ? (entry) => appendFileSync(trace, `${JSON.stringify(entry)}\n`) : undefined,
    });
    try {
      await joined(node, place, (fail) => {
        failed = fail;
      });
    } catch (error) {
      await node.close();
      throw error;
    }
    failed = undefined;
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

function startTrace(file: string): void {
  try {
    writeFileSync(file, '');
  } catch (error) {
    throw new Error(`the trace cannot be written: ${file}: ${(error as Error).message}`);
  }
}

function joined(node: TcpMesh, place: Place, onFail: (fail: (error: Error) => void) => void) {
  return new Promise<void>((resolve, reject) => {
    const at = `${place.host}:${place.port}`;
    let linked = false;
    const end = (error?: Error) => {
      clearInterval(poll);
      clearTimeout(limit);
      if (error) reject(error);
      else resolve();
    };
    onFail(end);
    const poll = setInterval(() => {
      if (node.mesh.getNodeList().length > 0) return end();
      if (linked && node.links.length === 0) {
        end(
          new Error(
            `${at} closed the connection at once: it is no painlessMesh node, or its mesh has a node with this id already (--id).`,
          ),
        );
      }
      linked ||= node.links.length > 0;
    }, 20);
    const limit = setTimeout(() => {
      end(new Error(`${at} took the connection but does not speak painlessMesh: is it a node?`));
    }, JOIN_MS);
  });
}

function unreachable({ host, port }: Place, error: NodeJS.ErrnoException): Error {
  const at = `${host}:${port}`;
  const reason: Record<string, string> = {
    ECONNREFUSED: `${at} refuses the connection: no painlessMesh node listens there`,
    ENOTFOUND: `there is no host ${host}`,
    EAI_AGAIN: `there is no host ${host}, or no name server to ask`,
    EHOSTUNREACH: `${at} cannot be reached`,
    ENETUNREACH: `${at} cannot be reached`,
    ETIMEDOUT: `${at} does not answer`,
  };
  const what = reason[error.code ?? ''] ?? `${at}: ${error.message}`;
  return new Error(
    `${what}. Join the WiFi of a node first; its address is your gateway, 10.x.y.1.`,
  );
}
