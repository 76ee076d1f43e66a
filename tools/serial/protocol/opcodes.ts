import { OP, ROM_ERROR, STUB_ERROR } from '../../formats/serial-loader.ts';

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

export const STATUS_UNKNOWN_COMMAND: readonly number[] = [
  ROM_ERROR.badMessage,
  STUB_ERROR.badCommand,
  STUB_ERROR.unknown,
];
/** The block did not arrive whole, and was not used: it may be sent again. */
export const STATUS_CHECKSUM: readonly number[] = [ROM_ERROR.checksum, STUB_ERROR.checksum];

export function statusText(code: number): string {
  return STATUS[code] ?? `status 0x${code.toString(16)}`;
}
