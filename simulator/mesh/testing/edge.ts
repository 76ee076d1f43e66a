/** One engine between fake ports and fake streams, for tests of its edge. `mesh` and `ports` are those of the last `boot`. */
import { Mesh } from '../mesh.ts';
import { decodeText, encodeFrame } from '../text.ts';
import { LOG, type MeshCallback, type MeshLink, type MeshOptions } from '../types.ts';
import { type FakePorts, fakePorts } from './fake-ports.ts';

export class Wire implements MeshLink {
  readonly id: number;
  readonly slices: Uint8Array[] = [];
  space = 5000;
  closed = false;

  constructor(id: number) {
    this.id = id;
  }

  write(bytes: Uint8Array): void {
    this.slices.push(bytes.slice());
  }

  sendSpace(): number {
    return this.space;
  }

  close(): void {
    this.closed = true;
  }

  /** Frames written since the last look. */
  all(): string[] {
    const bytes = this.slices.splice(0).flatMap((slice) => [...slice]);
    return decodeText(Uint8Array.from(bytes)).split('\0').slice(0, -1);
  }

  /** The same, node syncs left out. */
  frames(): string[] {
    return this.all().filter((frame) => !frame.startsWith('{"nodeId"'));
  }
}

export let ports: FakePorts;
export let mesh: Mesh;

export function boot(options: Partial<MeshOptions> = {}): void {
  ports = fakePorts();
  mesh = new Mesh(ports, { nodeId: 1, ...options });
  mesh.init({ ssid: 'mesh', password: 'password', mode: 'ap' });
  mesh.setDebugMsgTypes(LOG.ERROR);
}

export function run(ms: number): MeshCallback[] {
  const callbacks: MeshCallback[] = [];
  for (let i = 0; i < ms; i++) {
    callbacks.push(...mesh.update());
    ports.clock.micros += 1000;
  }
  return callbacks;
}

/** A neighbour that has introduced itself. */
export function neighbour(nodeId: number, subs = ''): Wire {
  const wire = new Wire(nodeId);
  mesh.onAccepted(wire);
  mesh.onData(wire, encodeFrame(`{"nodeId":${nodeId}${subs},"type":5,"dest":0,"from":${nodeId}}`));
  run(8);
  wire.frames();
  return wire;
}
