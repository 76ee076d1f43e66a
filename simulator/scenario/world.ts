import { type ChipModel, ESP32 } from '../board/chip-model.ts';
import { factoryFlash } from '../board/factory-flash.ts';
import type { NorFlash } from '../board/nor-flash.ts';
import { FrameTap } from '../faults/frame-tap.ts';
import type { MeshLibrary } from '../guest/mesh-binding.ts';
import { VirtualBoard, type VirtualBoardOptions } from '../guest/virtual-board.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { Certificate } from '../net/certificate.ts';
import { type ExchangeFunction, HttpService } from '../net/http-service.ts';
import { WifiDevice } from '../net/wifi-device.ts';
import { type PathLoss, WifiMedium } from '../net/wifi-medium.ts';
import { type BoardSettings, settingsPartition } from './settings.ts';

/** The router that the gateway joins, and beyond it the server. */
export const ROUTER = {
  name: 'router',
  ssid: 'ota-bench',
  password: 'ota-bench-pass',
  ip: '192.168.4.1',
};
/** Virtual time 0 of every run, as a date: 2026-01-01T00:00:00Z. */
export const EPOCH_MS = 1_767_225_600_000;
export const SECOND = 1_000_000;

export interface BoardSpec {
  name: string;
  /** The app image it is flashed with. */
  image: Uint8Array;
  /** What provisioning wrote into NVS. */
  settings?: BoardSettings;
  /** CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE of its bootloader; on unless said otherwise. */
  rollback?: boolean;
  /** CONFIG_BOOTLOADER_APP_ANTI_ROLLBACK of its bootloader; off unless said otherwise. */
  antiRollback?: boolean;
  /** What is burnt into its eFuse; 0. */
  secureVersion?: number;
  /** Default: the world's. */
  partitionTable?: Uint8Array;
  chip?: ChipModel;
  heapBytes?: number;
  /** Which allocations of its firmware fail. */
  failAllocation?: VirtualBoardOptions['failAllocation'];
  /** The painlessMesh release of its firmware; default 1.5.6 as it is. */
  meshLibrary?: MeshLibrary;
}

export interface WorldOptions {
  seed: string;
  partitionTable: Uint8Array;
  /** How well two devices hear each other, the router included: dBm, or undefined when out of range. */
  rssi: PathLoss;
  /** The server behind the router, known to boards as http://ota.test. */
  fetch?: ExchangeFunction;
  /** What the server shows to boards that come by https://ota.test; none: it speaks plain HTTP alone. */
  certificate?: Certificate;
  boards: BoardSpec[];
}

/** Everything of one run: time, air, router, boards. */
export class World {
  readonly kernel: Kernel;
  readonly medium: WifiMedium;
  /** What may become of mesh frames on their way. */
  readonly frames: FrameTap;
  readonly boards = new Map<string, VirtualBoard>();
  readonly #specs = new Map<string, BoardSpec>();
  readonly #partitionTable: Uint8Array;
  /** What the boards' server answers; replace it to make the server fail. */
  fetch: ExchangeFunction;
  /** What time servers answer, ms since 1970; undefined: nothing. The world's clock unless changed. */
  timeServer: (host: string) => number | undefined = () => this.clock.now();
  /** As in the options; may change while the world runs. */
  certificate: Certificate | undefined;
  /** How long that takes, µs; Infinity for a server that takes requests and never answers. */
  serverLatency = 4_000;

  constructor(options: WorldOptions) {
    this.kernel = new Kernel(options.seed);
    this.#partitionTable = options.partitionTable;
    this.fetch =
      options.fetch ?? (() => Promise.reject(new Error('there is no server in this world')));
    this.medium = new WifiMedium(this.kernel, options.rssi);
    this.frames = new FrameTap(this.medium);
    this.certificate = options.certificate;
    this.#addRouter();
    options.boards.forEach((spec, i) => this.#addBoard(spec, i));
  }

  /** The server's clock in this run: milliseconds since 1970. */
  readonly clock = { now: () => EPOCH_MS + Math.floor(this.kernel.now / 1000) };

  board(name: string): VirtualBoard {
    const board = this.boards.get(name);
    if (!board)
      throw new Error(`there is no board ${name}; there are ${[...this.boards.keys()].join(', ')}`);
    return board;
  }

  /** Switches all boards on, one after another in their order, as someone who walks from one to the next. */
  powerOn(stepUs = SECOND / 4): void {
    const draw = this.kernel.random('power-on');
    for (const board of this.boards.values()) {
      const delay = (board.index + draw()) * stepUs;
      this.kernel.after(delay, () => board.powerOn(), { board: board.index });
    }
  }

  /**
   * Someone puts another board in this one's place, with another chip where one is given: same radio, fresh flash with that app. It is
   * switched on a second later.
   */
  replaceFirmware(name: string, image: Uint8Array, chip?: ChipModel): void {
    const board = this.board(name);
    board.cutPower();
    const spec = { ...this.#specs.get(name)!, image, ...(chip && { chip }) };
    const flash = this.#factoryFlash(spec);
    if (chip) board.chip = chip;
    this.#specs.set(name, spec);
    board.flash.replaceContent(flash.snapshot());
    this.kernel.after(SECOND, () => board.powerOn(), { board: board.index });
  }

  /** Runs for `us`. */
  async run(us: number): Promise<void> {
    await this.kernel.runUntil(this.kernel.now + us);
  }

  /**
   * Runs until `condition` (asked every `everyUs`) holds; false when `limitUs` of virtual time passed first.
   */
  async runUntil(
    condition: () => boolean | Promise<boolean>,
    limitUs: number,
    everyUs = SECOND / 4,
  ): Promise<boolean> {
    const end = this.kernel.now + limitUs;
    while (!(await condition())) {
      if (this.kernel.now >= end) return false;
      await this.kernel.runUntil(Math.min(end, this.kernel.now + everyUs));
    }
    return true;
  }

  /** Nobody runs this world on: its boards give back what they hold. */
  close(): void {
    for (const board of this.boards.values()) board.discard();
  }

  #addRouter(): void {
    const [plain, secure] = ['http://ota.test', 'https://ota.test'].map(
      (origin) =>
        new HttpService({
          kernel: this.kernel,
          origin,
          fetch: (request, caller) => this.fetch(request, caller),
          latency: () => this.serverLatency,
        }),
    );
    const ports = new Map([
      [-1, plain],
      [80, plain],
      [443, secure],
    ]);
    const router = new WifiDevice(this.medium, {
      name: ROUTER.name,
      board: -1,
      bssid: 1,
      uplink: (host, port) => {
        if (host !== 'ota.test' || (port === 443 && !this.certificate)) return undefined;
        return ports.get(port)?.accept;
      },
      timeServer: (host) => {
        const ms = this.timeServer(host);
        return ms === undefined ? undefined : ms * 1000;
      },
      certificate: (host, port) =>
        host === 'ota.test' && port === 443 ? this.certificate : undefined,
    });
    router.powerOn();
    router.startAccessPoint({
      ssid: ROUTER.ssid,
      password: ROUTER.password,
      channel: 1,
      ip: ROUTER.ip,
    });
  }

  #factoryFlash(spec: BoardSpec): NorFlash {
    const partitionTable = spec.partitionTable ?? this.#partitionTable;
    return factoryFlash(spec.chip ?? ESP32, {
      partitionTable,
      app: spec.image,
      bootloader: { rollback: spec.rollback ?? true, antiRollback: spec.antiRollback },
      data: spec.settings ? { nvs: settingsPartition(partitionTable, spec.settings) } : {},
    });
  }

  #addBoard(spec: BoardSpec, index: number): void {
    const chip = spec.chip ?? ESP32;
    const flash = this.#factoryFlash(spec);
    this.#specs.set(spec.name, spec);
    const { kernel, medium } = this;
    const options = {
      kernel,
      medium,
      name: spec.name,
      index,
      mac: macOf(index),
      flash,
      chip,
      heapBytes: spec.heapBytes,
      failAllocation: spec.failAllocation,
      meshLibrary: spec.meshLibrary,
    };
    const board = new VirtualBoard(options);
    board.efuse.secureVersion = spec.secureVersion ?? 0;
    this.boards.set(spec.name, board);
  }
}

/** Espressif's 24:6F:28 and a number of its own, four apart as the chip's interfaces are. */
function macOf(index: number): Uint8Array {
  const serial = 0x1a2b00 + 4 * index + index * 0x010307;
  return Uint8Array.of(
    0x24,
    0x6f,
    0x28,
    (serial >>> 16) & 255,
    (serial >>> 8) & 255,
    serial & 255 & ~3,
  );
}
