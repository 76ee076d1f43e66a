/** Splits a TCP stream into frames at NUL bytes, however it was cut into segments; empty frames are skipped. */
export class ReceiveBuffer {
  private readonly maxFrameBytes: number;
  private readonly maxQueueBytes: number;
  private frames: Uint8Array[] = [];
  private queued = 0;
  private parts: Uint8Array[] = [];
  private partial = 0;

  constructor(maxFrameBytes: number, maxQueueBytes: number) {
    this.maxFrameBytes = maxFrameBytes;
    this.maxQueueBytes = maxQueueBytes;
  }

  get empty(): boolean {
    return this.frames.length === 0;
  }

  /** What waits here. */
  get bytes(): number {
    return this.queued + this.partial;
  }

  /** Take a segment; where it fills its memory, nobody may write into that from then on. False when a bound is broken: the stream cannot be read on. */
  push(segment: Uint8Array): boolean {
    let from = 0;
    for (let nul = segment.indexOf(0); nul >= 0; nul = segment.indexOf(0, from)) {
      if (this.partial + nul - from > 0) {
        if (!this.keep(segment, from, nul + 1)) return false;
        this.finish();
      }
      from = nul + 1;
    }
    return from === segment.length || this.keep(segment, from, segment.length);
  }

  /** The oldest frame with its NUL. */
  shift(): Uint8Array | undefined {
    const frame = this.frames.shift();
    if (frame) this.queued -= frame.length;
    return frame;
  }

  clear(): void {
    this.frames = [];
    this.parts = [];
    this.queued = 0;
    this.partial = 0;
  }

  private keep(segment: Uint8Array, from: number, to: number): boolean {
    this.partial += to - from;
    if (this.partial > this.maxFrameBytes || this.queued + this.partial > this.maxQueueBytes) {
      return false;
    }
    // A frame that came as one, in memory of its own, is kept as it is: nobody writes into what was sent.
    const whole = to - from === segment.buffer.byteLength;
    this.parts.push(whole ? segment : segment.slice(from, to));
    if (this.parts.length >= 64) this.parts = [this.join()]; // a byte a segment must not cost an object a byte
    return true;
  }

  private finish(): void {
    this.frames.push(this.parts.length === 1 ? this.parts[0]! : this.join());
    this.queued += this.partial;
    this.parts.length = 0;
    this.partial = 0;
  }

  private join(): Uint8Array {
    const whole = new Uint8Array(this.partial);
    let at = 0;
    for (const part of this.parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}
