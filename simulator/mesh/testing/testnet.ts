/** Several engines in one virtual time, joined by links with latency; `update()` once a millisecond each. */
import { Mesh } from '../mesh.ts';
import type { Answer, MeshCallback, MeshLink, MeshOptions, ScannedAp } from '../types.ts';
import { type FakePorts, FakeWifi, fakePorts, seeded } from './fake-ports.ts';

const LATENCY_MICROS = 2000;
const SCAN_MICROS = 300_000;
const JOIN_MICROS = 500_000;
const LEAVE_MICROS = 10_000;

export interface TestNode {
  readonly id: number;
  mesh: Mesh;
  ports: FakePorts;
  readonly callbacks: (MeshCallback & { atMs: number })[];
  onCallback: (callback: MeshCallback, node: TestNode) => Answer | undefined;
}

class PipeEnd implements MeshLink {
  readonly id: number;
  peer: PipeEnd | undefined;
  node: TestNode;
  open = true;
  bytes = 0;
  private readonly net: TestNet;
  private earliest = 0;

  constructor(net: TestNet, id: number, node: TestNode) {
    this.net = net;
    this.id = id;
    this.node = node;
  }

  write(bytes: Uint8Array): void {
    this.bytes += bytes.length;
    const copy = bytes.slice();
    this.later((peer) => peer.node.mesh.onData(peer, copy));
  }

  sendSpace(): number {
    return 5744;
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    this.later((peer) => {
      peer.open = false;
      peer.node.mesh.onClosed(peer);
    });
  }

  /** In order, one way of latency from now. */
  private later(run: (peer: PipeEnd) => void): void {
    const { peer } = this;
    if (!peer) return;
    this.earliest = Math.max(this.earliest, this.net.now + this.net.latency());
    this.net.at(this.earliest, () => {
      if (peer.open) run(peer);
    });
  }
}

/** Every node hears every other unless `hears` says otherwise. */
class NetWifi extends FakeWifi {
  private readonly net: TestNet;
  private readonly self: () => TestNode;
  private joined: ScannedAp | undefined;
  private uplink: PipeEnd | undefined;

  constructor(net: TestNet, self: () => TestNode) {
    super();
    this.net = net;
    this.self = self;
  }

  override startScan(channel: number): void {
    super.startScan(channel);
    const { net } = this;
    net.at(net.now + SCAN_MICROS, () => this.self().mesh.onScanDone(net.heardBy(this.self())));
  }

  override begin(ap: ScannedAp): void {
    super.begin(ap);
    this.net.at(this.net.now + JOIN_MICROS, () => {
      this.joined = ap;
      this.isConnected = true;
      this.network = ap.ssid;
      this.self().mesh.onGotIp();
    });
  }

  override dial(port: number): void {
    super.dial(port);
    const ap = this.joined && this.net.nodes.get(this.joined.nodeId);
    if (ap) this.uplink = this.net.link(this.self(), ap);
    else this.self().mesh.onDialError();
  }

  override disconnect(): void {
    super.disconnect();
    this.joined = undefined;
    this.uplink?.close();
    this.uplink = undefined;
    this.net.at(this.net.now + LEAVE_MICROS, () => this.self().mesh.onStationDisconnected());
  }
}

export class TestNet {
  readonly nodes = new Map<number, TestNode>();
  now = 0;
  /** Random part of each one-way latency, µs. */
  jitterMicros = 300;
  /** dBm between two nodes; undefined: out of range. */
  rssi: (from: number, to: number) => number | undefined = () => -50;
  private readonly md5Of: (bytes: Uint8Array) => string;
  private readonly random: () => number;
  private events: { at: number; run: () => void }[] = [];
  private ids = 1;
  private readonly pipes: PipeEnd[] = [];

  constructor(seed = 1, md5Of: (bytes: Uint8Array) => string = () => '') {
    this.random = seeded(seed);
    this.md5Of = md5Of;
  }

  latency(): number {
    return LATENCY_MICROS + Math.floor(this.random() * this.jitterMicros);
  }

  /** A running node whose clock began `bootMicros` ago. `mode` 'ap': it only takes the links it is given. */
  add(id: number, options: Partial<MeshOptions> & { mode?: 'ap' | 'ap+sta' } = {}): TestNode {
    const { mode = 'ap', ...settings } = options;
    const boot = Math.floor(this.random() * 5e6);
    const fake = fakePorts(id, this.md5Of);
    const wifi = new NetWifi(this, () => node);
    const ports: FakePorts = { ...fake, wifi, micros: () => this.now + boot };
    const mesh = new Mesh(ports, { nodeId: id, ...settings });
    const node: TestNode = { id, mesh, ports, callbacks: [], onCallback: () => undefined };
    mesh.init({ ssid: 'mesh', password: 'password', mode });
    this.nodes.set(id, node);
    return node;
  }

  /** A chain of nodes with these ids, each one the station of the one before. */
  chain(...ids: number[]): TestNode[] {
    return this.chainWith({}, ...ids);
  }

  chainWith(options: Partial<MeshOptions>, ...ids: number[]): TestNode[] {
    const nodes = ids.map((id) => this.add(id, options));
    nodes.slice(1).forEach((node, i) => {
      this.link(node, nodes[i]!);
    });
    return nodes;
  }

  /** `station` dials `ap`; returns the station's end. */
  link(station: TestNode, ap: TestNode): PipeEnd {
    const a = new PipeEnd(this, this.ids++, station);
    const b = new PipeEnd(this, this.ids++, ap);
    a.peer = b;
    b.peer = a;
    this.pipes.push(a, b);
    this.at(this.now + this.latency(), () => ap.mesh.onAccepted(b));
    this.at(this.now + this.latency(), () => station.mesh.onConnected(a));
    return a;
  }

  /** The node dies: its TCP streams end, its engine is never called again. */
  kill(node: TestNode): void {
    this.nodes.delete(node.id);
    for (const pipe of this.pipes) if (pipe.node === node) pipe.close();
  }

  /** Bytes that the links carried, both ways. */
  get bytes(): number {
    return this.pipes.reduce((sum, pipe) => sum + pipe.bytes, 0);
  }

  heardBy(node: TestNode): ScannedAp[] {
    const heard: ScannedAp[] = [];
    for (const nodeId of this.nodes.keys()) {
      const rssi = nodeId === node.id ? undefined : this.rssi(nodeId, node.id);
      if (rssi !== undefined) heard.push({ ssid: 'mesh', channel: 1, rssi, nodeId });
    }
    return heard;
  }

  at(at: number, run: () => void): void {
    let i = this.events.length;
    while (i > 0 && this.events[i - 1]!.at > at) i--;
    this.events.splice(i, 0, { at, run });
  }

  run(ms: number): void {
    const end = this.now + ms * 1000;
    for (; this.now < end; this.now += 1000) {
      while (this.events.length > 0 && this.events[0]!.at <= this.now) this.events.shift()!.run();
      for (const node of this.nodes.values()) this.update(node);
    }
  }

  private update(node: TestNode): void {
    const steps = node.mesh.update();
    let answer: Answer;
    for (let next = steps.next(); !next.done; next = steps.next(answer)) {
      node.callbacks.push({ ...next.value, atMs: this.now / 1000 });
      answer = node.onCallback(next.value, node);
    }
  }
}

/** Callbacks of one kind. */
export function of<K extends MeshCallback['kind']>(
  node: TestNode,
  kind: K,
): (Extract<MeshCallback, { kind: K }> & { atMs: number })[] {
  return node.callbacks.filter((callback) => callback.kind === kind) as never;
}
