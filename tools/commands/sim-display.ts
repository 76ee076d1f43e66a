import { formatSeconds } from '../../simulator/report/duration.ts';
import { formatBars, formatCheck } from '../../simulator/report/mesh-update.ts';
import type { StoryProgress } from '../../simulator/scenario/mesh-update/types.ts';
import { type Colors, colorsFor } from './support/page.ts';

interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** At most so many redraws for each second of wall time. */
const REDRAW_NS = 80_000_000n;
/** Live progress: bars that redraw themselves on a terminal, a line now and then elsewhere. */
export class StoryDisplay {
  readonly #output: Output;
  readonly #plainEvery: number;
  readonly #colour: Colors;
  #phase = '';
  #drawn = 0;
  #lastDraw = 0n;
  #lastPlain = Number.NEGATIVE_INFINITY;

  /** `plainEvery`: without a terminal, bars and time are printed once in so many virtual seconds. */
  constructor(output: Output, plainEvery = 120) {
    this.#plainEvery = plainEvery;
    this.#output = output;
    this.#colour = colorsFor(output);
  }

  line(text: string): void {
    this.#clear();
    this.#output.write(`${text}\n`);
  }

  show(progress: StoryProgress): void {
    if (progress.phase !== this.#phase) {
      this.#phase = progress.phase;
      this.#lastPlain = progress.seconds;
      this.line(`${this.#colour.bold(progress.phase)}  (at ${formatSeconds(progress.seconds)})`);
    }
    if (progress.check) return this.line(formatCheck(progress.check, this.#colour));
    if (this.#output.isTTY) this.#redraw(progress);
    else this.#plain(progress);
  }

  end(): void {
    this.#clear();
  }

  #redraw(progress: StoryProgress): void {
    const now = process.hrtime.bigint();
    if (now - this.#lastDraw < REDRAW_NS) return;
    this.#lastDraw = now;
    this.#clear();
    const lines = [...formatBars(progress.nodes), `  ${formatSeconds(progress.seconds)}`];
    this.#output.write(`${lines.join('\n')}\n`);
    this.#drawn = lines.length;
  }

  #plain(progress: StoryProgress): void {
    if (progress.seconds - this.#lastPlain < this.#plainEvery) return;
    this.#lastPlain = progress.seconds;
    const bars = formatBars(progress.nodes);
    if (bars.length > 0) this.#output.write(`${bars.join('\n')}\n`);
    this.#output.write(`  ${formatSeconds(progress.seconds)}\n`);
  }

  #clear(): void {
    if (this.#drawn > 0) this.#output.write(`\x1b[${this.#drawn}A\x1b[0J`);
    this.#drawn = 0;
  }
}
