/**
 * Tolerant reading of a field, as ArduinoJson 7.2 converts (Variant/VariantData.hpp `as<T>`, `is<T>`).
 * A missing or unfit number is 0, a missing string is the text "null", any other value as a string is its JSON.
 */
import { parseNumber } from './json-number.ts';
import { JsonFloat, type JsonValue } from './json-value.ts';
import { printJson } from './json-write.ts';

const UINT32 = { lowest: 0, highest: 0xffff_ffff, highestFloat: 0xffff_ff00 };
const INT32 = { lowest: -0x8000_0000, highest: 0x7fff_ffff, highestFloat: 0x7fff_ff80 };

export type Field = JsonValue | undefined;

/** `as<uint32_t>()` */
export function asUint32(field: Field): number {
  return asInteger(field, UINT32);
}

/** `as<int>()` */
export function asInt32(field: Field): number {
  return asInteger(field, INT32);
}

/** `is<uint32_t>()`: an integer literal within range. */
export function isUint32(field: Field): boolean {
  return typeof field === 'number' && field >= 0 && field <= UINT32.highest;
}

/** `is<int>()` */
export function isInt32(field: Field): boolean {
  return typeof field === 'number' && field >= INT32.lowest && field <= INT32.highest;
}

/** `as<String>()` on the board: a C string, so it ends at the first NUL. */
export function asString(field: Field): string {
  const text = typeof field === 'string' ? field : printJson(field);
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

/** `as<bool>()`: false for null, false and zero; anything else counts. */
export function asBoolean(field: Field): boolean {
  if (field === undefined || field === null) return false;
  if (typeof field === 'boolean') return field;
  if (field instanceof JsonFloat) return field.value !== 0;
  return typeof field !== 'number' || field !== 0;
}

function asInteger(field: Field, range: typeof UINT32): number {
  if (typeof field === 'boolean') return field ? 1 : 0;
  const number = typeof field === 'string' ? parseNumber(asString(field)) : field;
  if (typeof number === 'number') {
    return number >= range.lowest && number <= range.highest ? number : 0;
  }
  if (number instanceof JsonFloat) {
    const highest = number.decimals === 6 ? range.highestFloat : range.highest;
    const fits = number.value >= range.lowest && number.value <= highest;
    return fits ? Math.trunc(number.value) + 0 : 0;
  }
  return 0;
}
