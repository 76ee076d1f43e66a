import { viewOf } from '../../../tools/formats/bytes.ts';
import { DIRECTION, PACKET_HEADER_SIZE } from '../../../tools/formats/serial-loader.ts';

export interface Request {
  readonly op: number;
  readonly checksum: number;
  readonly data: Uint8Array;
  /** The data as 32-bit words; a word beyond its end is 0. */
  word(index: number): number;
  /** The header's length agrees with the data. */
  readonly whole: boolean;
}

/** Undefined for what is no request: too short, or not marked as one. */
export function parseRequest(packet: Uint8Array): Request | undefined {
  if (packet.length < PACKET_HEADER_SIZE || packet[0] !== DIRECTION.request) return undefined;
  const view = viewOf(packet);
  const data = packet.subarray(PACKET_HEADER_SIZE);
  return {
    op: packet[1]!,
    checksum: view.getUint32(4, true) & 0xff,
    data,
    word: (index) =>
      4 * index + 4 <= data.length ? view.getUint32(PACKET_HEADER_SIZE + 4 * index, true) : 0,
    whole: view.getUint16(2, true) === data.length,
  };
}

/** A reply's packet: header, data, status bytes. */
export function buildReply(
  op: number,
  value: number,
  data: Uint8Array,
  status: readonly number[],
): Uint8Array {
  const packet = new Uint8Array(PACKET_HEADER_SIZE + data.length + status.length);
  const view = viewOf(packet);
  packet[0] = DIRECTION.reply;
  packet[1] = op;
  view.setUint16(2, data.length + status.length, true);
  view.setUint32(4, value >>> 0, true);
  packet.set(data, PACKET_HEADER_SIZE);
  packet.set(status, PACKET_HEADER_SIZE + data.length);
  return packet;
}
