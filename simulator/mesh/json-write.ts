/** ArduinoJson 7.2's compact and pretty printers (Json/JsonSerializer, PrettyJsonSerializer, TextFormatter). */
import { printFloat } from './json-number.ts';
import { JsonFloat, type JsonValue } from './json-value.ts';

// Exactly these are escaped; every other control character, DEL, '/' and all of UTF-8 go out raw.
const ESCAPED = /["\\\b\f\n\r\t\0]/g;
const ESCAPES: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\0': '\\u0000',
};

// What JSON.stringify would write in another way: control characters without a short form, surrogates.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNUSUAL = /[\x01-\x07\x0b\x0e-\x1f\ud800-\udfff]/;

/** A quoted JSON string. */
export function quote(text: string): string {
  if (!UNUSUAL.test(text)) return JSON.stringify(text);
  return `"${text.replace(ESCAPED, (char) => ESCAPES[char]!)}"`;
}

/** Compact JSON, as it stands in a frame. */
export function printJson(value: JsonValue | undefined): string {
  if (typeof value === 'string') return quote(value);
  if (value === null || value === undefined) return 'null';
  if (value instanceof JsonFloat) return printFloat(value);
  if (Array.isArray(value)) return `[${value.map(printJson).join(',')}]`;
  if (value instanceof Map) {
    let text = '';
    for (const [key, item] of value) text += `${text && ','}${quote(key)}:${printJson(item)}`;
    return `{${text}}`;
  }
  return String(value);
}

/** Indented JSON: two spaces, CR LF line ends. */
export function printPretty(value: JsonValue, indent = ''): string {
  const inner = `${indent}  `;
  if (Array.isArray(value) && value.length > 0) {
    const items = value.map((item) => inner + printPretty(item, inner));
    return `[\r\n${items.join(',\r\n')}\r\n${indent}]`;
  }
  if (value instanceof Map && value.size > 0) {
    const items = [...value].map(
      ([key, item]) => `${inner}${quote(key)}: ${printPretty(item, inner)}`,
    );
    return `{\r\n${items.join(',\r\n')}\r\n${indent}}`;
  }
  return printJson(value);
}
