import { FormatError } from '../errors.ts';
import { type FlashPart, joinTouching } from './merge.ts';

export { buildIntelHex } from './intel-hex-write.ts';

/** Does a file look like Intel HEX rather than raw bytes? */
export function isIntelHex(bytes: Uint8Array): boolean {
  return /^\s*:[0-9a-f]{8}/i.test(new TextDecoder('latin1').decode(bytes.subarray(0, 64)));
}

/** A record without its checksum, as raw bytes: count, address (2), type, data. */
interface HexRecord {
  type: number;
  address: number;
  data: Uint8Array;
}

/**
 * Reads Intel HEX (types 00 to 05; start addresses, 03 and 05, are passed over). Records that touch
 * become one part; parts come in order of their offsets, without names.
 * @throws FormatError with the line: `hex-character`, `hex-record`, `hex-checksum`, `hex-type`,
 *   `hex-no-end`, `hex-after-end`, `hex-overlap`; `hex-address` beyond 32 bits
 */
export function parseIntelHex(bytes: Uint8Array): FlashPart[] {
  const parts: PlacedRecord[] = [];
  let base: Base = { start: 0, segment: false };
  let ended = false;
  for (const { text, offset, line } of linesOf(bytes)) {
    if (ended) throw fault('hex-after-end', 'there is more after the end record', line, offset);
    const { type, address, data } = parseRecord(text, line, offset);
    if (type === 0) {
      for (const part of place(base, address, data, line, offset)) {
        parts.push({ ...part, line, at: offset });
      }
    } else if (type === 1) ended = true;
    else if (type === 2 || type === 4) base = nextBase(type, data);
  }
  if (!ended) {
    throw new FormatError('hex-no-end', 'the end record (:00000001FF) is missing', {
      offset: bytes.length,
      hint: 'the file is cut short',
    });
  }
  return parts.length === 0 ? [] : joinTouching(sortedRecords(parts));
}

/** What address records before it say about a data record. */
interface Base {
  start: number;
  /** Set by type 02: addresses wrap within 64 KB. */
  segment: boolean;
}

function nextBase(type: 2 | 4, data: Uint8Array): Base {
  const value = data[0]! * 256 + data[1]!;
  return type === 2
    ? { start: value * 16, segment: true }
    : { start: value * 0x10000, segment: false };
}

function place(
  base: Base,
  address: number,
  data: Uint8Array,
  line: number,
  offset: number,
): FlashPart[] {
  const room = 0x10000 - address;
  if (base.segment && data.length > room) {
    return [
      { offset: base.start + address, data: data.subarray(0, room) },
      { offset: base.start, data: data.subarray(room) },
    ];
  }
  const at = base.start + address;
  if (at + data.length > 2 ** 32) {
    throw fault('hex-address', 'the record reaches beyond 32-bit addresses', line, offset);
  }
  return [{ offset: at, data }];
}

/** A data record, or a piece of one. */
interface PlacedRecord extends FlashPart {
  line: number;
  /** Byte in the file. */
  at: number;
}

/** @throws FormatError `hex-overlap`, at the later of two records for one byte */
function sortedRecords(records: readonly PlacedRecord[]): PlacedRecord[] {
  const sorted = records.filter(({ data }) => data.length > 0);
  sorted.sort((a, b) => a.offset - b.offset);
  for (let i = 1; i < sorted.length; i++) {
    const pair = [sorted[i - 1]!, sorted[i]!] as const;
    if (pair[0].offset + pair[0].data.length <= pair[1].offset) continue;
    const [earlier, later] = pair[0].at <= pair[1].at ? pair : [pair[1], pair[0]];
    const address = `0x${pair[1].offset.toString(16)}`;
    const message = `bytes are set twice: line ${earlier.line} has set those from ${address} on`;
    throw fault('hex-overlap', message, later.line, later.at);
  }
  return sorted;
}

const LF = 0x0a;
const CR = 0x0d;
const BLANK = new Set([0x20, 0x09, CR]);

/** Lines that are not blank, without white space at either end. */
function* linesOf(
  bytes: Uint8Array,
): Generator<{ text: Uint8Array; offset: number; line: number }> {
  let start = 0;
  for (let line = 1; start < bytes.length; line++) {
    const next = bytes.indexOf(LF, start);
    let end = next < 0 ? bytes.length : next;
    const after = end + 1;
    while (start < end && BLANK.has(bytes[start]!)) start++;
    while (end > start && BLANK.has(bytes[end - 1]!)) end--;
    if (end > start) yield { text: bytes.subarray(start, end), offset: start, line };
    start = after;
  }
}

/** Data bytes an address or start record must have. */
const LENGTH_BY_TYPE: Record<number, number> = { 1: 0, 2: 2, 3: 4, 4: 2, 5: 4 };

function parseRecord(text: Uint8Array, line: number, offset: number): HexRecord {
  if (text[0] !== 0x3a) throw fault('hex-record', 'the line does not begin with ":"', line, offset);
  const raw = decodeHex(text, line, offset);
  const count = raw[0] ?? 0;
  if (raw.length < 5 || raw.length !== count + 5) {
    const message = `the record announces ${count} data bytes and has ${Math.max(0, raw.length - 5)}`;
    throw fault('hex-record', message, line, offset);
  }
  const sum = raw.reduce((total, byte) => total + byte, 0) & 0xff;
  if (sum !== 0) {
    const stored = raw.at(-1)!;
    const right = (stored - sum) & 0xff;
    const message = `the checksum is ${pair(stored)}, the record gives ${pair(right)}`;
    throw fault('hex-checksum', message, line, offset + text.length - 2);
  }
  const type = raw[3]!;
  const wanted = type === 0 ? count : LENGTH_BY_TYPE[type];
  if (wanted === undefined)
    throw fault('hex-type', `record type ${pair(type)} is unknown`, line, offset + 7);
  if (count !== wanted) {
    const message = `a record of type ${pair(type)} has ${wanted} data bytes, not ${count}`;
    throw fault('hex-record', message, line, offset + 1);
  }
  return { type, address: raw[1]! * 256 + raw[2]!, data: raw.subarray(4, 4 + count) };
}

function decodeHex(text: Uint8Array, line: number, offset: number): Uint8Array {
  if (text.length % 2 === 0) {
    throw fault('hex-record', 'the record has an odd number of digits', line, offset);
  }
  const raw = new Uint8Array((text.length - 1) / 2);
  for (let i = 0; i < raw.length; i++) {
    const high = nibble(text[1 + 2 * i]!);
    const low = nibble(text[2 + 2 * i]!);
    if (high < 0 || low < 0) {
      const at = offset + 1 + 2 * i + (high < 0 ? 0 : 1);
      throw fault('hex-character', 'a character is no hexadecimal digit', line, at);
    }
    raw[i] = high * 16 + low;
  }
  return raw;
}

function nibble(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

const pair = (value: number): string => value.toString(16).toUpperCase().padStart(2, '0');

function fault(code: string, message: string, line: number, offset: number): FormatError {
  return new FormatError(code, `line ${line}: ${message}`, { offset });
}
