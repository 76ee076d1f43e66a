import { stripAnsi } from './ansi.ts';

/** What a board's console shows of its state, and what to do about it. */
export interface Advice {
  /** Stable, for programs. */
  code: 'brown-out-loop' | 'reset-loop' | 'blank-flash' | 'download-mode';
  message: string;
  hint: string;
}

const RESET = /^rst:0x[0-9a-f]+ \(([A-Z0-9_]+)\),boot:0x([0-9a-f]+)/i;
/** So many starts in so short a time are a loop, ms. */
const LOOP = 4;
const WINDOW_MS = 20_000;
const BROWN_OUT_LOOP = 3;

const BROWN_OUT: Advice = {
  code: 'brown-out-loop',
  message: 'the board resets again and again because its supply voltage drops',
  hint: 'use a shorter cable, another USB port or an external supply; WiFi draws up to 500 mA',
};
const BLANK: Advice = {
  code: 'blank-flash',
  message: 'the ROM finds no bootloader: the flash is empty, or its offset or mode is wrong',
  hint: 'flash bootloader, partition table and app; ota chip shows which flash the board has',
};
const DOWNLOAD: Advice = {
  code: 'download-mode',
  message: 'the board waits for a download, and runs no firmware',
  hint: 'reset it: Ctrl-T Ctrl-R here, or ota reset; check that GPIO0 is not held low',
};

/** Watches the lines of a board for conditions that keep it from running; tells each once, and again after it was over. */
export class BoardHealth {
  readonly #now: () => number;
  readonly #onAdvice: (advice: Advice) => void;
  #starts: number[] = [];
  #brownOuts: number[] = [];
  #told = new Set<string>();

  constructor(onAdvice: (advice: Advice) => void, now: () => number) {
    this.#onAdvice = onAdvice;
    this.#now = now;
  }

  line(raw: string): void {
    const text = stripAnsi(raw);
    if (/Brownout detector was triggered/i.test(text)) this.#brownOut();
    if (/^invalid header: 0x[0-9a-f]{8}/i.test(text)) this.#tell(BLANK);
    if (/^waiting for download/i.test(text)) this.#tell(DOWNLOAD);
    const reset = RESET.exec(text);
    if (!reset) return;
    this.#told.delete('download-mode');
    this.#start(reset[1]!);
    if (/BROWN/i.test(reset[1]!)) this.#brownOut();
  }

  #start(reason: string): void {
    this.#starts = [...this.#recent(this.#starts), this.#now()];
    if (this.#starts.length === 1) this.#told.delete('reset-loop');
    if (this.#starts.length < LOOP || this.#told.size > 0) return;
    this.#tell({
      code: 'reset-loop',
      message: `the board has started ${LOOP} times in ${WINDOW_MS / 1000} s, last with ${reason}`,
      hint: 'the lines before each start say why; with --elf a crash is shown with its functions',
    });
  }

  #brownOut(): void {
    this.#brownOuts = [...this.#recent(this.#brownOuts), this.#now()];
    if (this.#brownOuts.length === 1) this.#told.delete('brown-out-loop');
    if (this.#brownOuts.length >= BROWN_OUT_LOOP) this.#tell(BROWN_OUT);
  }

  #recent(times: number[]): number[] {
    const after = this.#now() - WINDOW_MS;
    return times.filter((time) => time > after);
  }

  #tell(advice: Advice): void {
    if (this.#told.has(advice.code)) return;
    this.#told.add(advice.code);
    this.#onAdvice(advice);
  }
}
