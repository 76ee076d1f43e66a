import { concatBytes, copyBytes, utf8, viewOf } from '../bytes.ts';
import { FormatError } from '../errors.ts';
import { isScalarType, type NvsType, type NvsValue, type ScalarType, scalarData } from './value.ts';

/** Values as the CSV of ESP-IDF's generator writes them (nvs_partition_gen.py, `write_entry`). */

export interface TypedValue {
  type: NvsType;
  value: NvsValue;
}

/** `float` and `double` are ours: the generator has no word for them, the chip has. */
const SCALAR_ENCODINGS = 'u8 i8 u16 i16 u32 i32 u64 i64 float double'.split(' ');
export const ENCODINGS = [
  ...SCALAR_ENCODINGS,
  'string',
  'hex2bin',
  'base64',
  'binary',
  'blob_fill(LENGTH;0xNN)',
  'blob_sz_fill(LENGTH;0xNN)',
];

/** `blob_fill(8;0xff)`: bytes, filled up to a length; `blob_sz_fill` puts their number before them. */
export interface Fill {
  withSize: boolean;
  length: number;
  byte: number;
}

export function fillOf(encoding: string): Fill | undefined {
  const match = /^blob_(sz_)?fill\((\d{1,9});0x([0-9a-fA-F]{2})\)$/.exec(encoding);
  if (!match) return undefined;
  return {
    withSize: match[1] !== undefined,
    length: Number(match[2]),
    byte: Number.parseInt(match[3]!, 16),
  };
}

/** @throws FormatError `encoding-unknown` */
export function checkEncoding(encoding: string): void {
  const known = [...SCALAR_ENCODINGS, 'string', 'hex2bin', 'base64', 'binary'];
  if (fillOf(encoding) || known.includes(encoding)) return;
  // The generator lowers the case of numbers' encodings only after it has looked at the others.
  if (SCALAR_ENCODINGS.includes(encoding.toLowerCase())) return;
  throw new FormatError('encoding-unknown', `"${encoding}" is no encoding`, {
    hint: `there are ${ENCODINGS.join(', ')}`,
  });
}

/**
 * A value from the CSV's text, or from the bytes of a file that it names.
 * @param encoding one that `checkEncoding` lets pass
 * @throws FormatError `value-number`, `value-hex`, `value-base64`, `value-text`, `value-fill`, and
 *   ESP_ERR_INVALID_ARG for a number that does not fit
 */
export function decodeValue(encoding: string, source: string | Uint8Array): TypedValue {
  const fill = fillOf(encoding);
  if (fill) return { type: 'blob', value: filled(fill, bytesOf(source)) };
  if (encoding === 'string') return { type: 'str', value: stringOf(source) };
  if (encoding === 'hex2bin') return { type: 'blob', value: fromHex(textOf(source).trim()) };
  if (encoding === 'base64') return { type: 'blob', value: fromBase64(textOf(source)) };
  if (encoding === 'binary') return { type: 'blob', value: copyBytes(bytesOf(source)) };
  const type = encoding.toLowerCase() as NvsType;
  if (!isScalarType(type)) throw new FormatError('encoding-unknown', `"${encoding}" is none`);
  return { type, value: numberOf(type, textOf(source).trim()) };
}

function bytesOf(source: string | Uint8Array): Uint8Array {
  return typeof source === 'string' ? utf8(source) : source;
}

function textOf(source: string | Uint8Array): string {
  if (typeof source === 'string') return source;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(source);
  } catch {
    throw new FormatError('value-text', 'the file is no UTF-8 text', {
      hint: 'the encoding binary takes any bytes',
    });
  }
}

function stringOf(source: string | Uint8Array): string {
  const text = textOf(source);
  if (!text.includes('\0')) return text;
  throw new FormatError('value-text', 'a string cannot contain a NUL, which ends it', {
    hint: 'the encoding binary takes any bytes',
  });
}

/** As Python's `int`: decimal, a sign, underscores between digits. */
function numberOf(type: ScalarType, text: string): number | bigint {
  const value = type === 'float' || type === 'double' ? realOf(text) : integerOf(text);
  if (value === undefined) {
    throw new FormatError('value-number', `"${shortened(text)}" is no ${type}`, {
      hint: 'numbers are written in decimal',
    });
  }
  scalarData(type, value);
  return type === 'u64' || type === 'i64' ? BigInt(value) : Number(value);
}

function integerOf(text: string): bigint | undefined {
  if (!/^[+-]?\d+(?:_\d+)*$/.test(text)) return undefined;
  const digits = text.replaceAll('_', '').replace(/^([+-]?)0+(?=\d)/, '$1');
  return digits.length <= 40 ? BigInt(digits.replace(/^\+/, '')) : undefined;
}

function realOf(text: string): number | undefined {
  const special = /^([+-]?)(?:inf(?:inity)?|(nan))$/i.exec(text);
  if (special) return special[2] ? Number.NaN : Number(`${special[1]}Infinity`);
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0) {
    throw new FormatError('value-hex', `${text.length} hexadecimal digits are no whole bytes`);
  }
  const bad = text.search(/[^0-9a-fA-F]/);
  if (bad >= 0) {
    throw new FormatError('value-hex', `"${text[bad]}" (character ${bad + 1}) is no hex digit`);
  }
  return Uint8Array.from({ length: text.length / 2 }, (_, i) =>
    Number.parseInt(text.slice(2 * i, 2 * i + 2), 16),
  );
}

function fromBase64(text: string): Uint8Array {
  const packed = text.replaceAll(/[ \t\r\n\v\f]/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(packed) || packed.length % 4 !== 0) {
    throw new FormatError('value-base64', 'the text is no base64 with its padding');
  }
  const binary = atob(packed);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

function filled({ withSize, length, byte }: Fill, value: Uint8Array): Uint8Array {
  if (value.length > length) {
    const message = `the value has ${value.length} bytes, more than the ${length} of the encoding`;
    throw new FormatError('value-fill', message);
  }
  const padding = new Uint8Array(length - value.length).fill(byte);
  const size = new Uint8Array(withSize ? 4 : 0);
  if (withSize) viewOf(size).setUint32(0, value.length, true);
  return concatBytes([size, value, padding]);
}

function shortened(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
