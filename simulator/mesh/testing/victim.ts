/** A node with every handler in place, three links that send whatever they like, and one neighbour that behaves. */
import { Mesh } from '../mesh.ts';
import { encodeFrame } from '../text.ts';
import type { MeshCallback, MeshLink } from '../types.ts';
import { type FakePorts, fakePorts } from './fake-ports.ts';

export const MD5 = '0123456789abcdef0123456789abcdef';
/** The neighbour that behaves. */
export const HONEST = 3000;
/** One that comes later; hostile trees do not name it. */
const LATE = 4000;
/** Tasks of a node with four links and all handlers at rest; announces in flight come on top. */
const TASKS_MAX = 80;

export class Sink implements MeshLink {
  readonly id: number;
  closed = false;

  constructor(id: number) {
    this.id = id;
  }

  write(): void {}

  sendSpace(): number {
    return 1000;
  }

  close(): void {
    this.closed = true;
  }
}

export interface Victim {
  mesh: Mesh;
  ports: FakePorts;
  /** Links whose far end nobody knows yet. */
  links: Sink[];
  honest: Sink;
  /** Calls `update()` once a millisecond, `ms` times. */
  run(ms: number): MeshCallback[];
}

export function victim(): Victim {
  const ports = fakePorts(1, () => MD5);
  const mesh = new Mesh(ports, { nodeId: 1 });
  mesh.init({ ssid: 'mesh', password: 'password', mode: 'ap' });
  mesh.setDebugMsgTypes(0xffff);
  mesh.initOTAReceive('pir');
  mesh.initOTASend(16);
  mesh.beginPerformance(1);
  for (const type of [13, 14, 20, 21]) mesh.subscribePackage(type);
  const run = (ms: number) => {
    const callbacks: MeshCallback[] = [];
    for (let i = 0; i < ms; i++) {
      const steps = mesh.update();
      for (let next = steps.next(); !next.done; next = steps.next(Uint8Array.of(1, 2, 3)))
        callbacks.push(next.value);
      ports.clock.micros += 1000;
    }
    return callbacks;
  };
  const links = [0, 1, 2].map((id) => new Sink(id));
  const honest = new Sink(3);
  for (const link of [honest, ...links]) mesh.onAccepted(link);
  mesh.onData(honest, introduction(HONEST));
  run(5);
  return { mesh, ports, links, honest, run };
}

/** What is wrong with a node after traffic from its hostile links; throws where it throws. */
export function faultAfter({ mesh, honest, run }: Victim): string | undefined {
  run(150);
  run(3); // the queues are empty again
  if (mesh.queuedBytes() > 0) return `${mesh.queuedBytes()} bytes stay in the queues`;
  if (mesh.chainLength() > TASKS_MAX) return `${mesh.chainLength()} tasks are left`;
  if (honest.closed) return 'the link of another neighbour was closed';
  mesh.onData(honest, encodeFrame(`{"type":9,"dest":1,"from":${HONEST},"msg":"still here"}`));
  const heard = run(10).some((c) => c.kind === 'receive' && c.message === 'still here');
  if (!heard) return 'a message of another neighbour does not arrive';
  const late = new Sink(9);
  mesh.onAccepted(late);
  mesh.onData(late, introduction(LATE));
  run(10);
  if (!mesh.isConnected(LATE)) return 'a new neighbour does not get in';
  if (!(mesh.nextDue() > 0)) return 'there is always something to do';
  JSON.parse(mesh.subConnectionJson());
  return undefined;
}

function introduction(nodeId: number): Uint8Array {
  return encodeFrame(`{"nodeId":${nodeId},"type":5,"dest":0,"from":${nodeId}}`);
}
