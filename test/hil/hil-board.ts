import { factsOf } from '../../tools/commands/board/flash-one.ts';
import { isChipItself, resetLink, toBootloader } from '../../tools/commands/serial/board-port.ts';
import {
  activeOtadata,
  OTADATA_SIZE,
  otaStateName,
  parseOtadata,
  slotOfSeq,
} from '../../tools/formats/otadata.ts';
import {
  bootPartitions,
  findPartition,
  type Partition,
} from '../../tools/formats/partition-table.ts';
import { ConsoleReader, type LogFile } from '../../tools/monitor/index.ts';
import { type OtaSettings, provisionBoard } from '../../tools/provision/index.ts';
import { refusals } from '../../tools/serial/flasher/checks.ts';
import { Deflater } from '../../tools/serial/flasher/deflater.ts';
import { regionsOf } from '../../tools/serial/flasher/regions.ts';
import { readTable } from '../../tools/serial/flasher/resolve.ts';
import { flashBoard } from '../../tools/serial/flasher/run.ts';
import type { SerialLink } from '../../tools/serial/link.ts';
import type { Board } from '../../tools/serial/loader/board.ts';
import { connectBoard } from '../../tools/serial/loader/connect.ts';
import { sleep } from '../../tools/serial/protocol/channel.ts';
import type { ClaimedBoard, Firmware } from './desk.ts';
import { BoardOutput, type ExpectOptions, type Match, type Pattern } from './output.ts';
import { type BoardTrouble, troubleOf } from './trouble.ts';

/** Which slot otadata names. */
export interface OtadataState {
  /** undefined where otadata names none: the factory app or the first slot boots. */
  slot?: number;
  /** As esp_ota_img_states_t: NEW, PENDING_VERIFY, VALID, INVALID, ABORTED, UNDEFINED. */
  state?: string;
}

export interface FlashOptions {
  /** All of flash first. */
  erase?: boolean;
}

export interface BoardExpectOptions extends ExpectOptions {
  /** With several patterns: all of them, in whatever order. */
  all?: boolean;
}

const OFF_MS = 500;
/** A bridge hands over what it holds after 16 ms at the latest (FTDI's latency timer); the rest is for a busy machine. */
const HUSH_MS = 60;
const CRASH_SILENCE_MS = 600;

/**
 * A board in the hands of one test. Whatever reads or writes its flash (flash, erase, provision, readPartition, otadata) brings it
 * into its ROM loader and restarts its firmware afterwards.
 */
export class HilBoard {
  readonly name: string;
  readonly port: string;
  readonly output: BoardOutput;
  readonly #claimed: ClaimedBoard;
  readonly #link: SerialLink;
  readonly #reader: ConsoleReader;
  readonly #log: LogFile;
  readonly #find: (name: string) => Promise<Firmware>;
  #firmware: Firmware | undefined;
  #listening = true;
  #tolerant = false;
  #crashes: BoardTrouble[] = [];
  #tracing: Promise<void> = Promise.resolve();
  #silence: NodeJS.Timeout | undefined;

  private constructor(
    claimed: ClaimedBoard,
    link: SerialLink,
    parts: { now: () => number; log: LogFile; find: (name: string) => Promise<Firmware> },
  ) {
    this.#claimed = claimed;
    this.name = claimed.name;
    this.port = claimed.port;
    this.#link = link;
    this.#log = parts.log;
    this.#find = parts.find;
    this.output = new BoardOutput(`${this.name} (${this.port})`, parts.now);
    this.#reader = new ConsoleReader(
      {
        line: (line) => this.#log.line(line),
        trouble: (trouble) => {
          this.#tracing = this.#tracing.then(async () =>
            this.#crashed(await troubleOf(this.name, trouble, this.#firmware?.symbols)),
          );
        },
        advice: ({ message, hint }) => this.#log.note(`${message}; ${hint}`, Date.now()),
      },
      () => Date.now(),
    );
    link.onData((bytes) => this.#data(bytes));
    link.onClose((error) => error && this.output.fail(error));
  }

  /** Opens the port of a board that was claimed. @throws SerialError */
  static async open(
    claimed: ClaimedBoard,
    parts: { now: () => number; log: LogFile; find: (name: string) => Promise<Firmware> },
  ): Promise<HilBoard> {
    return new HilBoard(claimed, await claimed.open(), parts);
  }

  /**
   * Brings firmware into flash, as far as it is not there already, and starts it. Output from before no longer counts.
   * @param what a name from the configuration, or firmware that was built
   * @throws Error for firmware that is made for another chip, or does not fit
   */
  async flash(what: string | Firmware, options: FlashOptions = {}): Promise<void> {
    const firmware = typeof what === 'string' ? await this.#find(what) : what;
    const deflater = new Deflater();
    try {
      await this.#session(async (board) => {
        const parts = await firmware.parts(board);
        const regions = await regionsOf(parts, (offset, length) => board.readFlash(offset, length));
        const wrong = refusals(factsOf(board), regions);
        if (wrong.length > 0) {
          throw new Error(
            `${this.name} cannot be flashed with ${firmware.name}: ${wrong.join('; ')}`,
          );
        }
        await flashBoard(board, { regions, diff: true, eraseAll: options.erase }, deflater);
        this.#firmware = firmware;
      });
    } finally {
      await deflater.close();
    }
  }

  /** All of flash, or partitions by their labels. Nothing runs afterwards where the app is gone. */
  erase(...labels: string[]): Promise<void> {
    return this.#session(async (board) => {
      if (labels.length === 0) return board.eraseAll();
      for (const label of labels) {
        const { offset, size } = await this.#partition(board, label);
        await board.eraseRegion(offset, size);
      }
    });
  }

  /** Writes settings into NVS, keeps other keys, and answers what the board then holds. */
  async provision(settings: OtaSettings): Promise<OtaSettings> {
    return (await this.#session((board) => provisionBoard(board, settings))).settings;
  }

  /** Restarts the firmware. Output from before no longer counts. */
  async reset(): Promise<void> {
    await this.#hush();
    await resetLink(this.#link);
  }

  /** Into the ROM loader, where it waits. */
  async bootloader(): Promise<void> {
    await this.#hush();
    await toBootloader(this.#link);
  }

  /** Its supply off and on, by the relay of the configuration; without one EN is held low as long. */
  async powerCycle(offMs = OFF_MS): Promise<void> {
    const { power } = this.#claimed;
    if (power) await power.off();
    else await this.#link.setSignals({ dtr: false, rts: true });
    await sleep(offMs);
    this.#fresh();
    if (power) await power.on();
    else await this.#link.setSignals({ dtr: false, rts: false });
  }

  /** Bytes, or text as it is, to its console. */
  write(data: string | Uint8Array): Promise<void> {
    return this.#link.write(typeof data === 'string' ? new TextEncoder().encode(data) : data);
  }

  /**
   * Waits for output, of which what came since the last match counts, too. `^` and `$` are of lines.
   * @throws Error with its last lines when the time is over; BoardTrouble at once when the board crashes
   */
  expect(
    pattern: readonly Pattern[],
    options: BoardExpectOptions & { all: true },
  ): Promise<Match[]>;
  expect(pattern: Pattern | readonly Pattern[], options?: BoardExpectOptions): Promise<Match>;
  expect(
    pattern: Pattern | readonly Pattern[],
    options: BoardExpectOptions = {},
  ): Promise<Match | Match[]> {
    const patterns = [pattern].flat() as Pattern[];
    return options.all ? this.output.all(patterns, options) : this.output.any(patterns, options);
  }

  /** The whole content of a partition. */
  readPartition(label: string): Promise<Uint8Array> {
    return this.#session(async (board) => {
      const { offset, size } = await this.#partition(board, label);
      return board.readFlash(offset, size);
    });
  }

  /** What otadata says. An image on trial falls back by this: reading restarts the board. */
  otadata(): Promise<OtadataState> {
    return this.#session(async (board) => {
      const { otadata, appCount } = bootPartitions(await readTable(board));
      if (!otadata) return {};
      const entries = parseOtadata(await board.readFlash(otadata.offset, OTADATA_SIZE));
      const active = activeOtadata(entries);
      if (active < 0) return {};
      const { seq, state } = entries[active as 0 | 1];
      return { slot: slotOfSeq(seq, appCount), state: otaStateName(state) };
    });
  }

  /** From here on a crash of this board does not fail the test. */
  tolerateCrashes(): void {
    this.#tolerant = true;
    this.output.forgive();
  }

  /** All crashes so far, with their functions. */
  async crashes(): Promise<readonly BoardTrouble[]> {
    this.#reader.silence();
    await this.#tracing;
    return this.#crashes;
  }

  /** Ends the test's hold on it. @throws BoardTrouble for a crash that nobody expected */
  async finish(): Promise<void> {
    clearTimeout(this.#silence);
    this.#reader.end();
    await this.#tracing;
    await this.#link.close();
    this.#log.close();
    await this.#claimed.release();
    const [crash] = this.#crashes;
    if (crash && !this.#tolerant) throw crash;
  }

  #crashed(crash: BoardTrouble): void {
    this.#log.note(crash.message, Date.now());
    this.#crashes.push(crash);
    if (!this.#tolerant) this.output.fail(crash);
  }

  #data(bytes: Uint8Array): void {
    if (!this.#listening) return;
    this.output.push(bytes);
    this.#reader.push(bytes);
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#reader.silence(), CRASH_SILENCE_MS);
  }

  /** A running board talks until EN is low, and its last words are on the way for some time yet. The chip that is its own
   * USB device starts at the change of a line that holds others in reset: there all it says from now on counts. */
  async #hush(): Promise<void> {
    if (!isChipItself(this.#link)) {
      await this.#link.setSignals({ dtr: false, rts: true });
      await sleep(HUSH_MS);
    }
    this.#fresh();
  }

  #fresh(): void {
    this.#reader.silence();
    this.output.skip();
  }

  async #partition(board: Board, label: string): Promise<Partition> {
    const table = await readTable(board);
    const found = findPartition(table, { label });
    if (found) return found;
    const labels = table.partitions.map((one) => one.label).join(', ');
    throw new Error(`${this.name} has no partition "${label}": ${labels}`);
  }

  /** Work in the ROM loader, whose bytes are no output; then the firmware starts. */
  async #session<T>(work: (board: Board) => Promise<T>): Promise<T> {
    this.#fresh();
    this.#listening = false;
    try {
      const board = await connectBoard(this.#link, { baudRate: this.#claimed.baud });
      try {
        return await work(board);
      } finally {
        this.#listening = true;
        await board.hardReset();
      }
    } finally {
      this.#listening = true;
    }
  }
}
