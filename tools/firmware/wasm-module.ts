/** The little of the WebAssembly binary format (core specification, chapter 5) that a build needs. */

const MAGIC = 0x6d736100;
const SECTION = { import: 2, memory: 5, global: 6, export: 7 };
const EXPORT_GLOBAL = 3;
const I32_CONST = 0x41;
export const WASM_PAGE = 65536;

interface Section {
  id: number;
  /** Offset of the id byte. */
  start: number;
  body: Uint8Array;
  end: number;
}

/**
 * Limits the module's memory to `__heap_base` + `heapBytes`, rounded up to whole 64 KiB pages: beyond
 * that, memory.grow fails and malloc returns NULL, as on a chip whose heap is full.
 * @throws RangeError when the bytes are no module that exports __heap_base
 */
export function limitMemory(wasm: Uint8Array, heapBytes: number): Uint8Array {
  const sections = readSections(wasm);
  const memory = sections.find((s) => s.id === SECTION.memory);
  const heapBase = exportedConstant(sections, '__heap_base');
  if (!memory || heapBase === undefined)
    throw new RangeError('the module has no memory or no __heap_base');
  const reader = new Reader(memory.body);
  if (reader.u32() !== 1) throw new RangeError('the module has more than one memory');
  reader.u32();
  const min = reader.u32();
  const max = Math.max(min, Math.ceil((heapBase + heapBytes) / WASM_PAGE));
  const body = [1, 1, ...leb(min), ...leb(max)];
  const replacement = Uint8Array.of(SECTION.memory, ...leb(body.length), ...body);
  const out = new Uint8Array(wasm.length - (memory.end - memory.start) + replacement.length);
  out.set(wasm.subarray(0, memory.start), 0);
  out.set(replacement, memory.start);
  out.set(wasm.subarray(memory.end), memory.start + replacement.length);
  return out;
}

function readSections(wasm: Uint8Array): Section[] {
  const view = new DataView(wasm.buffer, wasm.byteOffset, wasm.byteLength);
  if (wasm.length < 8 || view.getUint32(0, true) !== MAGIC)
    throw new RangeError('no WebAssembly module');
  const reader = new Reader(wasm, 8);
  const sections: Section[] = [];
  while (reader.at < wasm.length) {
    const start = reader.at;
    const id = reader.byte();
    const size = reader.u32();
    const body = reader.bytes(size);
    sections.push({ id, start, body, end: reader.at });
  }
  return sections;
}

/** Value of an exported immutable i32 global, as linkers write for addresses. */
function exportedConstant(sections: Section[], name: string): number | undefined {
  const index = exportedGlobal(sections, name);
  const globals = sections.find((s) => s.id === SECTION.global);
  if (index === undefined || !globals) return undefined;
  const reader = new Reader(globals.body);
  const count = reader.u32();
  for (let i = 0; i < count; i++) {
    reader.byte();
    reader.byte();
    // Linked globals are all initialised by one constant: i32.const n, end.
    const opcode = reader.byte();
    if (opcode !== I32_CONST) return undefined;
    const value = reader.s32();
    reader.byte();
    if (i === index) return value >>> 0;
  }
  return undefined;
}

function exportedGlobal(sections: Section[], name: string): number | undefined {
  const exports = sections.find((s) => s.id === SECTION.export);
  if (!exports) return undefined;
  const reader = new Reader(exports.body);
  const count = reader.u32();
  for (let i = 0; i < count; i++) {
    const text = new TextDecoder().decode(reader.bytes(reader.u32()));
    const kind = reader.byte();
    const index = reader.u32();
    if (kind === EXPORT_GLOBAL && text === name) return index;
  }
  return undefined;
}

class Reader {
  at: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  byte(): number {
    const value = this.#bytes[this.at++];
    if (value === undefined) throw new RangeError('the WebAssembly module is cut short');
    return value;
  }

  bytes(length: number): Uint8Array {
    if (this.at + length > this.#bytes.length)
      throw new RangeError('the WebAssembly module is cut short');
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  u32(): number {
    return this.s32(false) >>> 0;
  }

  s32(signed = true): number {
    let value = 0;
    let shift = 0;
    for (;;) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      shift += 7;
      if ((byte & 0x80) === 0)
        return signed && shift < 32 && (byte & 0x40) !== 0 ? value | (-1 << shift) : value;
      if (shift > 35) throw new RangeError('a number in the WebAssembly module is too long');
    }
  }
}

function leb(value: number): number[] {
  const out: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...out, rest];
    out.push((rest & 0x7f) | 0x80);
  }
}
