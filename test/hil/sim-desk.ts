import { chipModel } from '../../simulator/board/chip-model.ts';
import { NorFlash } from '../../simulator/board/nor-flash.ts';
import { VirtualBoard } from '../../simulator/guest/virtual-board.ts';
import { SerialBench } from '../../simulator/real/serial/index.ts';
import { ROUTER, World } from '../../simulator/scenario/world.ts';
import { openPort } from '../../tools/serial/ports/open.ts';
import type { BenchConfig, BoardConfig, FirmwareSpec } from './config.ts';
import type { ClaimedBoard, Desk, DeskServer, Firmware } from './desk.ts';
import { simFirmware } from './firmware.ts';
import { simServer } from './server.ts';

/** Bits a second do not matter here: the line is not paced. */
const BAUD = 921_600;

/** Boards of the simulator on cables of the simulator, in one world with a router and a server. */
export class SimDesk implements Desk {
  readonly kind = 'sim';
  readonly #config: BenchConfig;
  readonly #world: World;
  readonly #bench: SerialBench;
  readonly #claimed = new Set<string>();
  readonly #built = new Map<string, Promise<Firmware>>();

  constructor(config: BenchConfig) {
    this.#config = config;
    const { seed, speed } = config.simulator;
    this.#world = new World({
      seed,
      partitionTable: new Uint8Array(),
      rssi: () => -50,
      boards: [],
    });
    const boards = config.boards.map((spec, index) => this.#board(spec, index));
    this.#bench = SerialBench.attach(this.#world.kernel, boards, { speed });
  }

  get names(): readonly string[] {
    return this.#config.boards.map(({ name }) => name);
  }

  now(): number {
    return this.#world.kernel.now / 1000;
  }

  async claim(name: string): Promise<ClaimedBoard> {
    if (this.#claimed.has(name)) throw new Error(`board ${name} is claimed already in this test`);
    const board = this.#world.board(name);
    this.#claimed.add(name);
    await this.#bench.soon(() => board.powerOn());
    const port = `sim://${name}`;
    return {
      name,
      port,
      baud: BAUD,
      open: () => openPort(port, { bindings: { sim: this.#bench.binding } }),
      power: {
        on: () => this.#bench.soon(() => board.powerOn()),
        off: () => this.#bench.soon(() => board.cutPower()),
      },
      release: async () => void this.#claimed.delete(name),
    };
  }

  firmware(spec: FirmwareSpec): Promise<Firmware> {
    const key = JSON.stringify(spec);
    const built = this.#built.get(key) ?? simFirmware(spec, this.#config.root);
    this.#built.set(key, built);
    return built;
  }

  startServer(): Promise<DeskServer> {
    return simServer(this.#world.clock, ROUTER, (server) => {
      this.#world.fetch = server
        ? (request, caller) => server.exchange(request, caller)
        : () => Promise.reject(new Error('the server of the test has been closed'));
    });
  }

  close(): Promise<void> {
    return this.#bench.close();
  }

  /** With blank flash, switched off: it is powered when a test claims it. */
  #board(spec: BoardConfig, index: number): VirtualBoard {
    const chip = chipModel(spec.chip ?? 'esp32');
    const { kernel, medium } = this.#world;
    const board = new VirtualBoard({
      kernel,
      medium,
      name: spec.name,
      index,
      mac: macOf(spec, index),
      flash: new NorFlash(chip.flashBytes),
      chip,
    });
    this.#world.boards.set(spec.name, board);
    return board;
  }
}

function macOf({ mac }: BoardConfig, index: number): Uint8Array {
  if (mac) return Uint8Array.from(mac.split(/[:-]/), (byte) => Number.parseInt(byte, 16));
  return Uint8Array.of(0x24, 0x6f, 0x28, 0x1a, 0x2b + (index >> 6), (index << 2) & 255);
}
