import type { VirtualBoard } from '../guest/virtual-board.ts';
import type { TraceRecord } from '../kernel/trace.ts';
import { bootRecord } from '../oracles/boot-record.ts';
import type { OtadataView } from '../oracles/otadata-watch.ts';
import { readOtadata } from '../oracles/otadata-watch.ts';
import type { Mark, Span, SpanState } from './story.ts';

const CRASHES = new Set(['PANIC', 'TASK_WDT', 'INT_WDT', 'WDT', 'BROWNOUT']);

/** One board's states and what befell it, from the records of the trace. */
export class LifeLine {
  readonly marks: Mark[] = [];
  readonly #spans: Span[] = [];
  readonly #board: VirtualBoard;
  readonly #imageName: (md5: string) => string;
  #current: Span = { from: 0, to: 0, state: 'off', text: 'off' };

  constructor(board: VirtualBoard, imageName: (md5: string) => string) {
    this.#board = board;
    this.#imageName = imageName;
  }

  record(record: TraceRecord): void {
    const { kind, time } = record;
    const text = typeof record.data === 'string' ? record.data : '';
    if (kind === 'reset') this.#reset(time, text);
    else if (kind === 'power') this.#power(time, text);
    else if (kind === 'halt') this.#go(time, 'halted', text);
    else if (kind === 'boot') this.#boot(record);
    else if (kind === 'fault') this.marks.push({ time, kind, text });
  }

  otadata(time: number, before: OtadataView | undefined, after: OtadataView): void {
    const tried = before?.state === 'PENDING_VERIFY' || before?.state === 'NEW';
    const same = before?.sequence === after.sequence;
    if (tried && same && after.state === 'VALID') {
      this.marks.push({ time, kind: 'confirmed', text: 'image confirmed' });
      if (this.#current.state === 'trial') this.#go(time, 'running', this.#current.text);
    } else if (tried && (after.state === 'ABORTED' || after.state === 'INVALID')) {
      this.marks.push({ time, kind: 'rolled-back', text: `rolled back (${after.state})` });
    }
  }

  /** All stretches, the last one to `end`. */
  spans(end: number): Span[] {
    return [...this.#spans, { ...this.#current, to: end }].filter(({ from, to }) => to > from);
  }

  #reset(time: number, reason: string): void {
    if (reason === 'held') return this.#go(time, 'halted', 'held in reset');
    if (reason !== 'POWERON') {
      this.marks.push({ time, kind: CRASHES.has(reason) ? 'crash' : 'reset', text: reason });
    }
    this.#go(time, 'booting', `starts (${reason})`);
  }

  #power(time: number, text: string): void {
    // A cut in the middle of a flash operation is noted by its place first, and as `off` after it.
    if (this.#current.state !== 'off') {
      this.marks.push({ time, kind: 'power', text: text === 'off' ? 'power lost' : text });
    }
    this.#go(time, 'off', 'off');
  }

  #boot(record: TraceRecord): void {
    const boot = bootRecord(record);
    if (!boot) return this.#go(record.time, 'loader', String(record.data));
    const state = readOtadata(this.#board)?.state;
    const trial = state === 'PENDING_VERIFY' || state === 'NEW';
    const text = `${boot.slot}: ${this.#imageName(boot.md5)}${trial ? ', on trial' : ''}`;
    this.#go(record.time, trial ? 'trial' : 'running', text);
  }

  #go(time: number, state: SpanState, text: string): void {
    if (state === this.#current.state && text === this.#current.text) return;
    this.#spans.push({ ...this.#current, to: time });
    this.#current = { from: time, to: time, state, text };
  }
}
