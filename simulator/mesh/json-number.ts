/**
 * Numbers as ArduinoJson 7.2 reads and prints them (src/ArduinoJson/Numbers and Json/TextFormatter).
 * 64-bit integers stay exact. A literal with a point or an exponent becomes a 4-byte float when 23 bits
 * hold its digits, else a double; scaling multiplies by 10^(2^i), so the last bit can differ from IEEE
 * correct rounding. The print has at most 6 (float) or 9 (double) decimals.
 */
import { JsonFloat } from './json-value.ts';

const UINT64_MAX = (1n << 64n) - 1n;
const INT64_MIN_MAGNITUDE = 1n << 63n;
const DOUBLE_MANTISSA_MAX = (1n << 52n) - 1n;
const FLOAT_MANTISSA_MAX = (1n << 23n) - 1n;
const FLOAT_EXPONENT_MAX = 38;
const DOUBLE_EXPONENT_MAX = 308;

const POWERS = [1e1, 1e2, 1e4, 1e8, 1e16, 1e32, 1e64, 1e128, 1e256];
const NEGATIVE_POWERS = [1e-1, 1e-2, 1e-4, 1e-8, 1e-16, 1e-32, 1e-64, 1e-128, 1e-256];

const LITERAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?)(\d*))?$/;

/** One number literal; undefined when it is none. */
export function parseNumber(literal: string): number | bigint | JsonFloat | undefined {
  const match = LITERAL.exec(literal);
  if (!match) return undefined;
  const [, sign, whole, fraction, exponentSign, exponentDigits] = match;
  const negative = sign === '-';
  if (whole === '' && fraction === undefined) return undefined;
  if (fraction === undefined && exponentDigits === undefined) {
    const integer = parseInteger(whole!, negative);
    if (integer !== undefined) return integer;
  }
  const float = scale(whole!, fraction ?? '', exponentSign === '-', exponentDigits ?? '');
  return new JsonFloat(negative ? -float : float);
}

function parseInteger(digits: string, negative: boolean): number | bigint | undefined {
  if (digits.length <= 15) return negative ? 0 - Number(digits) : Number(digits);
  const magnitude = BigInt(digits);
  if (magnitude > (negative ? INT64_MIN_MAGNITUDE : UINT64_MAX)) return undefined;
  return narrow(negative ? -magnitude : magnitude);
}

function narrow(value: bigint): number | bigint {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

function scale(whole: string, fraction: string, shrink: boolean, exponentDigits: string): number {
  let mantissa = 0n;
  let offset = 0;
  let taken = 0;
  for (; taken < whole.length; taken++) {
    if (mantissa > UINT64_MAX / 10n) break;
    mantissa *= 10n;
    const digit = BigInt(whole.charCodeAt(taken) - 48);
    if (mantissa > UINT64_MAX - digit) break;
    mantissa += digit;
  }
  while (mantissa > DOUBLE_MANTISSA_MAX) {
    mantissa /= 10n;
    offset++;
  }
  offset += whole.length - taken;
  for (let i = 0; i < fraction.length; i++) {
    if (mantissa >= DOUBLE_MANTISSA_MAX / 10n) break;
    mantissa = mantissa * 10n + BigInt(fraction.charCodeAt(i) - 48);
    offset--;
  }
  let exponent = 0;
  for (let i = 0; i < exponentDigits.length; i++) {
    exponent = exponent * 10 + (exponentDigits.charCodeAt(i) - 48);
    if (exponent + offset > DOUBLE_EXPONENT_MAX) return shrink ? 0 : Number.POSITIVE_INFINITY;
  }
  return compose(mantissa, (shrink ? -exponent : exponent) + offset);
}

function compose(mantissa: bigint, exponent: number): number {
  const wide = Math.abs(exponent) > FLOAT_EXPONENT_MAX || mantissa > FLOAT_MANTISSA_MAX;
  const round = wide ? (value: number) => value : Math.fround;
  const powers = exponent > 0 ? POWERS : NEGATIVE_POWERS;
  let value = round(Number(mantissa));
  let rest = Math.abs(exponent);
  for (let i = 0; rest > 0; i++, rest >>= 1) {
    if (rest & 1) value = round(value * round(powers[i] ?? (exponent > 0 ? Infinity : 0)));
  }
  return value;
}

/** A float in ArduinoJson's notation: exponent from 1e7 up and 1e-5 down, no trailing zeros, null for NaN and infinities. */
export function printFloat(float: JsonFloat): string {
  if (!Number.isFinite(float.value)) return 'null';
  const sign = float.value < 0 ? '-' : '';
  const { value, exponent } = normalize(Math.abs(float.value));
  return sign + printDecimals(value, exponent, float.decimals);
}

function normalize(input: number): { value: number; exponent: number } {
  let value = input;
  let exponent = 0;
  if (value >= 1e7) {
    for (let i = 8; i >= 0; i--) {
      if (value < POWERS[i]!) continue;
      value *= NEGATIVE_POWERS[i]!;
      exponent += 1 << i;
    }
  } else if (value > 0 && value <= 1e-5) {
    for (let i = 8; i >= 0; i--) {
      if (value >= NEGATIVE_POWERS[i]! * 10) continue;
      value *= POWERS[i]!;
      exponent -= 1 << i;
    }
  }
  return { value, exponent };
}

function printDecimals(value: number, power: number, precision: number): string {
  let integral = Math.trunc(value);
  const integralDigits = String(integral).length;
  const places = Math.max(0, precision - (integralDigits - 1));
  const limit = 10 ** places;
  let exponent = power;
  const scaled = (value - integral) * limit;
  let decimal = Math.trunc(scaled);
  decimal += Math.trunc((scaled - decimal) * 2);
  if (decimal >= limit) {
    decimal = 0;
    integral++;
    if (exponent !== 0 && integral >= 10) {
      exponent++;
      integral = 1;
    }
  }
  const digits = decimal === 0 ? '' : String(decimal).padStart(places, '0').replace(/0+$/, '');
  return `${integral}${digits && `.${digits}`}${exponent === 0 ? '' : `e${exponent}`}`;
}
