import { formatSeconds } from '../../../simulator/report/duration.ts';
import type { Enumerated } from './enumerate.ts';

interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

const REDRAW_NS = 200_000_000n;
/** Where lines stay, one comes so often. */
const LINE_NS = 15_000_000_000n;

/** How far an enumeration is: one line that changes on a terminal, a line now and then elsewhere. */
export class EnumerateProgress {
  readonly #output: Output;
  readonly #began = process.hrtime.bigint();
  #last = process.hrtime.bigint();
  #open = false;

  constructor(output: Output) {
    this.#output = output;
  }

  show(sofar: Enumerated): void {
    const now = process.hrtime.bigint();
    if (now - this.#last < (this.#output.isTTY ? REDRAW_NS : LINE_NS)) return;
    this.#last = now;
    const text = `  ${this.#line(sofar, Number(now - this.#began) / 1e9)}`;
    this.#output.write(this.#output.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
    this.#open = this.#output.isTTY === true;
  }

  /** Clears the line. */
  end(): void {
    if (this.#open) this.#output.write('\r\x1b[K');
    this.#open = false;
  }

  #line({ runs: { size: runs }, wanted, failures }: Enumerated, seconds: number): string {
    const left = (seconds / runs) * (wanted - runs);
    return `${runs} of ${wanted} runs, ${failures.length} failed, about ${formatSeconds(left)} to go`;
  }
}
