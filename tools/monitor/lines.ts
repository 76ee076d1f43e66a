/** One line that came from a board, without its end. */
export interface ConsoleLine {
  text: string;
  /** When its first byte came, by the clock of the splitter, ms. */
  time: number;
}

/** A line that never ends must not grow for ever; what is longer comes in pieces. */
const LINE_LIMIT = 4096;

/** Bytes of a console as lines: LF ends one, a CR before it belongs to it, broken UTF-8 becomes U+FFFD. */
export class LineSplitter {
  readonly #now: () => number;
  readonly #onLine: (line: ConsoleLine) => void;
  #decoder = new TextDecoder();
  #partial = '';
  #began = 0;

  constructor(onLine: (line: ConsoleLine) => void, now: () => number) {
    this.#onLine = onLine;
    this.#now = now;
  }

  /** What has come since the last line ended. */
  get partial(): ConsoleLine {
    return { text: this.#partial, time: this.#began };
  }

  push(bytes: Uint8Array): void {
    this.#take(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Ends the line under way, as when the port has gone. */
  end(): void {
    this.#take(this.#decoder.decode());
    this.#decoder = new TextDecoder();
    if (this.#partial !== '') this.#emit();
  }

  #take(text: string): void {
    let start = 0;
    while (start < text.length) {
      if (this.#partial === '') this.#began = this.#now();
      const end = text.indexOf('\n', start);
      const room = LINE_LIMIT - this.#partial.length;
      const stop = end < 0 ? text.length : end;
      if (stop - start > room) {
        this.#partial += text.slice(start, start + room);
        start += room;
        this.#emit();
        continue;
      }
      this.#partial += text.slice(start, stop);
      if (end < 0) return;
      this.#emit();
      start = end + 1;
    }
  }

  #emit(): void {
    const text = this.#partial.replace(/\r+$/, '');
    this.#partial = '';
    this.#onLine({ text, time: this.#began });
  }
}
