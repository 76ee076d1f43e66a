/** One line for each board on a terminal, which changes in place; elsewhere a line for each step. */

const WIDTH = 24;
const REDRAW_MS = 80;

export interface Output {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

interface Bar {
  step: string;
  done: number;
  total: number;
  /** When the step began, and how far all was then. */
  since: number;
  from: number;
  end?: string;
}

export class Bars {
  readonly #output: Output;
  readonly #now: () => number;
  readonly #bars = new Map<string, Bar>();
  readonly #width: number;
  #lines = 0;
  #drawn = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds, for rates */
  constructor(
    output: Output,
    names: readonly string[],
    now: () => number = () => performance.now(),
  ) {
    this.#output = output;
    this.#now = now;
    this.#width = Math.max(0, ...names.map((name) => name.length));
    for (const name of names) {
      this.#bars.set(name, { step: 'connecting', done: 0, total: 0, since: now(), from: 0 });
    }
  }

  /** A board is at work on `step`; bytes done of all. */
  update(name: string, step: string, done: number, total: number): void {
    const bar = this.#bars.get(name)!;
    const fresh = bar.step !== step;
    if (fresh) Object.assign(bar, { step, since: this.#now(), from: done });
    Object.assign(bar, { done, total });
    if (this.#output.isTTY) this.#draw(fresh);
    else if (fresh) this.#output.write(`${this.#label(name)}${step}\n`);
  }

  /** A board's last line. */
  finish(name: string, text: string): void {
    const bar = this.#bars.get(name)!;
    bar.end = text;
    if (this.#output.isTTY) this.#draw(true);
    else this.#output.write(`${this.#label(name)}${text}\n`);
  }

  #label(name: string): string {
    return `${name.padEnd(this.#width)}  `;
  }

  #draw(now: boolean): void {
    const time = this.#now();
    if (!now && time - this.#drawn < REDRAW_MS) return;
    this.#drawn = time;
    const up = this.#lines > 0 ? `\x1b[${this.#lines}A` : '';
    const columns = (this.#output.columns ?? 100) - 1;
    const lines = [...this.#bars].map(([name, bar]) => {
      const text = this.#label(name) + (bar.end ?? barText(bar, time));
      return `\r\x1b[K${text.slice(0, columns)}\n`;
    });
    this.#output.write(up + lines.join(''));
    this.#lines = lines.length;
  }
}

function barText({ step, done, total, since, from }: Bar, now: number): string {
  if (total === 0) return step;
  const part = Math.min(1, done / total);
  const full = Math.round(part * WIDTH);
  const bar = '█'.repeat(full) + '░'.repeat(WIDTH - full);
  const percent = `${Math.floor(part * 100)} %`.padStart(5);
  const seconds = (now - since) / 1000;
  const rate = (done - from) / seconds;
  if (seconds < 0.3 || rate <= 0) return `${bar} ${percent}  ${step}`;
  const left = Math.ceil((total - done) / rate);
  return `${bar} ${percent}  ${(rate / 1024).toFixed(0)} KB/s  ${left} s left  ${step}`;
}
