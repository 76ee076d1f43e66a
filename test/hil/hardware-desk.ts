import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { SerialLink } from '../../tools/serial/link.ts';
import { connectBoard } from '../../tools/serial/loader/connect.ts';
import { type FoundPort, listPorts } from '../../tools/serial/ports/list.ts';
import { openPort } from '../../tools/serial/ports/open.ts';
import type { BenchConfig, BoardConfig, FirmwareSpec } from './config.ts';
import type { ClaimedBoard, Desk, DeskServer, Firmware } from './desk.ts';
import { hardwareFirmware } from './firmware.ts';
import { lock } from './lock.ts';
import { portServer } from './server.ts';

const BAUD = 460_800;
const LOCK_MS = 120_000;
const COMMAND_MS = 30_000;

/** What stands between the desk and the machine; the machine's own by default. */
export interface HardwareAccess {
  lockFolder?: string;
  ports?: () => Promise<FoundPort[]>;
  open?: (port: string) => Promise<SerialLink>;
}

/** Boards on the cables of this machine, or of another over RFC 2217. */
export class HardwareDesk implements Desk {
  readonly kind = 'hardware';
  readonly #config: BenchConfig;
  readonly #lockFolder: string | undefined;
  readonly #ports: () => Promise<FoundPort[]>;
  readonly #open: (port: string) => Promise<SerialLink>;
  readonly #built = new Map<string, Promise<Firmware>>();
  /** MACs that were read from boards, by port: asking a board resets it. */
  readonly #macs = new Map<string, string>();

  /** @throws Error where the configuration says of no board how to find it */
  constructor(config: BenchConfig, access: HardwareAccess = {}) {
    this.#config = config;
    this.#lockFolder = access.lockFolder;
    this.#ports = access.ports ?? listPorts;
    this.#open = access.open ?? openPort;
    const lost = config.boards.filter((board) => !isFindable(board)).map(({ name }) => name);
    if (lost.length === config.boards.length) {
      throw new Error(
        'OTA_BENCH=hardware, but bench.config.ts says of no board where it is: give each a port, mac or serialNumber (ota ports shows them)',
      );
    }
  }

  get names(): readonly string[] {
    return this.#config.boards.filter(isFindable).map(({ name }) => name);
  }

  now(): number {
    return performance.now();
  }

  async claim(name: string): Promise<ClaimedBoard> {
    const spec = this.#config.boards.find((board) => board.name === name);
    if (!spec) throw noBoard(name, this.names);
    if (!isFindable(spec)) {
      throw new Error(
        `OTA_BENCH=hardware: bench.config.ts does not say where board ${name} is: give it a port, mac or serialNumber`,
      );
    }
    const release = await lock(identityOf(spec), { timeoutMs: LOCK_MS, folder: this.#lockFolder });
    try {
      const port = await this.#portOf(spec);
      return {
        name,
        port,
        baud: spec.baud ?? BAUD,
        open: () => this.#open(port),
        ...(spec.power && { power: powerOf(spec.power) }),
        release: async () => release(),
      };
    } catch (error) {
      release();
      throw error;
    }
  }

  firmware(spec: FirmwareSpec): Promise<Firmware> {
    const key = JSON.stringify(spec);
    const name = Object.entries(this.#config.firmware).find(([, one]) => one === spec)?.[0];
    const built =
      this.#built.get(key) ?? hardwareFirmware(name ?? spec.sketch, spec, this.#config.root);
    this.#built.set(key, built);
    return built;
  }

  async startServer(): Promise<DeskServer> {
    const { wifi, server } = this.#config;
    if (!wifi || !server) {
      throw new Error(
        'OTA_BENCH=hardware: bench.config.ts needs wifi { ssid, password } and server { host } so that boards reach a server on this machine',
      );
    }
    return portServer(server, wifi);
  }

  async close(): Promise<void> {}

  async #portOf(spec: BoardConfig): Promise<string> {
    if (spec.port !== undefined) return spec.port;
    const ports = await this.#ports();
    const wanted = (spec.serialNumber ?? spec.mac)!;
    const known = ports.find(({ serialNumber }) => serialNumber && same(serialNumber, wanted));
    if (known) return known.path;
    if (spec.mac !== undefined) {
      for (const port of ports) {
        const mac = await this.#macAt(port);
        if (mac && same(mac, spec.mac)) return port.path;
      }
    }
    throw new Error(
      `OTA_BENCH=hardware: board ${spec.name} (${wanted}) is not connected; ${describe(ports)}`,
    );
  }

  /** Through a bridge a MAC is seen only by asking the chip. */
  async #macAt({ path }: FoundPort): Promise<string | undefined> {
    const known = this.#macs.get(path);
    if (known !== undefined) return known;
    // A port that another has open, or that no board answers on, is none of ours for now.
    const mac = await this.#askMac(path).catch(() => undefined);
    if (mac !== undefined) this.#macs.set(path, mac);
    return mac;
  }

  async #askMac(path: string): Promise<string | undefined> {
    const link = await this.#open(path);
    try {
      const board = await connectBoard(link, { stub: false });
      const mac = await board.mac();
      await board.hardReset();
      return mac;
    } finally {
      await link.close();
    }
  }
}

function powerOf(commands: { on: string; off: string }): ClaimedBoard['power'] {
  return { on: () => shell(commands.on), off: () => shell(commands.off) };
}

async function shell(command: string): Promise<void> {
  try {
    await promisify(execFile)('/bin/sh', ['-c', command], { timeout: COMMAND_MS });
  } catch (error) {
    throw new Error(`the power command failed: ${command}: ${(error as Error).message}`);
  }
}

function isFindable({ port, mac, serialNumber }: BoardConfig): boolean {
  return (port ?? mac ?? serialNumber) !== undefined;
}

function identityOf({ port, mac, serialNumber }: BoardConfig): string {
  return (port ?? serialNumber ?? mac)!.toLowerCase();
}

const plain = (text: string): string => text.replace(/[:-]/g, '').toLowerCase();
const same = (a: string, b: string): boolean => plain(a) === plain(b);

function describe(ports: readonly FoundPort[]): string {
  if (ports.length === 0) return 'there is no serial port at all';
  const each = ports.map(
    ({ path, serialNumber }) => `${path} (${serialNumber ?? 'no serial number'})`,
  );
  return `there are ${each.join(', ')}`;
}

export function noBoard(name: string, names: readonly string[]): Error {
  return new Error(`bench.config.ts has no board ${name}; it has ${names.join(', ')}`);
}
