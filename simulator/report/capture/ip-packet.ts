/** IPv4 and TCP headers (RFC 791, RFC 9293) around a payload, checksums included. */

export const FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;
const TCP = 6;
const IP_HEADER = 20;
const TCP_HEADER = 20;

export interface Endpoint {
  /** Dotted quad. */
  ip: string;
  port: number;
}

export interface TcpPacket {
  from: Endpoint;
  to: Endpoint;
  seq: number;
  ack: number;
  /** Sum of FLAG. */
  flags: number;
  payload: Uint8Array;
}

/** @throws RangeError for an address that is none, or a payload that no datagram holds */
export function tcpPacket({ from, to, seq, ack, flags, payload }: TcpPacket): Uint8Array {
  const length = IP_HEADER + TCP_HEADER + payload.length;
  if (length > 0xffff) throw new RangeError(`${payload.length} bytes are no TCP segment`);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 0x45);
  view.setUint16(2, length);
  view.setUint16(6, 0x4000);
  view.setUint8(8, 64);
  view.setUint8(9, TCP);
  bytes.set(address(from.ip), 12);
  bytes.set(address(to.ip), 16);
  view.setUint16(10, checksum(bytes.subarray(0, IP_HEADER)));
  view.setUint16(20, from.port);
  view.setUint16(22, to.port);
  view.setUint32(24, seq >>> 0);
  view.setUint32(28, ack >>> 0);
  view.setUint8(32, (TCP_HEADER / 4) << 4);
  view.setUint8(33, flags);
  view.setUint16(34, 0xffff);
  bytes.set(payload, IP_HEADER + TCP_HEADER);
  const segment = bytes.subarray(IP_HEADER);
  view.setUint16(36, checksum(segment, pseudoHeaderSum(bytes, segment.length)));
  return bytes;
}

function address(ip: string): Uint8Array {
  const parts = ip.split('.').map(Number);
  const whole = parts.length === 4 && parts.every((n) => Number.isInteger(n) && n >= 0 && n < 256);
  if (!whole) throw new RangeError(`${ip} is no IPv4 address`);
  return Uint8Array.from(parts);
}

function pseudoHeaderSum(ip: Uint8Array, length: number): number {
  return sum16(ip.subarray(12, IP_HEADER)) + TCP + length;
}

function sum16(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
  return sum;
}

/** The Internet checksum (RFC 1071). */
function checksum(bytes: Uint8Array, start = 0): number {
  let sum = start + sum16(bytes);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
