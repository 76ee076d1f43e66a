/** One line that a board printed, with the time at which its first byte left, µs of virtual time. */
export interface SerialLine {
  readonly time: number;
  readonly text: string;
}

export interface UartHooks {
  /** Each burst of bytes as the firmware wrote it. */
  output?: (data: Uint8Array) => void;
  /** The same, with the time at which it begins, µs: for what the port is connected to. */
  wire?: (time: number, data: Uint8Array) => void;
  /** The firmware chose a rate, bits a second. */
  rate?: (baud: number) => void;
  /** Each whole line, without its end. */
  line?: (line: SerialLine) => void;
  /** Bytes came in from outside. */
  input?: () => void;
}

const LINE_LIMIT = 4096;
const RX_BUFFER = 256;

/** A serial port: what the firmware writes becomes timestamped lines; what comes in waits in the receive buffer. */
export class Uart {
  hooks: UartHooks = {};
  /** Lines kept for reports; the oldest go first. */
  readonly log: SerialLine[] = [];
  readonly keep: number;
  #partial: number[] = [];
  #partialTime = 0;
  #received: number[] = [];

  constructor(keep = 2000) {
    this.keep = keep;
  }

  /** Bytes that the firmware sends at `time`. */
  transmit(time: number, data: Uint8Array): void {
    this.hooks.output?.(data);
    this.hooks.wire?.(time, data);
    for (const byte of data) {
      if (byte === 0x0a || this.#partial.length >= LINE_LIMIT) this.#endLine();
      if (byte === 0x0a || byte === 0x0d) continue;
      if (this.#partial.length === 0) this.#partialTime = time;
      this.#partial.push(byte);
    }
  }

  /** Bytes from outside; what the 256-byte receive buffer cannot hold is lost, as on the chip. Answers bytes taken. */
  receive(data: Uint8Array): number {
    const taken = Math.min(data.length, RX_BUFFER - this.#received.length);
    for (let i = 0; i < taken; i++) this.#received.push(data[i]!);
    this.hooks.input?.();
    return taken;
  }

  get available(): number {
    return this.#received.length;
  }

  peek(): number {
    return this.#received[0] ?? -1;
  }

  take(count: number): Uint8Array {
    return Uint8Array.from(this.#received.splice(0, count));
  }

  /** A reset loses the receive buffer and ends the half-written line. */
  reset(): void {
    this.#received = [];
    if (this.#partial.length) this.#endLine();
  }

  #endLine(): void {
    const text = new TextDecoder().decode(Uint8Array.from(this.#partial));
    const line = { time: this.#partialTime, text };
    this.#partial = [];
    this.log.push(line);
    if (this.log.length > this.keep) this.log.splice(0, this.log.length - this.keep);
    this.hooks.line?.(line);
  }
}
