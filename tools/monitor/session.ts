import type { SerialLink } from '../serial/link.ts';
import { Connection } from './connection.ts';
import type { LineFilter } from './filter.ts';
import type { Advice } from './health.ts';
import { KEY_HELP, type KeyAction } from './keys.ts';
import type { ConsoleLine } from './lines.ts';
import { LogFile } from './log-file.ts';
import type { Trouble } from './panic.ts';
import { ConsoleReader } from './reader.ts';
import type { Symbolizer } from './symbols/frame.ts';
import type { Stamp } from './timestamp.ts';
import { namesOf, traceLines } from './trace.ts';
import { ConsoleView } from './view.ts';
import { type Verdict, Watch } from './watch.ts';

/** How a session ended. */
export type MonitorEnd =
  | { kind: 'left' }
  | Verdict
  | { kind: 'crashed'; reason: string }
  | { kind: 'timeout'; missing: string[] };

export interface MonitorOptions {
  /** Opens the port, also again after it has gone. */
  open(): Promise<SerialLink>;
  /** How the board behind the port is reset, and held in its ROM loader. */
  reset(link: SerialLink): Promise<void>;
  bootloader(link: SerialLink): Promise<void>;
  write(text: string): void;
  colour: boolean;
  filter: LineFilter;
  stamp?: Stamp;
  hex?: boolean;
  log?: string;
  symbols?: Symbolizer;
  /** Reset the board once the port is open. */
  resetFirst?: boolean;
  expect?: readonly RegExp[];
  fail?: readonly RegExp[];
  /** Without an end by then the session ends with `timeout`, ms. */
  timeoutMs?: number;
  /** A crash does not end a session that waits for something. */
  keepGoing?: boolean;
  /** Each event as an object, for programs; nothing else is written then. */
  onEvent?(event: MonitorEvent): void;
}

export type MonitorEvent =
  | { event: 'line'; time: string; text: string }
  | { event: 'note'; time: string; text: string }
  | { event: 'advice'; time: string; code: string; message: string; hint: string }
  | { event: 'crash'; time: string; kind: string; reason: string; trace: string[] };

/** A prompt is shown when nothing more has come for so long; a crash report is over. */
const PARTIAL_MS = 60;
const SILENCE_MS = 600;

/** A person, or a program, at the console of a board. */
export class Monitor {
  readonly #options: MonitorOptions;
  readonly #began = Date.now();
  readonly #view: ConsoleView;
  readonly #reader: ConsoleReader;
  readonly #watch: Watch;
  readonly #connection: Connection;
  #log: LogFile | undefined;
  #timers: NodeJS.Timeout[] = [];
  #end: (end: MonitorEnd) => void = () => {};
  #traces: Promise<void> = Promise.resolve();

  constructor(options: MonitorOptions) {
    this.#options = options;
    const { expect = [], fail = [], filter, colour, stamp, hex = false } = options;
    const write = options.onEvent ? () => {} : options.write;
    this.#view = new ConsoleView({ write, colour, filter, stamp, hex, began: this.#began });
    this.#watch = new Watch({ expect, fail }, (verdict) => this.#finish(verdict));
    const now = () => Date.now();
    this.#reader = new ConsoleReader(
      {
        line: (line, inReport) => this.#line(line, inReport),
        trouble: (trouble) => this.#trouble(trouble),
        advice: (advice) => this.#advice(advice),
      },
      now,
    );
    this.#connection = new Connection(
      { open: options.open, now },
      {
        data: (bytes) => this.#data(bytes),
        lost: (reason) => this.#lost(reason),
        back: (link, after) =>
          this.#note(`${link.name} is back after ${(after / 1000).toFixed(1)} s`),
      },
    );
  }

  /**
   * Until a person leaves, or what was waited for has come.
   * @param begun called once the port is open and the board has been reset, if it is to be
   * @throws Error where the port cannot be opened the first time, or the log not be written
   */
  async run(begun: () => void = () => {}): Promise<MonitorEnd> {
    const { log, timeoutMs, resetFirst, reset } = this.#options;
    if (log !== undefined) this.#log = new LogFile(log);
    const ended = new Promise<MonitorEnd>((resolve) => (this.#end = resolve));
    let limit: NodeJS.Timeout | undefined;
    try {
      const link = await this.#connection.start();
      this.#note(`${link.name} at ${link.baudRate} baud`);
      if (timeoutMs !== undefined) {
        limit = setTimeout(
          () => this.#finish({ kind: 'timeout', missing: this.#watch.missing }),
          timeoutMs,
        );
      }
      if (resetFirst) await reset(link);
      begun();
      const end = await ended;
      await this.#traces;
      return end;
    } finally {
      clearTimeout(limit);
      this.#quiet();
      await this.#connection.close();
      this.#log?.close();
    }
  }

  /** Ends the session, as a person does. */
  leave(): void {
    this.#finish({ kind: 'left' });
  }

  /** Sends text to the board as it is. */
  async send(text: string): Promise<void> {
    const sent = await this.#connection.send(new TextEncoder().encode(text));
    if (!sent) this.#note('nothing is sent: the port is not there');
  }

  async act(action: KeyAction): Promise<void> {
    switch (action.kind) {
      case 'send':
        return this.send(action.text);
      case 'exit':
        return this.leave();
      case 'reset':
      case 'bootloader':
        return this.#control(action.kind);
      case 'pause':
        this.#note(
          this.#view.paused ? 'output goes on' : 'output is held back; Ctrl-T Ctrl-Y again',
        );
        this.#view.paused = !this.#view.paused;
        return;
      case 'timestamps':
        this.#view.stamp = this.#view.stamp ? undefined : (this.#options.stamp ?? 'time');
        return;
      case 'hex':
        this.#view.hex = !this.#view.hex;
        return;
      case 'log':
        return this.#toggleLog();
      case 'help':
        for (const line of KEY_HELP) this.#note(line);
    }
  }

  async #control(kind: 'reset' | 'bootloader'): Promise<void> {
    const link = this.#connection.link;
    if (!link) return this.#note('the port is not there');
    this.#note(kind === 'reset' ? 'reset' : 'into the bootloader');
    await this.#options[kind](link).catch((error: Error) => this.#note(error.message));
  }

  #toggleLog(): void {
    if (this.#log) {
      this.#note(`no longer logging to ${this.#log.path}`);
      this.#log.close();
      this.#log = undefined;
      return;
    }
    const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
    try {
      this.#log = new LogFile(this.#options.log ?? `monitor-${stamp}.log`);
      this.#note(`logging to ${this.#log.path}`);
    } catch (error) {
      this.#note((error as Error).message);
    }
  }

  #data(bytes: Uint8Array): void {
    this.#quiet();
    this.#view.bytes(bytes);
    this.#reader.push(bytes);
    const { partial } = this.#reader;
    if (partial.text !== '') this.#watch.text(partial.text);
    this.#timers = [
      setTimeout(() => this.#view.partial(this.#reader.partial), PARTIAL_MS),
      setTimeout(() => this.#reader.silence(), SILENCE_MS),
    ];
  }

  #lost(reason: string): void {
    this.#quiet();
    this.#reader.end();
    this.#note(`${reason}; waiting for it`);
  }

  #line(line: ConsoleLine, inReport: boolean): void {
    this.#log?.line(line);
    this.#view.line(line, inReport);
    this.#event({ event: 'line', time: isoTime(line.time), text: line.text });
    this.#watch.text(line.text);
  }

  #trouble(trouble: Trouble): void {
    const waits = (this.#options.expect?.length ?? 0) > 0 && !this.#options.keepGoing;
    this.#traces = this.#traces.then(async () => {
      const frames = await namesOf(trouble, this.#options.symbols).catch(() => []);
      const trace = traceLines(frames);
      const { kind, reason } = trouble;
      const time = isoTime(Date.now());
      this.#note(`${kind}: ${reason}`, false);
      for (const line of trace) this.#note(`  ${line}`, false);
      this.#event({ event: 'crash', time, kind, reason, trace });
    });
    if (waits) this.#finish({ kind: 'crashed', reason: trouble.reason });
  }

  #advice({ code, message, hint }: Advice): void {
    this.#note(message, false);
    this.#note(`hint: ${hint}`, false);
    this.#event({ event: 'advice', time: isoTime(Date.now()), code, message, hint });
  }

  #note(text: string, asEvent = true): void {
    this.#view.note(text);
    this.#log?.note(text, Date.now());
    if (asEvent) this.#event({ event: 'note', time: isoTime(Date.now()), text });
  }

  #event(event: MonitorEvent): void {
    this.#options.onEvent?.(event);
  }

  #finish(end: MonitorEnd): void {
    this.#end(end);
  }

  #quiet(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
  }
}

const isoTime = (ms: number): string => new Date(ms).toISOString();
