/** A door into a simulated mesh: who dials a port of this machine is a station at a virtual board's access point. */
import { createServer, type Server, type Socket } from 'node:net';
import type { TcpEnd } from '../net/tcp.ts';
import { WifiDevice } from '../net/wifi-device.ts';
import type { WifiMedium } from '../net/wifi-medium.ts';
import type { RealTime } from './real-time.ts';

export interface MeshBridgeOptions {
  medium: WifiMedium;
  time: RealTime;
  /** The board whose access point is joined, by name. */
  board: string;
  ssid: string;
  password: string;
  /** The mesh's TCP port on the board; default 5555. */
  meshPort?: number;
  /** Where to listen on loopback; default a free one. */
  port?: number;
}

const MESH_PORT = 5555;
/** Orders a guest's events behind those of every board. */
const FIRST_INDEX = 10_000;

export class MeshBridge {
  readonly port: number;
  readonly #server: Server;
  readonly #guests = new Set<Guest>();

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  static open(options: MeshBridgeOptions): Promise<MeshBridge> {
    let guests = 0;
    const server = createServer({ noDelay: true }, (socket) => {
      const guest = new Guest(socket, options, guests++);
      bridge.#guests.add(guest);
      socket.once('close', () => bridge.#guests.delete(guest));
    });
    let bridge: MeshBridge;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port ?? 0, '127.0.0.1', () => {
        bridge = new MeshBridge(server, (server.address() as { port: number }).port);
        resolve(bridge);
      });
    });
  }

  /** Before the end of the world's time. */
  async close(): Promise<void> {
    const closed = new Promise((done) => this.#server.close(done));
    for (const guest of this.#guests) guest.hangUp();
    await closed;
  }
}

/** One visitor: its socket outside, its radio inside. */
class Guest {
  readonly #socket: Socket;
  readonly #options: MeshBridgeOptions;
  readonly #device: WifiDevice;
  #end: TcpEnd | undefined;
  /** Bytes from outside that the virtual stream had no room for. */
  #waiting: Uint8Array[] = [];

  constructor(socket: Socket, options: MeshBridgeOptions, index: number) {
    this.#socket = socket;
    this.#options = options;
    const board = FIRST_INDEX + index;
    this.#device = new WifiDevice(options.medium, { name: `guest-${index}`, board, bssid: board });
    socket.on('error', () => {}); // `close` follows
    socket.on('close', () => options.time.soon(() => this.#leave()));
    socket.pause();
    options.time.soon(() => this.#join());
  }

  hangUp(): void {
    this.#socket.destroy();
  }

  #join(): void {
    const { ssid, password, board, medium, meshPort } = this.#options;
    const target = medium.devices.get(board);
    if (!target) return this.hangUp();
    this.#device.powerOn();
    this.#device.onStation = (event) => {
      if (event === 'disconnected') return this.hangUp();
      this.#device.dial('gateway', meshPort ?? MESH_PORT, (result) => {
        if ('end' in result) this.#pipe(result.end);
        else this.hangUp();
      });
    };
    this.#device.connect({ ssid, password, bssid: target.bssid });
  }

  #pipe(end: TcpEnd): void {
    this.#end = end;
    end.onData = (bytes) => void this.#socket.write(bytes);
    end.onClosed = (reset) => (reset ? this.#socket.resetAndDestroy() : this.#socket.end());
    end.onWritable = () => this.#flush();
    this.#socket.on('data', (bytes: Buffer) => {
      this.#options.time.soon(() => {
        this.#waiting.push(bytes);
        this.#flush();
      });
    });
    this.#socket.resume();
  }

  #flush(): void {
    const end = this.#end!;
    while (this.#waiting.length > 0) {
      const room = end.sendSpace;
      if (room === 0) break;
      const [first] = this.#waiting as [Uint8Array];
      const taken = end.write(first.subarray(0, room));
      if (taken === first.length) this.#waiting.shift();
      else this.#waiting[0] = first.subarray(taken);
    }
    // What the board cannot take in time, the visitor must not send.
    if (this.#waiting.length > 64) this.#socket.pause();
    else this.#socket.resume();
  }

  #leave(): void {
    this.#end?.close();
    this.#device.powerOff('software');
    this.#options.medium.devices.delete(this.#device.name);
  }
}
