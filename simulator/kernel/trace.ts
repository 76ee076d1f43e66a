import { createHash, type Hash } from 'node:crypto';

/** One line of the trace: what happened on which board, when, and the bytes that moved. */
export interface TraceRecord {
  /** µs of virtual time. */
  readonly time: number;
  /** Board name, or `world`. */
  readonly board: string;
  /** Kind of event: `uart`, `frame`, `flash`, `gpio`, `boot`, `reset`, … */
  readonly kind: string;
  readonly data: Uint8Array | string;
  /** Which of the board's links the bytes went over, where it has several. Not hashed: it names, and does nothing. */
  readonly link?: number;
}

export type TraceListener = (record: TraceRecord) => void;

/** So much is kept until it is hashed: a call of the hash costs more than a frame's bytes. */
const BATCH = 64 * 1024;

/** Hashes everything observable of a run, and hands each record to listeners. Same seed, same hash. */
export class Trace {
  #hash: Hash = createHash('sha256');
  readonly #batch = Buffer.allocUnsafe(BATCH);
  #filled = 0;
  #listeners = new Set<TraceListener>();
  #records = 0;

  get records(): number {
    return this.#records;
  }

  add(time: number, board: string, kind: string, data: Uint8Array | string, link?: number): void {
    const bytes = typeof data === 'string' ? Buffer.byteLength(data) : data.length;
    this.#text(`${time} ${board} ${kind} ${bytes}\n`);
    if (typeof data === 'string') this.#text(data);
    else this.#bytes(data);
    this.#records++;
    if (this.#listeners.size === 0) return;
    const record = { time, board, kind, data, link };
    for (const listener of this.#listeners) listener(record);
  }

  /** Calls `listener` with every record from now on; answers how to stop that. */
  listen(listener: TraceListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The hash of all records so far: 64 hex digits. */
  digest(): string {
    this.#flush();
    return this.#hash.copy().digest('hex');
  }

  #text(text: string): void {
    // A UTF-16 unit is three bytes of UTF-8 at most.
    if (text.length * 3 > BATCH) return this.#bytes(Buffer.from(text));
    if (this.#filled + text.length * 3 > BATCH) this.#flush();
    this.#filled += this.#batch.write(text, this.#filled);
  }

  #bytes(bytes: Uint8Array): void {
    if (this.#filled + bytes.length > BATCH) this.#flush();
    if (bytes.length > BATCH) {
      this.#hash.update(bytes);
      return;
    }
    this.#batch.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  #flush(): void {
    this.#hash.update(this.#batch.subarray(0, this.#filled));
    this.#filled = 0;
  }
}
