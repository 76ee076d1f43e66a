import { FormatError } from './errors.ts';

/** A DataView of exactly these bytes; all ESP32 formats are little-endian. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

// A byte order mark is a character like any other in a field: dropping it would change the field.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** Text of a NUL-padded field of `length` bytes; a full field has no NUL. Bad UTF-8 becomes U+FFFD. */
export function readText(bytes: Uint8Array, offset: number, length: number): string {
  const field = bytes.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return decoder.decode(end < 0 ? field : field.subarray(0, end));
}

/** Writes NUL-padded UTF-8 text. `max` is the most bytes the text may take, ≤ the field's length.
 * @throws FormatError `text-too-long`, `text-has-nul` */
export function writeText(
  target: Uint8Array,
  offset: number,
  text: string,
  max: number,
  field: string,
): void {
  const bytes = encoder.encode(text);
  if (bytes.length > max) {
    throw new FormatError(
      'text-too-long',
      `${field} takes ${bytes.length} bytes; at most ${max} fit`,
      { offset, hint: `shorten ${JSON.stringify(text)}` },
    );
  }
  if (bytes.includes(0)) {
    throw new FormatError('text-has-nul', `${field} contains a NUL, which would end it early`, {
      offset,
    });
  }
  target.set(bytes, offset);
}

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

const HEX_PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hexadecimal, no separators. */
export function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX_PAIRS[byte]!;
  return text;
}

/** A copy as plain Uint8Array. Not `slice`: that of a Node Buffer is a view. */
export function copyBytes(bytes: Uint8Array, start = 0, end = bytes.length): Uint8Array {
  return new Uint8Array(bytes.subarray(start, end));
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function isFilled(bytes: Uint8Array, value: number): boolean {
  return bytes.every((byte) => byte === value);
}

/** Checks that a number is an integer in [0, max] before it is written into a field.
 * @throws FormatError `out-of-range` */
export function checkUint(value: number, max: number, field: string): number {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new FormatError(
      'out-of-range',
      `${field} is ${value}; it must be an integer from 0 to ${max}`,
    );
  }
  return value;
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
