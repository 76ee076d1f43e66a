/** A function of an ELF file made for a test. */
export interface TestSymbol {
  name: string;
  start: number;
  size: number;
  /** STT_FUNC unless said otherwise. */
  type?: number;
}

/** The smallest 32-bit ELF file with a symbol table: header, symbols, names, three section headers. */
export function testElf(machine: number, symbols: readonly TestSymbol[]): Uint8Array {
  const names = symbols.reduce((text, { name }) => `${text}${name}\0`, '\0');
  const symtab = 52;
  const strtab = symtab + 16 * symbols.length;
  const sections = strtab + names.length;
  const bytes = new Uint8Array(sections + 3 * 40);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  view.setUint16(18, machine, true);
  view.setUint32(32, sections, true);
  view.setUint16(46, 40, true);
  view.setUint16(48, 3, true);
  let nameAt = 1;
  symbols.forEach(({ name, start, size, type = 2 }, i) => {
    const at = symtab + 16 * i;
    view.setUint32(at, nameAt, true);
    view.setUint32(at + 4, start, true);
    view.setUint32(at + 8, size, true);
    view.setUint8(at + 12, 0x10 | type);
    nameAt += name.length + 1;
  });
  bytes.set(new TextEncoder().encode(names), strtab);
  const header = (index: number, type: number, offset: number, size: number, link: number) => {
    const at = sections + 40 * index;
    view.setUint32(at + 4, type, true);
    view.setUint32(at + 16, offset, true);
    view.setUint32(at + 20, size, true);
    view.setUint32(at + 24, link, true);
  };
  header(1, 2, symtab, 16 * symbols.length, 2);
  header(2, 3, strtab, names.length, 0);
  return bytes;
}
