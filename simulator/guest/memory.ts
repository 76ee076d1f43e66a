const decoder = new TextDecoder();

/** A guest's linear memory. Growth detaches its buffer, which leaves views of length 0: they are then taken anew. */
export class GuestMemory {
  readonly #memory: WebAssembly.Memory;
  #u8: Uint8Array;
  #view: DataView;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#u8 = new Uint8Array(memory.buffer);
    this.#view = new DataView(memory.buffer);
  }

  get u8(): Uint8Array {
    if (this.#u8.length === 0) this.#refresh();
    return this.#u8;
  }

  get view(): DataView {
    if (this.#u8.length === 0) this.#refresh();
    return this.#view;
  }

  /** A copy of `length` bytes; a pointer outside the memory is the guest's bus error. */
  bytes(pointer: number, length: number): Uint8Array {
    this.#check(pointer, length);
    return this.u8.slice(pointer >>> 0, (pointer >>> 0) + (length >>> 0));
  }

  /** The whole memory, where the guest may be given `length` bytes at `pointer`. */
  room(pointer: number, length: number): Uint8Array {
    this.#check(pointer, length);
    return this.u8;
  }

  text(pointer: number, length: number): string {
    this.#check(pointer, length);
    return decoder.decode(this.u8.subarray(pointer >>> 0, (pointer >>> 0) + (length >>> 0)));
  }

  put(pointer: number, bytes: Uint8Array): void {
    this.#check(pointer, bytes.length);
    this.u8.set(bytes, pointer >>> 0);
  }

  putU32(pointer: number, value: number): void {
    this.#check(pointer, 4);
    this.view.setUint32(pointer >>> 0, value >>> 0, true);
  }

  getU32(pointer: number): number {
    this.#check(pointer, 4);
    return this.view.getUint32(pointer >>> 0, true);
  }

  #check(pointer: number, length: number): void {
    if ((pointer >>> 0) + (length >>> 0) > this.u8.length) {
      throw new WebAssembly.RuntimeError(
        `memory access out of bounds: 0x${(pointer >>> 0).toString(16)}, ${length >>> 0} bytes`,
      );
    }
  }

  #refresh(): void {
    this.#u8 = new Uint8Array(this.#memory.buffer);
    this.#view = new DataView(this.#memory.buffer);
  }
}
