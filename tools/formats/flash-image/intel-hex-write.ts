import { FormatError } from '../errors.ts';
import { type FlashPart, joinTouching, sortParts } from './merge.ts';

const RECORD_DATA = 16;
const BANK = 0x10000;
const DIGITS = Uint8Array.from('0123456789ABCDEF', (digit) => digit.charCodeAt(0));

/**
 * Intel HEX (Intel, Hexadecimal Object File Format Specification, revision A, 1988), 32-bit form: up
 * to 16 bytes a record, an extended linear address record for each 64 KB where any address needs one,
 * lines ended by a line feed. What is between the parts is left out. As `esptool merge-bin --format
 * hex` writes it.
 * @returns ASCII
 * @throws FormatError as sortParts; `hex-address` beyond 32 bits
 */
export function buildIntelHex(parts: readonly FlashPart[]): Uint8Array {
  const runs = joinTouching(sortParts(parts));
  const end = Math.max(0, ...runs.map((run) => run.offset + run.data.length));
  if (end > 2 ** 32) {
    throw new FormatError('hex-address', `a part ends at 0x${end.toString(16)}, beyond 32 bits`);
  }
  const writer = new RecordWriter(sizeBound(runs));
  let bank = end > BANK ? -1 : 0;
  for (const { offset, data } of runs) {
    let at = 0;
    while (at < data.length) {
      const address = (offset + at) % BANK;
      const own = Math.floor((offset + at) / BANK);
      if (own !== bank) writer.record(4, 0, Uint8Array.of(own >> 8, own & 0xff));
      bank = own;
      const length = Math.min(RECORD_DATA, BANK - address, data.length - at);
      writer.record(0, address, data.subarray(at, at + length));
      at += length;
    }
  }
  writer.record(1, 0, new Uint8Array());
  return writer.bytes();
}

/** No fewer characters than the file will have: 12 a record beside its data, two for a byte. */
function sizeBound(runs: readonly FlashPart[]): number {
  let bound = 64;
  for (const { data } of runs) {
    const banks = Math.ceil(data.length / BANK) + 1;
    bound += 2 * data.length + 12 * (Math.ceil(data.length / RECORD_DATA) + banks) + 16 * banks;
  }
  return bound;
}

class RecordWriter {
  readonly #out: Uint8Array;
  #length = 0;

  constructor(capacity: number) {
    this.#out = new Uint8Array(capacity);
  }

  record(type: number, address: number, data: Uint8Array): void {
    this.#out[this.#length++] = 0x3a;
    let sum = 0;
    const byte = (value: number): void => {
      sum += value;
      this.#out[this.#length++] = DIGITS[value >> 4]!;
      this.#out[this.#length++] = DIGITS[value & 0xf]!;
    };
    byte(data.length);
    byte(address >> 8);
    byte(address & 0xff);
    byte(type);
    for (const value of data) byte(value);
    byte(-sum & 0xff);
    this.#out[this.#length++] = 0x0a;
  }

  bytes(): Uint8Array {
    return this.#out.slice(0, this.#length);
  }
}
