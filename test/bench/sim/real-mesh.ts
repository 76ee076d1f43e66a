import { createHash } from 'node:crypto';
import type { MeshCallback, UpdatePort } from '../../../simulator/mesh/types.ts';
import { TcpMesh } from '../../../simulator/real/tcp-mesh.ts';

const PART = 1024;
const ROLE = 'pir';
/** A part that is lost costs 30 s; more than one such wait, and something is wrong. */
const LIMIT_MS = 120_000;

export interface RealUpdate {
  nodes: number;
  /** From the offer to the last node's restart, s of the wall clock. */
  seconds: number;
}

/** Takes an image into memory, and compares its MD5. */
class Slot implements UpdatePort {
  #hash = createHash('md5');
  #md5 = '';
  #running = false;
  isRunning = () => this.#running;
  abort = () => {};
  errorString = () => 'other bytes';

  begin(): boolean {
    this.#hash = createHash('md5');
    this.#running = true;
    return true;
  }

  setMD5(md5: string): boolean {
    this.#md5 = md5;
    return true;
  }

  write(bytes: Uint8Array): number {
    this.#hash.update(bytes);
    return bytes.length;
  }

  end(): boolean {
    this.#running = false;
    return this.#hash.digest('hex') === this.#md5;
  }
}

/** A sender and `nodes` nodes in a row, each a TCP connection of this machine from the next: our engine in real time. */
export async function realUpdate(image: Uint8Array, nodes: number): Promise<RealUpdate> {
  const open: TcpMesh[] = [];
  try {
    const sender = await TcpMesh.open({
      nodeId: 1,
      listen: { host: '127.0.0.1', port: 0 },
      onCallback: (callback) => partOf(callback, image),
    });
    open.push(sender);
    const restarted = new Set<number>();
    for (let id = 2; id < nodes + 2; id++) {
      const files = new Map<string, Uint8Array>();
      const node = await TcpMesh.open({
        nodeId: id,
        listen: { host: '127.0.0.1', port: 0 },
        dial: { host: '127.0.0.1', port: open.at(-1)!.port! },
        update: new Slot(),
        files: {
          read: (path) => files.get(path),
          write: (path, bytes) => files.set(path, bytes.slice()).has(path),
        },
        onCallback(callback) {
          if (callback.kind === 'restart') restarted.add(id);
          return undefined;
        },
      });
      node.mesh.initOTAReceive(ROLE);
      open.push(node);
    }
    await until(() => open.every(({ mesh }) => mesh.getNodeList().length === nodes), 'meshed');
    sender.mesh.initOTASend(PART);
    const began = process.hrtime.bigint();
    const md5 = createHash('md5').update(image).digest('hex');
    const noPart = Math.ceil(image.length / PART);
    sender.mesh.offerOTA({ role: ROLE, hardware: 'ESP32', md5, noPart });
    sender.pump();
    await until(() => restarted.size === nodes, 'took the image');
    return { nodes, seconds: Number(process.hrtime.bigint() - began) / 1e9 };
  } finally {
    await Promise.all(open.map((node) => node.close()));
  }
}

function partOf(callback: MeshCallback, image: Uint8Array): Uint8Array | undefined {
  if (callback.kind !== 'otaRequest') return undefined;
  const { partNo } = callback.request;
  return image.subarray(partNo * PART, (partNo + 1) * PART);
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const end = performance.now() + LIMIT_MS;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`the nodes over TCP never ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
