import { harmless } from './ansi.ts';
import type { LineFilter } from './filter.ts';
import { hexLines } from './hex.ts';
import type { ConsoleLine } from './lines.ts';
import { type Stamp, stampText } from './timestamp.ts';

export interface ViewOptions {
  write(text: string): void;
  colour: boolean;
  filter: LineFilter;
  stamp?: Stamp;
  hex: boolean;
  /** When the session began, ms since 1970. */
  began: number;
}

/** What a person sees of a board. */
export class ConsoleView {
  paused = false;
  stamp: Stamp | undefined;
  hex: boolean;
  readonly #options: ViewOptions;
  #before: number;
  #bytes = 0;
  /** What stands on the terminal of the line under way: a prompt is shown before its line ends. */
  #shown = '';

  constructor(options: ViewOptions) {
    this.#options = options;
    this.stamp = options.stamp;
    this.hex = options.hex;
    this.#before = options.began;
  }

  /** Bytes as they came; shown in the hexadecimal view. */
  bytes(bytes: Uint8Array): void {
    if (this.hex && !this.paused) {
      this.#options.write(`${hexLines(bytes, this.#bytes).join('\n')}\n`);
    }
    this.#bytes += bytes.length;
  }

  line(line: ConsoleLine, always = false): void {
    const shown = this.#shown;
    this.#shown = '';
    if (this.hex || this.paused) return;
    if (shown === '' && !always && !this.#options.filter(line.text)) return;
    // Its beginning is there already, and the time in front of it.
    const text = line.text.startsWith(shown) ? line.text.slice(shown.length) : line.text;
    this.#write(`${shown === '' ? this.#stamped(line) : ''}${this.#clean(text)}\n`);
    this.#before = line.time;
  }

  /** The line under way, when nothing more has come for a moment. */
  partial(line: ConsoleLine): void {
    const { text } = line;
    if (this.hex || this.paused || text.length <= this.#shown.length) return;
    if (this.#shown === '' && !this.#options.filter(text)) return;
    this.#write(
      `${this.#shown === '' ? this.#stamped(line) : ''}${this.#clean(text.slice(this.#shown.length))}`,
    );
    this.#shown = text;
  }

  /** A word of the monitor itself, on a line of its own. */
  note(text: string): void {
    this.#write(`${this.#shown === '' ? '' : '\n'}--- ${text}\n`);
    this.#shown = '';
  }

  #stamped(line: ConsoleLine): string {
    if (!this.stamp) return '';
    return `${stampText(this.stamp, line.time, this.#options.began, this.#before)} `;
  }

  #clean(text: string): string {
    return harmless(text, this.#options.colour);
  }

  #write(text: string): void {
    this.#options.write(text);
  }
}
