/** Frames that wait to be written, the urgent ones first (src/painlessmesh/buffer.hpp). */
export class SentBuffer {
  private readonly maxQueueBytes: number;
  private frames: Uint8Array[] = [];
  private queued = 0;
  /** Bytes of the first frame that are already written. */
  private written = 0;

  constructor(maxQueueBytes: number) {
    this.maxQueueBytes = maxQueueBytes;
  }

  get empty(): boolean {
    return this.frames.length === 0;
  }

  /** What waits here, the half-written frame whole. */
  get bytes(): number {
    return this.queued;
  }

  /** Queue a frame with its NUL. A priority frame goes to the front, but never into a half-written one. False when full. */
  push(frame: Uint8Array, priority: boolean): boolean {
    if (this.queued + frame.length > this.maxQueueBytes) return false;
    this.queued += frame.length;
    if (priority) this.frames.splice(this.written > 0 ? 1 : 0, 0, frame);
    else this.frames.push(frame);
    return true;
  }

  /** Up to `limit` bytes of the first frame, taken off the buffer. */
  take(limit: number): Uint8Array {
    const frame = this.frames[0];
    if (!frame || limit <= 0) return new Uint8Array(0);
    const whole = this.written === 0 && frame.length <= limit;
    const slice = whole ? frame : frame.subarray(this.written, this.written + limit);
    this.written += slice.length;
    if (this.written === frame.length) {
      this.frames.shift();
      this.queued -= frame.length;
      this.written = 0;
    }
    return slice;
  }

  clear(): void {
    this.frames = [];
    this.queued = 0;
    this.written = 0;
  }
}
