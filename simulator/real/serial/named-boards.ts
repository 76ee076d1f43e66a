import type {
  BindingInterface,
  BindingPortInterface,
  OpenOptions,
  PortInfo,
} from '@serialport/bindings-interface';
import { parseBoardAddress } from './address.ts';
import { SerialBench } from './bench.ts';
import { FlashFile } from './flash-file.ts';

interface Named {
  address: string;
  bench: SerialBench;
  name: string;
  file: FlashFile | undefined;
  /** Flash operations when the file was last written. */
  saved: number;
}

const AWAKE_MS = 1 << 30;

/**
 * Boards that come into being when their address is first named, and live as long as the process: `sim://NAME?…` as
 * `parseBoardAddress` reads it. A flash file is read then, and written when the port closes and when the process ends.
 */
export class NamedBoards implements BindingInterface {
  readonly #boards = new Map<string, Named>();
  #atExit: (() => void) | undefined;

  /**
   * Makes the board of an address, if there is none of its name; `list` knows it then.
   * @throws Error with a sentence when the address, the chip or the file will not do
   */
  prepare(address: string): { bench: SerialBench; name: string } {
    const { bench, name } = this.#board(address);
    return { bench, name };
  }

  async list(): Promise<PortInfo[]> {
    const lists = [...this.#boards.values()].map(async ({ address, bench }) =>
      (await bench.binding.list()).map((info) => ({ ...info, path: address })),
    );
    return (await Promise.all(lists)).flat();
  }

  async open(options: OpenOptions): Promise<BindingPortInterface> {
    const board = this.#board(options.path);
    const port = await board.bench.binding.open({ ...options, path: `sim://${board.name}` });
    // The boards' clocks keep no process alive, an open port does.
    const awake = setInterval(() => {}, AWAKE_MS);
    const close = port.close.bind(port);
    port.close = async () => {
      clearInterval(awake);
      await close();
      await board.bench.soon(() => save(board));
    };
    return port;
  }

  /** Stands all boards still, keeps their flash, lets go of their files. */
  async close(): Promise<void> {
    for (const board of this.#boards.values()) {
      await board.bench.close();
      save(board);
      board.file?.release();
    }
    this.#boards.clear();
    if (this.#atExit) process.off('exit', this.#atExit);
    this.#atExit = undefined;
  }

  #board(address: string): Named {
    const { spec, options, file: path } = parseBoardAddress(address);
    const known = this.#boards.get(spec.name);
    if (known) return known;
    const file = path === undefined ? undefined : FlashFile.hold(path);
    try {
      const flash = file?.read();
      const boards = [flash ? { ...spec, flash } : spec];
      const bench = SerialBench.open({ boards, ...options, unref: true });
      const named = { address, bench, name: spec.name, file, saved: flash ? 0 : -1 };
      this.#boards.set(spec.name, named);
      if (file) this.#saveAtExit();
      return named;
    } catch (error) {
      file?.release();
      throw error;
    }
  }

  #saveAtExit(): void {
    if (this.#atExit) return;
    this.#atExit = () => {
      for (const board of this.#boards.values()) {
        save(board);
        board.file?.release();
      }
    };
    process.on('exit', this.#atExit);
  }
}

function save(board: Named): void {
  const { flash } = board.bench.board(board.name);
  if (!board.file || flash.operations === board.saved) return;
  board.file.write(flash.dump());
  board.saved = flash.operations;
}

let shared: NamedBoards | undefined;

/** The process's own named boards, with that of `address` among them. */
export function simBinding(address: string): NamedBoards {
  shared ??= new NamedBoards();
  shared.prepare(address);
  return shared;
}
