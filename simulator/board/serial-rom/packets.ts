import { viewOf } from '../../../tools/formats/bytes.ts';

/** Commands of the serial loader (Espressif's "Serial Protocol" page; esptool's loader.py). */
export const OP = {
  FLASH_BEGIN: 0x02,
  FLASH_DATA: 0x03,
  FLASH_END: 0x04,
  MEM_BEGIN: 0x05,
  MEM_END: 0x06,
  MEM_DATA: 0x07,
  SYNC: 0x08,
  WRITE_REG: 0x09,
  READ_REG: 0x0a,
  SPI_SET_PARAMS: 0x0b,
  SPI_ATTACH: 0x0d,
  READ_FLASH_SLOW: 0x0e,
  CHANGE_BAUDRATE: 0x0f,
  FLASH_DEFL_BEGIN: 0x10,
  FLASH_DEFL_DATA: 0x11,
  FLASH_DEFL_END: 0x12,
  SPI_FLASH_MD5: 0x13,
  GET_SECURITY_INFO: 0x14,
  ERASE_FLASH: 0xd0,
  ERASE_REGION: 0xd1,
  READ_FLASH: 0xd2,
  RUN_USER_CODE: 0xd3,
} as const;

/** Second status byte of the ROM's refusals. */
export const ROM_ERROR = {
  badMessage: 0x05,
  failed: 0x06,
  checksum: 0x07,
  inflate: 0x0b,
} as const;

/** First status byte of the stub's refusals. */
export const STUB_ERROR = {
  badLength: 0xc0,
  checksum: 0xc1,
  badBlockSize: 0xc2,
  spi: 0xc4,
  notFlashing: 0xc6,
  inflate: 0xc7,
  notEnough: 0xc8,
  tooMuch: 0xc9,
  unknown: 0xff,
} as const;

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
  if (packet.length < 8 || packet[0] !== 0) return undefined;
  const view = viewOf(packet);
  const data = packet.subarray(8);
  return {
    op: packet[1]!,
    checksum: view.getUint32(4, true) & 0xff,
    data,
    word: (index) => (4 * index + 4 <= data.length ? view.getUint32(8 + 4 * index, true) : 0),
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
  const packet = new Uint8Array(8 + data.length + status.length);
  const view = viewOf(packet);
  packet[0] = 1;
  packet[1] = op;
  view.setUint16(2, data.length + status.length, true);
  view.setUint32(4, value >>> 0, true);
  packet.set(data, 8);
  packet.set(status, 8 + data.length);
  return packet;
}

/** The protocol's checksum of a block: 0xEF and each byte, exclusive-or. */
export function blockChecksum(block: Uint8Array): number {
  let sum = 0xef;
  for (const byte of block) sum ^= byte;
  return sum;
}
