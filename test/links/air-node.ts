import { radioPort } from '../../simulator/guest/mesh-radio.ts';
import type { EventHandle, Kernel } from '../../simulator/kernel/kernel.ts';
import { Mesh } from '../../simulator/mesh/mesh.ts';
import { fakePorts } from '../../simulator/mesh/testing/fake-ports.ts';
import type { MeshLink } from '../../simulator/mesh/types.ts';
import type { TcpEnd } from '../../simulator/net/tcp.ts';
import { WifiDevice } from '../../simulator/net/wifi-device.ts';
import type { WifiMedium } from '../../simulator/net/wifi-medium.ts';

export interface AirNodeOptions {
  hardware?: 'ESP32' | 'ESP8266';
  channel?: number;
}

/** A mesh node without firmware: the engine on a simulated radio, its `update()` called whenever there is work. */
export class AirNode {
  readonly name: string;
  readonly nodeId: number;
  readonly radio: WifiDevice;
  readonly mesh: Mesh;
  readonly #kernel: Kernel;
  readonly #channel: number;
  #links = 0;
  #next: EventHandle | undefined;

  constructor(medium: WifiMedium, name: string, options: AirNodeOptions = {}) {
    this.name = name;
    this.nodeId = 100 + medium.devices.size;
    this.#kernel = medium.kernel;
    this.#channel = options.channel ?? 1;
    const board = medium.devices.size;
    this.radio = new WifiDevice(medium, { name, board, bssid: this.nodeId });
    const node = this;
    const wifi = radioPort(this.radio, {
      nodeId: this.nodeId,
      get engine() {
        return node.mesh;
      },
      link: (end) => this.#link(end),
      input: (run) => {
        run();
        this.#soon();
      },
    });
    const { update, files } = fakePorts();
    const random = medium.kernel.random(`node:${name}`);
    const micros = () => this.#kernel.now;
    const ports = { micros, random, wifi, update, files, log: () => {} };
    this.mesh = new Mesh(ports, { nodeId: this.nodeId, hardware: options.hardware ?? 'ESP32' });
  }

  /** The node whose station this is at. */
  get parent(): string | undefined {
    return this.radio.association?.accessPoint.name;
  }

  powerOn(): void {
    this.radio.powerOn();
    this.radio.onStation = (event) => {
      if (event === 'gotIp') this.mesh.onGotIp();
      else this.mesh.onStationDisconnected();
      this.#soon();
    };
    this.mesh.init({ ssid: 'mesh', password: 'password', channel: this.#channel });
    this.#soon();
  }

  powerOff(): void {
    this.#kernel.cancel(this.#next);
    this.radio.powerOff('software');
  }

  #soon(): void {
    if (this.radio.up) this.#plan(this.#kernel.now);
  }

  #plan(time: number): void {
    this.#kernel.cancel(this.#next);
    this.#next = this.#kernel.at(time, () => this.#update(), { board: this.radio.board });
  }

  #update(): void {
    const steps = this.mesh.update();
    while (!steps.next().done);
    const due = this.mesh.nextDue();
    // A pass takes a millisecond.
    if (due < Number.POSITIVE_INFINITY) this.#plan(Math.max(due, this.#kernel.now + 1000));
  }

  #link(end: TcpEnd): MeshLink {
    const link: MeshLink = {
      id: ++this.#links,
      write: (bytes) => void end.write(bytes),
      sendSpace: () => end.sendSpace,
      close: () => end.close(),
    };
    const input = (run: () => void) => {
      run();
      this.#soon();
    };
    end.onData = (bytes) => input(() => this.mesh.onData(link, bytes));
    end.onClosed = () => input(() => this.mesh.onClosed(link));
    end.onWritable = () => input(() => this.mesh.onSendSpace(link));
    this.#soon();
    return link;
  }
}
