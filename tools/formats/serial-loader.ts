/** Numbers of Espressif's serial loaders, in ROM and as stub (docs.espressif.com/projects/esptool, "Serial Protocol"). */

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
  /** From here on the stub only. */
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
  badCommand: 0xc3,
  spi: 0xc4,
  notFlashing: 0xc6,
  inflate: 0xc7,
  notEnough: 0xc8,
  tooMuch: 0xc9,
  unknown: 0xff,
} as const;

/** Before the data of a packet: direction, op, length, checksum or value. */
export const PACKET_HEADER_SIZE = 8;
/** First byte of a packet. */
export const DIRECTION = { request: 0, reply: 1 } as const;

/** The checksum of a block of MEM_DATA, FLASH_DATA and FLASH_DEFL_DATA: 0xEF and each byte, exclusive-or. */
export function blockChecksum(block: Uint8Array): number {
  let sum = 0xef;
  for (const byte of block) sum ^= byte;
  return sum;
}
