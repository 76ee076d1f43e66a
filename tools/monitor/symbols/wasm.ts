import type { Range } from './frame.ts';

const SECTION = { custom: 0, import: 2, code: 10 };
const IMPORT_FUNCTION = 0;
const SUBSECTION_FUNCTIONS = 1;

export function isWasm(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d;
}

/**
 * The functions of a WebAssembly module by the offsets of their bodies in it, which is how engines and simulated boards
 * tell of a place in code; names from the module's name section (core specification, appendix 7.4).
 * @throws RangeError a sentence, for what is no module, or is cut short
 */
export function readWasmFunctions(bytes: Uint8Array): Range[] {
  if (!isWasm(bytes)) throw new RangeError('it is no WebAssembly module');
  let imported = 0;
  const bodies: { start: number; end: number }[] = [];
  let names = new Map<number, string>();
  const reader = new Reader(bytes, 8, bytes.length);
  while (!reader.atEnd) {
    const id = reader.byte();
    const section = reader.part(reader.number());
    if (id === SECTION.import) imported = countFunctions(section);
    if (id === SECTION.code) bodies.push(...readBodies(section));
    if (id === SECTION.custom && section.text() === 'name') names = readNames(section);
  }
  return bodies.map((body, i) => {
    const index = imported + i;
    return { ...body, name: names.get(index) ?? `function ${index}` };
  });
}

function countFunctions(section: Reader): number {
  let functions = 0;
  for (let left = section.number(); left > 0; left--) {
    section.text();
    section.text();
    const kind = section.byte();
    if (kind === IMPORT_FUNCTION) functions++;
    skipImport(section, kind);
  }
  return functions;
}

/** A function's type, a table's element type and limits, a memory's limits, a global's type, a tag's type. */
function skipImport(section: Reader, kind: number): void {
  if (kind === 1) section.byte();
  if (kind === 1 || kind === 2) {
    const limits = section.byte();
    section.number();
    if (limits & 1) section.number();
  } else if (kind === 3 || kind === 4) {
    section.byte();
    section.number();
  } else section.number();
}

function readBodies(section: Reader): { start: number; end: number }[] {
  return Array.from({ length: section.number() }, () => {
    const size = section.number();
    const start = section.at;
    section.part(size);
    return { start, end: start + size };
  });
}

function readNames(section: Reader): Map<number, string> {
  const names = new Map<number, string>();
  while (!section.atEnd) {
    const id = section.byte();
    const part = section.part(section.number());
    if (id !== SUBSECTION_FUNCTIONS) continue;
    for (let left = part.number(); left > 0; left--) names.set(part.number(), part.text());
  }
  return names;
}

class Reader {
  at: number;
  readonly #bytes: Uint8Array;
  readonly #end: number;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.#bytes = bytes;
    this.at = at;
    this.#end = end;
  }

  get atEnd(): boolean {
    return this.at >= this.#end;
  }

  byte(): number {
    if (this.atEnd) throw new RangeError('the WebAssembly module is cut short');
    return this.#bytes[this.at++]!;
  }

  /** An unsigned number in LEB128. */
  number(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 28; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number in the WebAssembly module is too long');
  }

  text(): string {
    const part = this.part(this.number());
    return new TextDecoder().decode(this.#bytes.subarray(part.at, part.#end));
  }

  /** The next bytes on their own; they are passed here. */
  part(length: number): Reader {
    const end = this.at + length;
    if (end > this.#end) throw new RangeError('the WebAssembly module is cut short');
    const part = new Reader(this.#bytes, this.at, end);
    this.at = end;
    return part;
  }
}
