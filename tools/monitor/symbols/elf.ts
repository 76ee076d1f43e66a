import type { Range } from './frame.ts';

/** Machines of ESP chips (System V ABI, e_machine). */
export const MACHINE = { xtensa: 94, riscv: 243 } as const;

const CLASS_32 = 1;
const LITTLE_ENDIAN = 1;
const SECTION_SYMTAB = 2;
const SYMBOL_SIZE = 16;
const TYPE_FUNCTION = 2;
/** Assembly often states no size: such a function reaches to the next one, but not farther than this. */
const SIZE_UNKNOWN_MAX = 0x10000;

export interface ElfFile {
  machine: number;
  /** The functions of its symbol table. */
  functions: Range[];
}

export function isElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/**
 * Functions of a 32-bit ELF file (System V ABI, chapters 4 and 5): enough to name addresses where no toolchain is installed.
 * @throws RangeError a sentence, for what is no ELF file of an ESP chip, or is cut short
 */
export function readElf(bytes: Uint8Array): ElfFile {
  if (!isElf(bytes)) throw new RangeError('it is no ELF file');
  if (bytes[4] !== CLASS_32 || bytes[5] !== LITTLE_ENDIAN) {
    throw new RangeError('it is an ELF file, but of no ESP chip: those are 32-bit little-endian');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const sections = readSections(view);
    const table = sections.find(({ type }) => type === SECTION_SYMTAB);
    const strings = table && sections[table.link];
    const functions = table && strings ? readFunctions(view, bytes, table, strings) : [];
    return { machine: view.getUint16(18, true), functions };
  } catch (error) {
    if (error instanceof RangeError) throw new RangeError('the ELF file is cut short');
    throw error;
  }
}

interface Section {
  type: number;
  offset: number;
  size: number;
  link: number;
}

function readSections(view: DataView): Section[] {
  const table = view.getUint32(32, true);
  const size = view.getUint16(46, true);
  const count = view.getUint16(48, true);
  return Array.from({ length: count }, (_, i) => {
    const at = table + i * size;
    return {
      type: view.getUint32(at + 4, true),
      offset: view.getUint32(at + 16, true),
      size: view.getUint32(at + 20, true),
      link: view.getUint32(at + 24, true),
    };
  });
}

function readFunctions(
  view: DataView,
  bytes: Uint8Array,
  table: Section,
  strings: Section,
): Range[] {
  const found: (Range & { size: number })[] = [];
  for (let at = table.offset; at + SYMBOL_SIZE <= table.offset + table.size; at += SYMBOL_SIZE) {
    if ((view.getUint8(at + 12) & 15) !== TYPE_FUNCTION) continue;
    const start = view.getUint32(at + 4, true);
    const size = view.getUint32(at + 8, true);
    const name = readName(bytes, strings, view.getUint32(at, true));
    if (start !== 0) found.push({ start, end: start + size, size, name });
  }
  found.sort((a, b) => a.start - b.start);
  return found.map(({ start, end, size, name }, i) => {
    const next = found[i + 1]?.start ?? Number.POSITIVE_INFINITY;
    return { start, end: size > 0 ? end : Math.min(next, start + SIZE_UNKNOWN_MAX), name };
  });
}

function readName(bytes: Uint8Array, strings: Section, offset: number): string {
  const start = strings.offset + offset;
  const end = bytes.indexOf(0, start);
  if (end < 0) throw new RangeError('a name has no end');
  return new TextDecoder().decode(bytes.subarray(start, end));
}
