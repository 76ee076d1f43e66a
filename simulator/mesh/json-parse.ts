/**
 * ArduinoJson 7.2's reader (src/ArduinoJson/Json/JsonDeserializer.hpp) as a recursive descent parser.
 * It is laxer than JSON: single quotes, unquoted keys, raw control characters, and whatever follows
 * the first value is not looked at. Nesting above 255 is an error, as painlessMesh sets it.
 */
import { parseNumber } from './json-number.ts';
import type { JsonArray, JsonObject, JsonValue } from './json-value.ts';

export const NESTING_LIMIT = 255;
const NUMBER_LENGTH_MAX = 63;

export type JsonFault = 'EmptyInput' | 'IncompleteInput' | 'InvalidInput' | 'TooDeep';

/** Why a text is no JSON, in ArduinoJson's words, and where (UTF-16 offset). */
export class JsonError extends Error {
  readonly fault: JsonFault;
  readonly offset: number;

  constructor(fault: JsonFault, offset: number) {
    super(`${fault} at offset ${offset}`);
    this.name = 'JsonError';
    this.fault = fault;
    this.offset = offset;
  }
}

/** Read the first value of `text`. Throws {@link JsonError}. */
export function parseJson(text: string): JsonValue {
  return new Reader(text).value(NESTING_LIMIT);
}

/**
 * The same, and whether printing the value would give `text` again, character by character. True only when that is
 * certain at a glance; nearly every frame is, and then need not be printed to be sent on. Throws {@link JsonError}.
 */
export function parseFrame(text: string): { value: JsonValue; canonical: boolean } {
  const reader = new Reader(text);
  const value = reader.value(NESTING_LIMIT);
  return { value, canonical: reader.canonical && reader.ended && !PRINTED_ESCAPED.test(text) };
}

const UNESCAPED: Record<string, string> = {
  '/': '/',
  "'": "'",
  '"': '"',
  '\\': '\\',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
// Raw in a string they would be printed as escapes, between tokens not at all.
const PRINTED_ESCAPED = /[\b\f\n\r\t]/;
const CANONICAL_NUMBER = /^(?:0|-?[1-9]\d{0,14})$/;
const QUOTED = /[^"\\]*(?:\\[\s\S][^"\\]*)*"/y;
const NUMBER_PART = /[0-9+\-.eE]*/y;
const BARE_KEY = /[0-9A-Z_`a-z]+/y;
const HEX4 = /^[0-9a-fA-F]{4}$/;

/** So many characters are looked at one by one; calls that look for one in longer texts cost more than that. */
const SHORT = 48;
const DIGITS_MAX = 15;
const [QUOTE, BACKSLASH, ZERO, COMMA, CLOSING_BRACKET, CLOSING_BRACE] = [
  0x22, 0x5c, 0x30, 0x2c, 0x5d, 0x7d,
];

/** A string body with its closing quote, when it is plain JSON. */
function standardString(body: string): string | undefined {
  try {
    return JSON.parse(`"${body}`) as string;
  } catch {
    return undefined;
  }
}

class Reader {
  private readonly text: string;
  /** Nothing was read so far that is printed in another way. */
  canonical = true;
  private at = 0;
  private found = false;

  constructor(text: string) {
    this.text = text;
  }

  get ended(): boolean {
    return this.at === this.text.length;
  }

  value(depth: number): JsonValue {
    switch (this.skipBlanks()) {
      case '{':
        return this.object(depth);
      case '[':
        return this.array(depth);
      case '"':
      case "'":
        return this.quoted();
      case 't':
        return this.keyword('true', true);
      case 'f':
        return this.keyword('false', false);
      case 'n':
        return this.keyword('null', null);
      default:
        return this.number();
    }
  }

  private fail(fault: JsonFault): never {
    throw new JsonError(fault, this.at);
  }

  /** Skip white space and return the character that stands there. */
  private skipBlanks(): string {
    for (; this.at < this.text.length; this.at++) {
      const char = this.text[this.at]!;
      if (char === ' ' || char === '\t' || char === '\r' || char === '\n') {
        this.canonical = false;
        continue;
      }
      if (char === '\0') break;
      this.found = true;
      return char;
    }
    this.fail(this.found ? 'IncompleteInput' : 'EmptyInput');
  }

  private object(depth: number): JsonObject {
    if (depth === 0) this.fail('TooDeep');
    const object: JsonObject = new Map();
    this.at++;
    if (this.eat('}')) return object;
    for (;;) {
      const key = this.key();
      if (!this.eat(':')) this.fail('InvalidInput');
      const value = this.value(depth - 1);
      const before = object.size;
      object.set(key, value);
      if (object.size === before) this.canonical = false;
      if (this.eat('}')) return object;
      if (!this.eat(',')) this.fail('InvalidInput');
      this.skipBlanks();
    }
  }

  private array(depth: number): JsonArray {
    if (depth === 0) this.fail('TooDeep');
    const array: JsonArray = [];
    this.at++;
    if (this.eat(']')) return array;
    for (;;) {
      array.push(this.value(depth - 1));
      if (this.eat(']')) return array;
      if (!this.eat(',')) this.fail('InvalidInput');
    }
  }

  private eat(char: string): boolean {
    if (this.skipBlanks() !== char) return false;
    this.at++;
    return true;
  }

  private key(): string {
    const char = this.text[this.at];
    if (char === '"' || char === "'") return this.quoted();
    BARE_KEY.lastIndex = this.at;
    const bare = BARE_KEY.exec(this.text)?.[0];
    if (bare === undefined) this.fail('InvalidInput');
    this.at += bare.length;
    this.canonical = false;
    return bare;
  }

  private quoted(): string {
    const quote = this.text[this.at++]!;
    if (quote !== '"') {
      this.canonical = false;
      return this.escaped(quote);
    }
    const plain = this.shortString() ?? this.longString();
    if (plain !== undefined) return plain;
    QUOTED.lastIndex = this.at;
    const body = QUOTED.exec(this.text)?.[0];
    if (body === undefined) this.fail('IncompleteInput');
    // Without an escape it has a NUL, which ends a text.
    if (!body.includes('\\')) this.fail('IncompleteInput');
    const usual = body.includes('\\u') ? undefined : standardString(body);
    if (usual === undefined) return this.escaped(quote);
    if (body.includes('\\/')) this.canonical = false;
    this.at += body.length;
    return usual;
  }

  /** What nearly every key and value is: a few characters and no escape. Undefined where it is something else. */
  private shortString(): string | undefined {
    const { text, at } = this;
    const limit = Math.min(text.length, at + SHORT);
    for (let i = at; i < limit; i++) {
      const code = text.charCodeAt(i);
      if (code === QUOTE) {
        this.at = i + 1;
        return text.slice(at, i);
      }
      if (code === BACKSLASH || code === 0) return undefined;
    }
    return undefined;
  }

  /** The same of any length: nothing finds a character sooner than a string itself. */
  private longString(): string | undefined {
    const { text, at } = this;
    const end = text.indexOf('"', at);
    if (end < 0) return undefined;
    const body = text.slice(at, end);
    if (body.includes('\\') || body.includes('\0')) return undefined;
    this.at = end + 1;
    return body;
  }

  /** Character by character, with what JSON does not know. */
  private escaped(quote: string): string {
    this.canonical = false;
    let result = '';
    let from = this.at;
    let high = 0;
    for (;;) {
      const char = this.text[this.at];
      if (char === undefined || char === '\0') this.fail('IncompleteInput');
      if (char === quote) break;
      if (char !== '\\') {
        this.at++;
        continue;
      }
      result += this.text.slice(from, this.at);
      const code = this.text[++this.at];
      if (code === 'u') {
        const unit = this.hex4();
        if (unit >= 0xd800 && unit < 0xdc00) high = unit & 0x3ff;
        else if (unit >= 0xdc00 && unit < 0xe000)
          result += String.fromCodePoint(0x10000 + ((high << 10) | (unit & 0x3ff)));
        else result += String.fromCharCode(unit);
      } else {
        result += this.unescape(code);
      }
      from = this.at;
    }
    result += this.text.slice(from, this.at++);
    return result;
  }

  private unescape(code: string | undefined): string {
    if (code === undefined || code === '\0') this.fail('IncompleteInput');
    const char = Object.hasOwn(UNESCAPED, code) ? UNESCAPED[code] : undefined;
    if (char === undefined) this.fail('InvalidInput');
    this.at++;
    return char;
  }

  private hex4(): number {
    const digits = this.text.slice(this.at + 1, this.at + 5);
    if (!HEX4.test(digits)) this.fail(digits.length < 4 ? 'IncompleteInput' : 'InvalidInput');
    this.at += 5;
    return Number.parseInt(digits, 16);
  }

  private keyword<T extends JsonValue>(word: string, value: T): T {
    for (const char of word) {
      if (this.at >= this.text.length) this.fail('IncompleteInput');
      if (this.text[this.at] !== char) this.fail('InvalidInput');
      this.at++;
    }
    return value;
  }

  /** A whole number as it is printed, of so few digits that it is exact. Undefined where it is something else. */
  private wholeNumber(): number | undefined {
    const { text, at } = this;
    const limit = Math.min(text.length, at + DIGITS_MAX + 1);
    let value = 0;
    let i = at;
    for (; i < limit; i++) {
      const digit = text.charCodeAt(i) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    const digits = i - at;
    if (digits === 0 || digits > DIGITS_MAX || i === text.length) return undefined;
    if (digits > 1 && text.charCodeAt(at) === ZERO) return undefined;
    // Whatever else may stand in a number makes it another one.
    const after = text.charCodeAt(i);
    if (after !== COMMA && after !== CLOSING_BRACE && after !== CLOSING_BRACKET) return undefined;
    this.at = i;
    return value;
  }

  private number(): JsonValue {
    const whole = this.wholeNumber();
    if (whole !== undefined) return whole;
    NUMBER_PART.lastIndex = this.at;
    const literal = NUMBER_PART.exec(this.text)![0].slice(0, NUMBER_LENGTH_MAX);
    if (CANONICAL_NUMBER.test(literal)) {
      this.at += literal.length;
      return Number(literal);
    }
    this.canonical = false;
    const value = parseNumber(literal);
    if (value === undefined) this.fail('InvalidInput');
    this.at += literal.length;
    return value;
  }
}
