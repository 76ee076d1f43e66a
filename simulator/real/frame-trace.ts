import { decodeText } from '../mesh/text.ts';

/** One line of a trace: a frame, or the beginning or end of a link. */
export interface TraceEntry {
  /** Since the trace began, ms with µs. */
  t_ms: number;
  from: string;
  to: string;
  event?: 'connect' | 'eof';
  frame?: string;
}

/** Bytes of a frame that a trace keeps at most; what is longer is cut and so no JSON any more. */
const FRAME_LIMIT = 64 * 1024;

/** Cuts a stream of bytes into frames, for whoever watches it; the engine has its own. */
export class FrameSplitter {
  #parts: Uint8Array[] = [];
  #length = 0;
  readonly #onFrame: (frame: string) => void;

  constructor(onFrame: (frame: string) => void) {
    this.#onFrame = onFrame;
  }

  push(bytes: Uint8Array): void {
    let from = 0;
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, from)) {
      this.#keep(bytes.subarray(from, end));
      this.#flush();
      from = end + 1;
    }
    this.#keep(bytes.subarray(from));
  }

  #keep(bytes: Uint8Array): void {
    const room = FRAME_LIMIT - this.#length;
    if (room <= 0 || bytes.length === 0) return;
    const part = bytes.slice(0, room);
    this.#parts.push(part);
    this.#length += part.length;
  }

  #flush(): void {
    if (this.#length === 0) return; // empty frames are skipped, as the library does
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#length = 0;
    this.#onFrame(decodeText(whole));
  }
}
