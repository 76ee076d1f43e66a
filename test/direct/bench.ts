import { createHash } from 'node:crypto';
import { createOtaServer, type OtaServer } from '../../mock-server/index.ts';
import type { VirtualBoard } from '../../simulator/guest/virtual-board.ts';
import type { ExchangeFunction } from '../../simulator/net/http-service.ts';
import { Logbook } from '../../simulator/scenario/direct-update/logbook.ts';
import { settledImage } from '../../simulator/scenario/flash-oracle.ts';
import { ROUTER, SECOND, World } from '../../simulator/scenario/world.ts';
import { createDeviceClient, type DeviceClient } from '../../tools/client/index.ts';
import { clientPartitionTable, DEVICE_TYPE } from './firmware.ts';
import { readImageVersion } from './image-version.ts';

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
  /** Published from the start. */
  releases?: readonly Uint8Array[];
  /** What the server has been through already, and the time that it is there, milliseconds since 1970. */
  past?: readonly PastRequest[];
  startMs?: number;
  rollback?: boolean;
  /** The server's name or address for the device. */
  serverUrl?: string;
}

/** 2026-01-01T00:00:00Z, as in every world. */
export const EPOCH_MS = 1_767_225_600_000;

/** One C-client device, one server under contract A, in virtual time. */
export class DirectBench {
  readonly world: World;
  readonly board: VirtualBoard;
  readonly server: OtaServer;
  readonly client: DeviceClient;
  readonly log: Logbook;
  /** All requests so far that change something. */
  readonly requests: PastRequest[] = [];
  /** MD5 of each image that the bootloader handed over to, in order. */
  readonly booted: string[] = [];
  readonly #clock: { now: () => number };

  private constructor(server: OtaServer, clock: { now: () => number }, options: DirectOptions) {
    this.server = server;
    this.#clock = clock;
    this.client = createDeviceClient({
      baseUrl: 'http://ota.test',
      fetch: (request) => server.fetch(request),
    });
    this.world = new World({
      seed: options.seed ?? 'direct',
      partitionTable: clientPartitionTable(),
      rssi: () => -50,
      boards: [
        {
          name: DEVICE.name,
          image: options.image,
          rollback: options.rollback,
          settings: {
            device_id: DEVICE.id,
            server: options.serverUrl ?? 'http://ota.test',
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
    this.serve((request, caller) => server.exchange(request, caller));
  }

  static async open(options: DirectOptions): Promise<DirectBench> {
    const start = options.startMs ?? EPOCH_MS;
    let now = () => start;
    const clock = { now: () => now() };
    const server = await createOtaServer({ clock, logError: () => {} });
    const bench = new DirectBench(server, clock, options);
    for (const image of options.releases ?? []) await bench.publish(image);
    for (const { at, url, body, headers } of options.past ?? []) {
      now = () => at;
      await server.fetch(new Request(url, { method: 'POST', body, headers }));
    }
    now = () => start + Math.floor(bench.world.kernel.now / 1000);
    return bench;
  }

  /** What answers the device from now on. */
  serve(exchange: ExchangeFunction): void {
    this.world.fetch = this.log.around(async (request, caller) => {
      if (request.method === 'POST') {
        const { url, headers } = request;
        const body = await request.clone().text();
        this.requests.push({ at: this.#clock.now(), url, body, headers: [...headers] });
      }
      return exchange(request, caller);
    });
  }

  /** Uploads and registers an image, stable; answers its id. */
  async publish(image: Uint8Array): Promise<number> {
    const file = new Uint8Array(image);
    const { version, build_number } = readImageVersion(image);
    const stored = await this.client.uploadFirmware({
      file,
      device_type: DEVICE_TYPE,
      version,
      build_number,
    });
    const { file_size, file_hash, binary_path } = stored;
    const row = { device_type: DEVICE_TYPE, version, build_number, is_stable: true };
    return (await this.client.registerFirmware({ ...row, file_size, file_hash, binary_path })).id;
  }

  powerOn(): void {
    this.board.powerOn();
  }

  /** Rows of the device, oldest first. */
  async rows() {
    const { items } = await this.client.listLogs({ device_id: DEVICE.id, limit: 1000 });
    return items.toSorted((a, b) => a.id - b.id);
  }

  /** The image that its flash would boot and keep. */
  runs(image: Uint8Array): boolean {
    return settledImage(this.board)?.md5 === md5Of(image);
  }

  /** Runs on flash, and the server has heard it. */
  async arrived(image: Uint8Array): Promise<boolean> {
    if (!this.runs(image)) return false;
    const { version } = readImageVersion(image);
    const rows = await this.rows();
    const firmware = (await this.client.listFirmware()).items.find((f) => f.version === version);
    return rows.some((row) => row.firmware_id === firmware?.id && row.confirmed_at !== null);
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
    await this.server.close();
  }
}

export function md5Of(image: Uint8Array): string {
  return createHash('md5').update(image).digest('hex');
}
