/** Commands of ROM loader and stub (docs.espressif.com/projects/esptool, "Serial Protocol"). */
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

const NAMES = new Map(Object.entries(OP).map(([name, op]) => [op as number, name]));

/** "FLASH_DEFL_DATA", or "command 0x55". */
export function opName(op: number): string {
  return NAMES.get(op) ?? `command 0x${op.toString(16)}`;
}

/** What a loader's status bytes say: up to 0xBF those of the ROM, then those of the stub. */
const STATUS: Record<number, string> = {
  1: 'a parameter is invalid',
  2: 'it has no memory left',
  3: 'it could not send',
  4: 'it could not receive',
  5: 'it does not know the command, or the message is malformed',
  6: 'the command failed',
  7: 'the checksum was wrong',
  8: 'a write to flash failed',
  9: 'a read from flash failed',
  10: 'the length to read is invalid',
  11: 'the data could not be decompressed',
  12: 'the Adler-32 of the decompressed data was wrong',
  13: 'the parameters of the compressed data are invalid',
  100: 'a parameter is invalid',
  192: 'the data was of another length than announced',
  193: 'the checksum was wrong',
  194: 'the block size is invalid',
  195: 'it does not know the command',
  196: 'an operation of the flash chip failed',
  197: 'the flash chip could not be unlocked',
  198: 'it is not in flash mode',
  199: 'the data could not be decompressed',
  200: 'the data ended too early',
  201: 'there was more data than announced',
  255: 'the command is not implemented',
};

export const STATUS_UNKNOWN_COMMAND: readonly number[] = [0x05, 0xc3, 0xff];
/** The block did not arrive whole, and was not used: it may be sent again. */
export const STATUS_CHECKSUM: readonly number[] = [0x07, 0xc1];

export function statusText(code: number): string {
  return STATUS[code] ?? `status 0x${code.toString(16)}`;
}
