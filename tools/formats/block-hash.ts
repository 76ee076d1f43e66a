/** What MD5 and SHA-256 share (RFC 1321 §3.1, FIPS 180-4 §5.1): 64-byte blocks, a 1 bit, zeros, and the length in bits. */
export abstract class BlockHash {
  readonly #block = new Uint8Array(64);
  readonly #littleEndian: boolean;
  #filled = 0;
  #length = 0;

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian;
  }

  /** Takes more input; any number of times, then `digest` once. */
  update(data: Uint8Array): this {
    this.#length += data.length;
    let offset = 0;
    if (this.#filled > 0) {
      offset = Math.min(64 - this.#filled, data.length);
      this.#block.set(data.subarray(0, offset), this.#filled);
      this.#filled += offset;
      if (this.#filled < 64) return this;
      this.compress(this.#block, 0);
      this.#filled = 0;
    }
    for (; offset + 64 <= data.length; offset += 64) this.compress(data, offset);
    this.#block.set(data.subarray(offset), 0);
    this.#filled = data.length - offset;
    return this;
  }

  digest(): Uint8Array {
    const bitLength = this.#length * 8;
    const zeros = (119 - (this.#length % 64)) % 64;
    const tail = new Uint8Array(1 + zeros + 8);
    tail[0] = 0x80;
    const halves = [Math.floor(bitLength / 0x1_0000_0000), bitLength >>> 0];
    if (this.#littleEndian) halves.reverse();
    const view = new DataView(tail.buffer);
    halves.forEach((half, i) => view.setUint32(1 + zeros + 4 * i, half, this.#littleEndian));
    this.update(tail);
    const state = this.state();
    const out = new Uint8Array(4 * state.length);
    const words = new DataView(out.buffer);
    state.forEach((word, i) => words.setInt32(i * 4, word, this.#littleEndian));
    return out;
  }

  /** Works one block of 64 bytes into the state. */
  protected abstract compress(data: Uint8Array, offset: number): void;
  /** The chaining words, which are the digest in the end. */
  protected abstract state(): Int32Array;
}
