import { stripAnsi } from './ansi.ts';
import { parseLogLine } from './log-line.ts';

export type TroubleKind = 'panic' | 'abort' | 'watchdog' | 'brown-out';

/** One crash as a board told of it. */
export interface Trouble {
  kind: TroubleKind;
  /** The line that says what happened. */
  reason: string;
  /** All lines of the report, that one included. */
  lines: string[];
  /** Code addresses worth a name: the program counter first, then the backtrace, innermost first. */
  addresses: number[];
  /** Names that the report itself carries, as simulated boards print them: one for each address of the backtrace. */
  names: Map<number, string>;
  /** The first digits of the ELF's SHA-256, where the board tells them. */
  elfSha?: string;
}

/** What begins a report (esp_system/panic.c, esp_private/panic_reason.h, freertos, heap/multi_heap_poisoning.c). */
const BEGIN: [RegExp, TroubleKind][] = [
  [/^Guru Meditation Error: .*(?:wdt|watchdog) timeout/i, 'watchdog'],
  [/^Guru Meditation Error:/, 'panic'],
  [/Task watchdog got triggered/, 'watchdog'],
  [/^abort\(\) was called/, 'abort'],
  [/^assert failed:/, 'abort'],
  [/^assertion ".*" failed:/, 'abort'],
  [/^ESP_ERROR_CHECK failed:/, 'abort'],
  [/^terminate called/, 'abort'],
  [/^CORRUPT HEAP:/, 'panic'],
  [/\*\*\*ERROR\*\*\* A stack overflow in task/, 'panic'],
  [/^Stack smashing protect failure!/, 'panic'],
  [/Brownout detector was triggered/i, 'brown-out'],
];
/** A reset that no report came before: the watchdogs of the hardware and the supply. */
const RESET = /^rst:0x[0-9a-f]+ \(([A-Z0-9_]+)\)/i;
const END = /^(?:Rebooting\.\.\.|CPU halted\.|Entering gdb stub now\.|rst:0x)/;
const LINES_MAX = 400;

/** Finds the crash reports in the lines of a board. Feed it every line; a report is told once it is whole. */
export class PanicReader {
  readonly #onTrouble: (trouble: Trouble) => void;
  #open: Trouble | undefined;

  constructor(onTrouble: (trouble: Trouble) => void) {
    this.#onTrouble = onTrouble;
  }

  /** Whether the last line belongs to a report: such lines are shown whatever is filtered. */
  get inside(): boolean {
    return this.#open !== undefined;
  }

  line(raw: string): void {
    const text = stripAnsi(raw).trimEnd();
    const reset = RESET.exec(text);
    if (this.#open && isOrdinary(text)) {
      this.finish();
      return this.#begin(text);
    }
    if (this.#open) {
      if (!reset) this.#add(this.#open, text);
      if (END.test(text) || this.#open.lines.length >= LINES_MAX) this.finish();
    } else if (reset) return this.#reset(reset[1]!, text);
    else this.#begin(text);
  }

  /** Tells of a report that has no end, because the port went or the board has been silent. */
  finish(): void {
    const trouble = this.#open;
    this.#open = undefined;
    if (trouble) this.#onTrouble(trouble);
  }

  #begin(text: string): void {
    const found = BEGIN.find(([pattern]) => pattern.test(text));
    if (!found) return;
    this.#open = { kind: found[1], reason: text, lines: [], addresses: [], names: new Map() };
    this.#add(this.#open, text);
  }

  #reset(name: string, text: string): void {
    const kind = /BROWN/i.test(name) ? 'brown-out' : /WDT/i.test(name) ? 'watchdog' : undefined;
    if (kind)
      this.#onTrouble({ kind, reason: text, lines: [text], addresses: [], names: new Map() });
  }

  #add(trouble: Trouble, text: string): void {
    trouble.lines.push(text);
    const sha = /^ELF file SHA256:\s*([0-9a-f]+)/i.exec(text);
    if (sha) trouble.elfSha = sha[1]!.toLowerCase();
    for (const address of addressesIn(text)) {
      if (!trouble.addresses.includes(address)) trouble.addresses.push(address);
    }
    const frame = /^\s*#\d+ 0x([0-9a-f]+) in (.+)$/.exec(text);
    if (frame) trouble.names.set(Number.parseInt(frame[1]!, 16), frame[2]!);
  }
}

/** A log line of the firmware: a report that only warns, such as the task watchdog's, is over. */
function isOrdinary(text: string): boolean {
  const line = parseLogLine(text);
  return line !== undefined && !['task_wdt', 'BOD'].includes(line.tag);
}

/** Program counter and return address of a register dump, and the pairs of a backtrace. */
function addressesIn(text: string): number[] {
  const registers = [...text.matchAll(/\b(?:PC|MEPC|RA)\s*:\s*0x([0-9a-f]{8})\b/g)].map(
    ([, digits]) => digits!,
  );
  const called = /^abort\(\) was called at PC 0x([0-9a-f]{8})/.exec(text)?.[1];
  const failed = /^ESP_ERROR_CHECK failed:.* at 0x([0-9a-f]{8})/.exec(text)?.[1];
  const pairs = /^Backtrace:/.test(text)
    ? [...text.matchAll(/0x([0-9a-f]{8}):0x[0-9a-f]{8}/gi)].map(([, digits]) => digits!)
    : [];
  const frame = /^\s*#\d+ 0x([0-9a-f]+) in /.exec(text)?.[1];
  return [called, failed, ...registers, ...pairs, frame]
    .filter((digits) => digits !== undefined)
    .map((digits) => Number.parseInt(digits, 16));
}
