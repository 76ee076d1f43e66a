import { createHash } from 'node:crypto';
import type { OtaServer } from '../../mock-server/index.ts';
import type { VirtualBoard } from '../../simulator/guest/virtual-board.ts';
import type { Certificate } from '../../simulator/net/certificate.ts';
import type { ExchangeFunction } from '../../simulator/net/http-service.ts';
import { settledImage } from '../../simulator/oracles/flash-view.ts';
import { Logbook } from '../../simulator/scenario/direct-update/logbook.ts';
import { type BoardSpec, ROUTER, SECOND, World } from '../../simulator/scenario/world.ts';
import { clientPartitionTable } from './firmware.ts';
import { readImageVersion } from './image-version.ts';
import { EPOCH_MS, ServerBed } from './server-bed.ts';

export const DEVICE = { id: 7, name: 'scales' };
export const MINUTE = 60 * SECOND;

/** A request that changes something at the server, to be made again at another one. */
export interface PastRequest {
  /** Milliseconds since 1970, by the server's clock. */
  at: number;
  url: string;
  body: string;
  headers: [string, string][];
}

export interface DirectOptions {
  seed?: string;
  /** What the device is flashed with. */
  image: Uint8Array;
  /** Content of its flash in place of that, as it was when the power went. */
  flash?: (Uint8Array | undefined)[];
  /** A server that is there already; without one there is a new one, with these releases. */
  bed?: ServerBed;
  releases?: readonly Uint8Array[];
  /** What the server has been through already, and the time that it is there, milliseconds since 1970. */
  past?: readonly PastRequest[];
  startMs?: number;
  rollback?: boolean;
  /** With it the server is at https://ota.test too. */
  certificate?: Certificate;
  failAllocation?: BoardSpec['failAllocation'];
  /** The server's name or address for the device. */
  serverUrl?: string;
  /** The device's JWT; none: the server asks for none. */
  token?: string;
}

/** One C-client device, one server under contract A, in virtual time. */
export class DirectBench {
  readonly world: World;
  readonly board: VirtualBoard;
  readonly bed: ServerBed;
  readonly server: OtaServer;
  readonly log: Logbook;
  /** All requests so far that change something. */
  readonly requests: PastRequest[] = [];
  /** MD5 of each image that the bootloader handed over to, in order. */
  readonly booted: string[] = [];
  readonly #ownsBed: boolean;

  private constructor(bed: ServerBed, ownsBed: boolean, options: DirectOptions) {
    this.bed = bed;
    this.#ownsBed = ownsBed;
    this.server = bed.server;
    this.world = new World({
      seed: options.seed ?? 'direct',
      partitionTable: clientPartitionTable(),
      rssi: () => -50,
      certificate: options.certificate,
      boards: [
        {
          name: DEVICE.name,
          image: options.image,
          rollback: options.rollback,
          failAllocation: options.failAllocation,
          settings: {
            device_id: DEVICE.id,
            server: options.serverUrl ?? 'http://ota.test',
            token: options.token,
            wifi_ssid: ROUTER.ssid,
            wifi_pass: ROUTER.password,
          },
        },
      ],
    });
    this.board = this.world.board(DEVICE.name);
    if (options.flash) this.board.flash.replaceContent(options.flash);
    this.log = new Logbook(this.world);
    this.world.kernel.trace.listen(({ kind, data }) => {
      if (kind === 'boot') this.booted.push(String(data).split(' ').at(-1)!);
    });
    this.serve((request, caller) => bed.server.exchange(request, caller));
  }

  static async open(options: DirectOptions): Promise<DirectBench> {
    const bed = options.bed ?? (await ServerBed.open(options.releases));
    if (options.bed) await bed.forgetDevices();
    const bench = new DirectBench(bed, options.bed === undefined, options);
    for (const { at, url, body, headers } of options.past ?? []) {
      bed.setClock(() => at);
      await bed.server.fetch(new Request(url, { method: 'POST', body, headers }));
    }
    const start = options.startMs ?? EPOCH_MS;
    bed.setClock(() => start + Math.floor(bench.world.kernel.now / 1000));
    return bench;
  }

  /** What answers the device from now on. */
  serve(exchange: ExchangeFunction): void {
    this.world.fetch = this.log.around(async (request, caller) => {
      if (request.method === 'POST') {
        const { url, headers } = request;
        const body = await request.clone().text();
        this.requests.push({ at: this.bed.now(), url, body, headers: [...headers] });
      }
      return exchange(request, caller);
    });
  }

  powerOn(): void {
    this.board.powerOn();
  }

  publish(image: Uint8Array, as?: string): Promise<number> {
    return this.bed.publish(image, as);
  }

  /** The server's rows of the device, oldest first. */
  async rows() {
    return (await this.server.store.rows.deviceLog()).toSorted((a, b) => a.id - b.id);
  }

  /** The image that its flash would boot and keep. */
  runs(image: Uint8Array): boolean {
    return settledImage(this.board)?.md5 === md5Of(image);
  }

  /** The server has heard it run the image, and its flash has it for good. */
  async arrived(image: Uint8Array): Promise<boolean> {
    if (this.booted.at(-1) !== md5Of(image)) return false;
    const { version } = readImageVersion(image);
    const firmware = await this.server.store.rows.deviceFirmware();
    const ids = firmware.filter((row) => row.version === version).map((row) => row.id);
    const heard = (await this.rows()).some(
      (row) => row.confirmed_at !== null && ids.includes(row.firmware_id ?? 0),
    );
    return heard && this.runs(image);
  }

  until(condition: () => boolean | Promise<boolean>, limitUs: number): Promise<boolean> {
    return this.world.runUntil(condition, limitUs, SECOND / 2);
  }

  /** Server's and device's log as text, for a test that failed. */
  story(): string {
    return this.log.lines
      .map(({ time, side, text }) => `${(time / 1e6).toFixed(3)} ${side}: ${text}`)
      .join('\n');
  }

  async close(): Promise<void> {
    // What runs on the board lets go of its memory.
    this.board.cutPower();
    if (this.#ownsBed) await this.bed.close();
  }
}

const md5s = new WeakMap<Uint8Array, string>();

/** Computed once for each image. */
export function md5Of(image: Uint8Array): string {
  const known = md5s.get(image) ?? createHash('md5').update(image).digest('hex');
  md5s.set(image, known);
  return known;
}
