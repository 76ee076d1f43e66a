import { ArduinoUpdate } from '../board/arduino-update.ts';
import { Mesh } from '../mesh/mesh.ts';
import type { MeshCallback, MeshLink, MeshOptions, MeshPorts, WifiPort } from '../mesh/types.ts';
import type { TcpEnd } from '../net/tcp.ts';
import type { WifiDevice } from '../net/wifi-device.ts';
import { COST_US } from './cpu.ts';
import type { Guest } from './guest.ts';
import { radioPort } from './mesh-radio.ts';

const encoder = new TextEncoder();

/** painlessMesh's node id: bytes 2…5 of the SoftAP's MAC, which is the base MAC plus one. */
export function nodeIdOf(mac: Uint8Array): number {
  return (((mac[2]! << 24) | (mac[3]! << 16) | (mac[4]! << 8) | mac[5]!) + 1) >>> 0;
}

/** A release of the mesh library, and what of its behaviour is changed. */
export type MeshLibrary = Pick<MeshOptions, 'version' | 'quirks'>;

/** A callback as the HAL's update() takes it: words, and a text that it fetches next. */
export interface MeshEvent {
  kind: number;
  a: number;
  b: number;
  text: Uint8Array;
}

/** Joins the mesh engine to a board: its radio, its streams, its flash, and the guest that polls it. */
export class MeshBinding {
  readonly engine: Mesh;
  readonly nodeId: number;
  /** The event that the guest was last given; its text waits here. */
  text: Uint8Array = new Uint8Array(0);
  readonly #guest: Guest;
  readonly #radio: WifiDevice;
  #pass: Generator<MeshCallback, void, Uint8Array | undefined> | undefined;
  #answer: Uint8Array | undefined;
  #links = 0;
  readonly #ends = new Set<TcpEnd>();
  #fresh = 0;

  constructor(guest: Guest) {
    this.#guest = guest;
    this.#radio = guest.host.radio;
    this.nodeId = nodeIdOf(guest.host.mac);
    this.engine = new Mesh(this.#ports(), { nodeId: this.nodeId, ...guest.host.meshLibrary });
  }

  /** The next callback of this mesh.update(), or undefined when the pass is done. */
  poll(): MeshEvent | undefined {
    if (!this.#pass) {
      if (!this.engine.hasWork()) return undefined;
      this.#guest.passes.worked = true;
      this.#guest.host.cpu.spend(COST_US.meshFrame * this.#fresh);
      this.#fresh = 0;
      this.#pass = this.engine.update();
    }
    const answer = this.#answer;
    this.#answer = undefined;
    const step = this.#pass.next(answer);
    if (step.done) {
      this.#pass = undefined;
      return undefined;
    }
    const event = encodeCallback(step.value);
    this.text = event.text;
    return event;
  }

  /** What waits in the mesh's queues and streams. */
  heapBytes(): number {
    let sum = this.engine.queuedBytes();
    for (const end of this.#ends) sum += end.inFlight;
    return sum;
  }

  /** What the guest answers to an OTA request. */
  reply(bytes: Uint8Array): void {
    this.#answer = bytes;
  }

  /** Kernel time at which the engine wants its next update(). */
  nextDue(): number {
    const { cpu, kernel } = this.#guest.host;
    const due = this.engine.nextDue();
    return due === 0 ? kernel.now : cpu.in(due - cpu.sinceBoot);
  }

  onStation(event: 'gotIp' | 'disconnected'): void {
    if (event === 'gotIp') this.engine.onGotIp();
    else this.engine.onStationDisconnected();
  }

  #ports(): MeshPorts {
    const { host } = this.#guest;
    const update = new ArduinoUpdate(host.app.ota);
    const { files } = host.app;
    return {
      micros: () => host.cpu.sinceBoot,
      random: host.random,
      wifi: this.#wifi(),
      update: {
        isRunning: () => update.isRunning,
        begin: () => update.begin(),
        setMD5: (md5) => update.setMD5(md5),
        write: (data) => update.write(data),
        end: (even) => update.end(even),
        abort: () => update.abort(),
        errorString: () => update.errorString,
      },
      files: {
        read: (path) => (files?.begin(true) ? files.read(path) : undefined),
        write: (path, bytes) => files?.write(path, bytes) ?? false,
      },
      heapFree: () => this.#guest.heap.free(),
      log: (_type, text) => host.print(`${text}\n`),
    };
  }

  #wifi(): WifiPort {
    const binding = this;
    const guest = this.#guest;
    return radioPort(this.#radio, {
      nodeId: this.nodeId,
      get engine() {
        return binding.engine;
      },
      link: (end) => this.#link(end),
      input: (run) => {
        if (guest.dead) return;
        run();
        guest.wake();
      },
    });
  }

  #link(end: TcpEnd): MeshLink {
    const guest = this.#guest;
    const link: MeshLink = {
      id: ++this.#links,
      write: (bytes) => {
        guest.passes.worked = true;
        const { cpu, kernel, name } = guest.host;
        kernel.trace.add(cpu.now, name, 'frame', bytes, link.id);
        end.write(bytes);
      },
      sendSpace: () => end.sendSpace,
      close: () => {
        this.#ends.delete(end);
        end.close();
      },
    };
    this.#ends.add(end);
    end.ahead = () => guest.host.cpu.ahead;
    end.onData = (bytes) => {
      this.#fresh++;
      this.engine.onData(link, bytes);
      guest.wake();
    };
    end.onClosed = () => {
      this.#ends.delete(end);
      this.engine.onClosed(link);
      guest.wake();
    };
    end.onWritable = () => {
      this.engine.onSendSpace(link);
      guest.wake();
    };
    guest.wake();
    return link;
  }
}

/** HOST_MESH_* of simulator/hal/host/host.h */
const KIND = {
  receive: 1,
  newConnection: 2,
  droppedConnection: 3,
  changedConnections: 4,
  nodeTimeAdjusted: 5,
  nodeDelay: 6,
  package: 7,
  otaRequest: 8,
  otaProgress: 9,
  restart: 10,
} as const;
const NO_TEXT = new Uint8Array(0);

function encodeCallback(callback: MeshCallback): MeshEvent {
  const kind = KIND[callback.kind];
  switch (callback.kind) {
    case 'receive':
      return { kind, a: callback.from, b: 0, text: encoder.encode(callback.message) };
    case 'newConnection':
    case 'droppedConnection':
      return { kind, a: callback.nodeId, b: 0, text: NO_TEXT };
    case 'nodeTimeAdjusted':
      return { kind, a: callback.offset, b: 0, text: NO_TEXT };
    case 'nodeDelay':
      return { kind, a: callback.nodeId, b: callback.delay, text: NO_TEXT };
    case 'package':
      return { kind, a: callback.type, b: callback.handler, text: encoder.encode(callback.json) };
    case 'otaRequest':
      return {
        kind,
        a: callback.handler,
        b: callback.partSize,
        text: encoder.encode(JSON.stringify(callback.request)),
      };
    case 'otaProgress':
      return { kind, a: callback.part, b: callback.parts, text: NO_TEXT };
    default:
      return { kind, a: 0, b: 0, text: NO_TEXT };
  }
}
