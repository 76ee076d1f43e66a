import { type Advice, BoardHealth } from './health.ts';
import { type ConsoleLine, LineSplitter } from './lines.ts';
import { PanicReader, type Trouble } from './panic.ts';

export interface ReaderEvents {
  /** Every line; `inReport` where it belongs to a crash report. */
  line(line: ConsoleLine, inReport: boolean): void;
  /** A crash report, once it is whole. */
  trouble(trouble: Trouble): void;
  advice(advice: Advice): void;
}

/** Bytes of a board as lines, crash reports, and conditions that a person should know of. */
export class ConsoleReader {
  readonly #splitter: LineSplitter;
  readonly #panics: PanicReader;
  readonly #health: BoardHealth;

  /** @param now ms since 1970 */
  constructor(events: ReaderEvents, now: () => number) {
    this.#panics = new PanicReader((trouble) => events.trouble(trouble));
    this.#health = new BoardHealth((advice) => events.advice(advice), now);
    const take = (line: ConsoleLine) => {
      const before = this.#panics.inside;
      this.#panics.line(line.text);
      events.line(line, before || this.#panics.inside);
      this.#health.line(line.text);
    };
    this.#splitter = new LineSplitter(take, now);
  }

  /** The line under way. */
  get partial(): ConsoleLine {
    return this.#splitter.partial;
  }

  push(bytes: Uint8Array): void {
    this.#splitter.push(bytes);
  }

  /** The board has been silent for a while: a crash report under way is over. */
  silence(): void {
    this.#panics.finish();
  }

  /** The port has gone. */
  end(): void {
    this.#splitter.end();
    this.#panics.finish();
  }
}
