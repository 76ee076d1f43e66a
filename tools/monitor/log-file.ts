import { closeSync, openSync, writeSync } from 'node:fs';
import { stripAnsi } from './ansi.ts';
import type { ConsoleLine } from './lines.ts';
import { stampText } from './timestamp.ts';

/** A file that takes every line of a board, each with date and time, without colours. Written at once: a crash of this program loses none. */
export class LogFile {
  readonly path: string;
  #file: number | undefined;

  /** Goes on at the end of a file that is there.
   * @throws Error a sentence that names the file */
  constructor(path: string) {
    this.path = path;
    try {
      this.#file = openSync(path, 'a');
    } catch (error) {
      throw new Error(`the log ${path} cannot be written: ${(error as Error).message}`);
    }
  }

  line(line: ConsoleLine): void {
    this.#write(`${stampText('date', line.time, line.time, line.time)} ${stripAnsi(line.text)}\n`);
  }

  note(text: string, time: number): void {
    this.line({ text: `--- ${text}`, time });
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #write(text: string): void {
    if (this.#file !== undefined) writeSync(this.#file, text);
  }
}
