import type { BindingInterface, OpenOptions, PortInfo } from '@serialport/bindings-interface';
import { chipModel } from '../../board/chip-model.ts';
import { NorFlash, SECTOR_SIZE } from '../../board/nor-flash.ts';
import type { ConnectorOptions, SerialConnector } from '../../board/serial-rom/connector.ts';
import type { SerialFaults } from '../../board/serial-rom/faults.ts';
import type { ResetWiring } from '../../board/serial-rom/reset-wiring.ts';
import { VirtualBoard } from '../../guest/virtual-board.ts';
import { Kernel } from '../../kernel/kernel.ts';
import { WifiMedium } from '../../net/wifi-medium.ts';
import { RealTime } from '../real-time.ts';
import { SimPort } from './sim-port.ts';

/** One board on the desk. */
export interface SimBoardSpec {
  name: string;
  /** Default: esp32. */
  chip?: string;
  /** What flash holds; erased beyond its end. Default: all erased. */
  flash?: Uint8Array;
  /** Size of the flash chip, bytes: a power of two from 1 MB. Default: 4 MB, or what `flash` needs. */
  flashBytes?: number;
  mac?: Uint8Array;
  wiring?: ResetWiring;
  secureDownload?: boolean;
  faults?: SerialFaults;
}

export interface SerialBenchOptions {
  /** `paced`: bytes take the time of their rate. Default: free. */
  line?: 'paced' | 'free';
  /** Erasing and programming take the flash chip's time. Default: no. */
  flashTimes?: boolean;
  /** How many virtual seconds pass in one; default 1. */
  speed?: number;
  wiring?: ResetWiring;
  /** The boards alone keep no process alive. */
  unref?: boolean;
}

interface Place {
  board: VirtualBoard;
  connector: SerialConnector;
  open: boolean;
}

/** What the port list says of a bridge: a CP2102N, or the chip's own USB. */
const BRIDGE = { vendorId: '10c4', productId: 'ea60', manufacturer: 'Silicon Labs' };
const USB_JTAG = { vendorId: '303a', productId: '1001', manufacturer: 'Espressif' };
const SCHEME = 'sim://';

/**
 * Virtual boards on a desk: each at the end of a USB cable that this process may open, in real time. Their ports are
 * `sim://NAME`.
 */
export class SerialBench {
  readonly time: RealTime;
  /** Resolves with what an event of the world threw, should one do so: the boards stand still then. */
  readonly failure: Promise<unknown>;
  /** For `@serialport/stream`. */
  readonly binding: BindingInterface;
  readonly #places = new Map<string, Place>();

  private constructor(
    kernel: Kernel,
    boards: [VirtualBoard, ConnectorOptions][],
    { speed = 1, unref = false }: SerialBenchOptions,
    catchUpMs?: number,
  ) {
    for (const [board, options] of boards)
      this.#places.set(board.name, { board, connector: board.connect(options), open: false });
    let fail = (_: unknown) => {};
    this.failure = new Promise((resolve) => (fail = resolve));
    const onFailure = (error: unknown) => {
      fail(error);
      // Nothing moves any more: whoever waits for a board learns it as from a pulled cable.
      for (const { connector } of this.#places.values()) connector.onPlug(false);
    };
    this.time = new RealTime(kernel, { speed, stepMs: 1, catchUpMs, unref, onFailure });
    this.binding = { list: () => this.#list(), open: (options) => this.#open(options) };
  }

  /**
   * Boards in a world of their own, powered.
   * @throws Error for a chip that there is not, or flash that does not fit
   */
  static open(
    options: SerialBenchOptions & { boards: SimBoardSpec[]; seed?: string },
  ): SerialBench {
    const kernel = new Kernel(options.seed ?? '1');
    const medium = new WifiMedium(kernel, () => -50);
    const boards = options.boards.map((spec, index): [VirtualBoard, ConnectorOptions] => {
      const chip = chipModel(spec.chip ?? 'esp32');
      const flash = flashOf(spec);
      const mac = spec.mac ?? macOf(index);
      const board = new VirtualBoard({
        kernel,
        medium,
        name: spec.name,
        index,
        mac,
        flash,
        chip: { ...chip, flashBytes: flash.size },
      });
      return [board, { ...connectorOptions(options), ...given(spec) }];
    });
    // Boards alone are quickly caught up with, and a client's patience is measured by the wall.
    const bench = new SerialBench(kernel, boards, options, 2000);
    for (const [board] of boards) kernel.after(0, () => board.powerOn(), { board: board.index });
    return bench;
  }

  /** Gives boards of a world their sockets, and drives that world. They must not have been powered on. */
  static attach(
    kernel: Kernel,
    boards: VirtualBoard[],
    options: SerialBenchOptions = {},
  ): SerialBench {
    const pairs = boards.map((board): [VirtualBoard, ConnectorOptions] => [
      board,
      connectorOptions(options),
    ]);
    return new SerialBench(kernel, pairs, options);
  }

  get names(): string[] {
    return [...this.#places.keys()];
  }

  board(name: string): VirtualBoard {
    return this.#place(name).board;
  }

  /** The board's socket: its cable, its lines, what is wrong with it. Touch it inside of `soon` only. */
  port(name: string): SerialConnector {
    return this.#place(name).connector;
  }

  /** Runs `act` between two events of the world, and answers what it answered. */
  soon<T>(act: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.time.failure !== undefined) return reject(this.time.failure);
      this.time.soon(() => {
        try {
          resolve(act());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** The whole content of a board's flash. */
  flash(name: string): Promise<Uint8Array> {
    return this.soon(() => this.board(name).flash.dump());
  }

  /** Stands the world still. Rejects with what an event threw. */
  async close(): Promise<void> {
    await this.time.stop();
  }

  /**
   * Takes the port for one user, as opening a device does.
   * @throws Error when there is no such board or its port is open
   */
  claim(name: string): SerialConnector {
    const place = this.#place(name);
    if (place.open) throw new Error(`${SCHEME}${name}: the port is open already`);
    place.open = true;
    return place.connector;
  }

  isOpen(name: string): boolean {
    return this.#place(name).open;
  }

  release(name: string): void {
    this.#place(name).open = false;
  }

  #place(name: string): Place {
    const place = this.#places.get(name);
    if (place) return place;
    throw new Error(
      `there is no simulated board ${JSON.stringify(name)}; there are ${this.names.join(', ')}`,
    );
  }

  async #list(): Promise<PortInfo[]> {
    return [...this.#places.values()]
      .filter(({ connector }) => connector.plugged)
      .map(({ board, connector }) => portInfo(board, connector));
  }

  async #open(options: OpenOptions): Promise<SimPort> {
    const name = options.path.replace(SCHEME, '');
    const connector = this.claim(name);
    try {
      return await SimPort.open(connector, this.time, options, () => this.release(name));
    } catch (error) {
      this.release(name);
      throw error;
    }
  }
}

function portInfo(board: VirtualBoard, connector: SerialConnector): PortInfo {
  const usb = connector.wiring === 'usb-jtag' ? USB_JTAG : BRIDGE;
  const serialNumber = [...board.mac].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
  return {
    path: `${SCHEME}${board.name}`,
    ...usb,
    serialNumber: serialNumber.toUpperCase(),
    pnpId: undefined,
    locationId: undefined,
  };
}

function connectorOptions(options: SerialBenchOptions): ConnectorOptions {
  return {
    paced: options.line === 'paced',
    flashTimes: options.flashTimes ?? false,
    ...(options.wiring ? { wiring: options.wiring } : {}),
  };
}

function given({ wiring, secureDownload, faults }: SimBoardSpec): ConnectorOptions {
  return {
    ...(wiring ? { wiring } : {}),
    ...(secureDownload ? { secureDownload } : {}),
    ...(faults ? { faults } : {}),
  };
}

function flashOf({ name, flash, flashBytes }: SimBoardSpec): NorFlash {
  const needed = 2 ** Math.ceil(Math.log2(Math.max(flash?.length ?? 0, 4 << 20)));
  const size = flashBytes ?? needed;
  if (size < 1 << 20 || Math.log2(size) % 1 || size > 1 << 28)
    throw new Error(`${name}: a flash chip has 1, 2, 4, … 256 MB, not ${size} bytes`);
  if (flash && flash.length > size)
    throw new Error(`${name}: ${flash.length} bytes do not fit a flash chip of ${size}`);
  const sectors = Array.from({ length: size / SECTOR_SIZE }, (_, i) => {
    const bytes = flash?.subarray(i * SECTOR_SIZE, (i + 1) * SECTOR_SIZE);
    if (!bytes?.some((byte) => byte !== 0xff)) return undefined;
    const sector = new Uint8Array(SECTOR_SIZE).fill(0xff);
    sector.set(bytes);
    return sector;
  });
  return new NorFlash(size, sectors);
}

/** Espressif's 7C:DF:A1 and a number of its own. */
function macOf(index: number): Uint8Array {
  const serial = 0x10_20_30 + 4 * index;
  return Uint8Array.of(0x7c, 0xdf, 0xa1, serial >> 16, (serial >> 8) & 255, serial & 255);
}
