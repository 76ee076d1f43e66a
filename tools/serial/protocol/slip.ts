import { SLIP } from '../../formats/slip.ts';

const { END, ESC, ESC_END, ESC_ESC } = SLIP;

/** No answer of a loader is longer: a block of flash is 4 KB. What is longer is noise. */
const FRAME_MAX = 0x10000;

/**
 * Takes bytes as they arrive and tells frames. What stands between frames (a boot log) is told as a
 * frame too: what a frame holds says whether it is one. One with a broken escape or of absurd length is noise, counted and dropped: the next 0xC0
 * starts anew, so no input makes it hang.
 */
export class SlipDecoder {
  /** Frames that were no frames. */
  noise = 0;
  readonly #frame: (frame: Uint8Array) => void;
  #buffer = new Uint8Array(1024);
  #length = 0;
  #inside = false;
  #escaped = false;

  constructor(frame: (frame: Uint8Array) => void) {
    this.#frame = frame;
  }

  /** Forgets a frame that has begun. */
  reset(): void {
    this.#inside = false;
    this.#escaped = false;
    this.#length = 0;
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte === END) this.#end();
      else if (this.#inside) this.#take(byte);
    }
  }

  /** Every end may also be a beginning: a stray one in the boot log then costs no frame behind it. */
  #end(): void {
    if (this.#escaped) this.noise++;
    const whole = this.#inside && this.#length > 0 && !this.#escaped;
    const frame = whole ? this.#buffer.slice(0, this.#length) : undefined;
    this.#inside = true;
    this.#length = 0;
    this.#escaped = false;
    if (frame) this.#frame(frame);
  }

  #take(byte: number): void {
    if (this.#escaped) {
      this.#escaped = false;
      if (byte === ESC_END) this.#put(END);
      else if (byte === ESC_ESC) this.#put(ESC);
      else this.#drop();
    } else if (byte === ESC) this.#escaped = true;
    else this.#put(byte);
  }

  #put(byte: number): void {
    if (this.#length === FRAME_MAX) return this.#drop();
    if (this.#length === this.#buffer.length) {
      const wider = new Uint8Array(this.#length * 2);
      wider.set(this.#buffer);
      this.#buffer = wider;
    }
    this.#buffer[this.#length++] = byte;
  }

  #drop(): void {
    this.noise++;
    this.reset();
  }
}
