import { FormatError } from './errors.ts';

/** Text below the meaning of the partition CSV: encodings, lines, variables, fields, numbers. */

/** By byte order mark, the longer ones first: UTF-32 LE begins like UTF-16 LE. */
function decode(bytes: Uint8Array): string {
  const starts = (...mark: number[]): boolean => mark.every((byte, i) => bytes[i] === byte);
  if (starts(0xff, 0xfe, 0, 0)) return decodeUtf32(bytes.subarray(4), true);
  if (starts(0, 0, 0xfe, 0xff)) return decodeUtf32(bytes.subarray(4), false);
  if (starts(0xff, 0xfe)) return new TextDecoder('utf-16le').decode(bytes);
  if (starts(0xfe, 0xff)) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder().decode(bytes);
}

function decodeUtf32(bytes: Uint8Array, littleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const units: string[] = [];
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const point = view.getUint32(at, littleEndian);
    units.push(point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd');
  }
  return units.join('');
}

/** Lines as Python's `splitlines` sees them, without their ends. */
export function splitLines(input: string | Uint8Array): string[] {
  const text = typeof input === 'string' ? input.replace(/^\ufeff/, '') : decode(input);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the line ends of `splitlines`
  return text.split(/\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]/);
}

/** A line after its variables were replaced. */
export interface ExpandedLine {
  value: string;
  /** Column in the line as written, from 1, of every character of `value`, and of its end. */
  columns: number[];
  unknown: { name: string; column: number }[];
}

/** Replaces `$NAME` and `${NAME}` once; values are not expanded again. */
export function expandVariables(
  line: string,
  variables: Readonly<Record<string, string>>,
): ExpandedLine {
  const result: ExpandedLine = { value: '', columns: [], unknown: [] };
  const add = (text: string, column: (i: number) => number): void => {
    result.value += text;
    for (let i = 0; i < text.length; i++) result.columns.push(column(i));
  };
  let at = 0;
  for (const match of line.matchAll(/\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([^}]*)\})/g)) {
    const start = match.index;
    const from = at;
    add(line.slice(from, start), (i) => from + i + 1);
    const name = match[1] ?? match[2]!;
    if (Object.hasOwn(variables, name)) add(variables[name]!, () => start + 1);
    else result.unknown.push({ name, column: start + 1 });
    at = start + match[0].length;
  }
  add(line.slice(at), (i) => at + i + 1);
  result.columns.push(line.length + 1);
  return result;
}

export interface Field {
  text: string;
  /** Of its first character; of its place where it is empty. */
  column: number;
}

/** Comma-separated fields without the blanks around them. */
export function splitFields(line: ExpandedLine): Field[] {
  const fields: Field[] = [];
  let start = 0;
  for (const part of line.value.split(',')) {
    const leading = part.length - part.trimStart().length;
    const text = part.trim();
    fields.push({ text, column: line.columns[start + (text === '' ? 0 : leading)]! });
    start += part.length + 1;
  }
  return fields;
}

/**
 * An integer as Python's `int(text, 0)` takes it (decimal without leading zeros, 0x, 0o, 0b,
 * underscores between digits, a sign), with suffixes K and M, or a keyword.
 * @throws FormatError `not-a-number`, `out-of-range`
 */
export function parseInteger(
  text: string,
  what: string,
  range: { min: number; max: number; keywords?: Readonly<Record<string, number>> },
): number {
  const value = integerOf(text) ?? keywordOf(text, range.keywords);
  if (value === undefined) {
    const known = Object.keys(range.keywords ?? {});
    throw new FormatError(
      'not-a-number',
      `${what} "${text}" is no number${known.length > 0 ? `, and none of ${known.join(', ')}` : ''}`,
    );
  }
  if (value < range.min || value > range.max) {
    throw new FormatError(
      'out-of-range',
      `${what} ${text} is not between ${range.min} and ${range.max}`,
    );
  }
  return value;
}

function keywordOf(
  text: string,
  keywords: Readonly<Record<string, number>> = {},
): number | undefined {
  const name = text.toLowerCase();
  return Object.hasOwn(keywords, name) ? keywords[name] : undefined;
}

function integerOf(text: string): number | undefined {
  const match =
    /^([+-]?)(0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?0)*|[1-9](?:_?[0-9])*)([kKmM]*)$/.exec(
      text,
    );
  if (!match) return undefined;
  let value = Number(match[2]!.replaceAll('_', ''));
  for (const suffix of match[3]!.toLowerCase()) value *= suffix === 'k' ? 1024 : 1024 * 1024;
  return match[1] === '-' ? -value : value;
}
