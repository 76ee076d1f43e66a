/** pcapng as draft-ietf-opsawg-pcapng writes it: one section, one interface, a packet a block. Little-endian. */

const BLOCK = { section: 0x0a0d0d0a, interface: 1, enhancedPacket: 6 } as const;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** Raw IPv4 or IPv6, without a link layer. */
const LINKTYPE_RAW = 101;
const OPTION = { end: 0, comment: 1, name: 2, application: 4 } as const;
const encoder = new TextEncoder();

/** One packet: an IP datagram. */
export interface CapturedPacket {
  /** µs since 1970. */
  time: number;
  bytes: Uint8Array;
  comment?: string;
}

/** A whole capture file. Timestamps have µs, pcapng's default. */
export function pcapng(packets: readonly CapturedPacket[], application: string): Uint8Array {
  const blocks = [sectionHeader(application), interfaceDescription('mesh')];
  for (const packet of packets) blocks.push(enhancedPacket(packet));
  const file = new Uint8Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const block of blocks) {
    file.set(block, at);
    at += block.length;
  }
  return file;
}

function sectionHeader(application: string): Uint8Array {
  const fixed = new DataView(new ArrayBuffer(16));
  fixed.setUint32(0, BYTE_ORDER_MAGIC, true);
  fixed.setUint16(4, 1, true);
  // How long the section is, is not said.
  fixed.setBigInt64(8, -1n, true);
  return block(BLOCK.section, fixed, [option(OPTION.application, application)]);
}

function interfaceDescription(name: string): Uint8Array {
  const fixed = new DataView(new ArrayBuffer(8));
  fixed.setUint16(0, LINKTYPE_RAW, true);
  return block(BLOCK.interface, fixed, [option(OPTION.name, name)]);
}

function enhancedPacket({ time, bytes, comment }: CapturedPacket): Uint8Array {
  const fixed = new DataView(new ArrayBuffer(20 + padded(bytes.length)));
  fixed.setUint32(4, Math.floor(time / 2 ** 32), true);
  fixed.setUint32(8, time % 2 ** 32, true);
  fixed.setUint32(12, bytes.length, true);
  fixed.setUint32(16, bytes.length, true);
  new Uint8Array(fixed.buffer).set(bytes, 20);
  return block(BLOCK.enhancedPacket, fixed, comment ? [option(OPTION.comment, comment)] : []);
}

function block(type: number, fixed: DataView, options: readonly Uint8Array[]): Uint8Array {
  const all = options.length > 0 ? [...options, option(OPTION.end, '')] : [];
  const length = 12 + fixed.byteLength + all.reduce((sum, one) => sum + one.length, 0);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, length, true);
  bytes.set(new Uint8Array(fixed.buffer), 8);
  let at = 8 + fixed.byteLength;
  for (const one of all) {
    bytes.set(one, at);
    at += one.length;
  }
  view.setUint32(length - 4, length, true);
  return bytes;
}

function option(code: number, text: string): Uint8Array {
  const value = encoder.encode(text);
  const bytes = new Uint8Array(4 + padded(value.length));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, code, true);
  view.setUint16(2, value.length, true);
  bytes.set(value, 4);
  return bytes;
}

function padded(length: number): number {
  return (length + 3) & ~3;
}
