import { FormatError } from './errors.ts';

/** Text below the meaning of the partition CSV: encodings, lines, variables, fields, numbers. */

/** What stands where the bytes are no characters. */
const REPLACEMENT = '\ufffd';

/** By byte order mark, the longer ones first: UTF-32 LE begins like UTF-16 LE. */
function decode(bytes: Uint8Array): { text: string; sound: boolean } {
  const starts = (...mark: number[]): boolean => mark.every((byte, i) => bytes[i] === byte);
  if (starts(0xff, 0xfe, 0, 0)) return decodeUtf32(bytes.subarray(4), true);
  if (starts(0, 0, 0xfe, 0xff)) return decodeUtf32(bytes.subarray(4), false);
  if (starts(0xff, 0xfe)) return decodeAs('utf-16le', bytes);
  if (starts(0xfe, 0xff)) return decodeAs('utf-16be', bytes);
  return decodeAs('utf-8', bytes);
}

function decodeAs(encoding: string, bytes: Uint8Array): { text: string; sound: boolean } {
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), sound: true };
  } catch {
    return { text: new TextDecoder(encoding).decode(bytes), sound: false };
  }
}

function decodeUtf32(bytes: Uint8Array, littleEndian: boolean): { text: string; sound: boolean } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const units: string[] = [];
  let sound = true;
  for (let at = 0; at < bytes.length; at += 4) {
    const point = at + 4 <= bytes.length ? view.getUint32(at, littleEndian) : Number.NaN;
    const known = point < 0xd800 || (point > 0xdfff && point <= 0x10ffff);
    if (!known) sound = false;
    units.push(known ? String.fromCodePoint(point) : REPLACEMENT);
  }
  return { text: units.join(''), sound };
}

export interface CsvLines {
  /** As Python's `splitlines` sees them, without their ends. */
  lines: string[];
  /** Places, from 1, of the bytes that are no characters; the first of each line. */
  damaged: { line: number; column: number }[];
}

export function readLines(input: string | Uint8Array): CsvLines {
  const { text, sound } =
    typeof input === 'string' ? { text: input.replace(/^\ufeff/, ''), sound: true } : decode(input);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the line ends of `splitlines`
  const lines = text.split(/\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]/);
  const damaged = lines.flatMap((line, i) => {
    const at = sound ? -1 : line.indexOf(REPLACEMENT);
    return at < 0 ? [] : [{ line: i + 1, column: at + 1 }];
  });
  return { lines, damaged };
}

/** A blank as Python's `strip` knows it: a byte order mark is none. */
function isBlank(char: string | undefined): boolean {
  return char === '\x1f' || (char !== undefined && char !== '\ufeff' && char.trim() === '');
}

/** Without the blanks at both ends, and how many stood before. */
function strip(text: string): { text: string; leading: number } {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text[start])) start++;
  while (end > start && isBlank(text[end - 1])) end--;
  return { text: text.slice(start, end), leading: start };
}

/** Says a line nothing? */
export function isBlankOrComment(line: string): boolean {
  const { text } = strip(line);
  return text === '' || text.startsWith('#');
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
  const values: string[] = [];
  const add = (text: string, column: (i: number) => number): void => {
    values.push(text);
    for (let i = 0; i < text.length; i++) result.columns.push(column(i));
  };
  let at = 0;
  for (const match of variablesOf(line)) {
    const from = at;
    add(line.slice(from, match.start), (i) => from + i + 1);
    if (Object.hasOwn(variables, match.name)) add(variables[match.name]!, () => match.start + 1);
    else result.unknown.push({ name: match.name, column: match.start + 1 });
    at = match.end;
  }
  add(line.slice(at), (i) => at + i + 1);
  result.columns.push(line.length + 1);
  return { ...result, value: values.join('') };
}

function* variablesOf(line: string): Generator<{ name: string; start: number; end: number }> {
  // Behind the last brace none can close, and looking for one again and again would take for ever.
  const lastBrace = line.lastIndexOf('}') + 1;
  const part = (text: string, offset: number) =>
    [...text.matchAll(/\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([^}]*)\})/g)].map((match) => {
      const start = offset + match.index;
      return { name: match[1] ?? match[2]!, start, end: start + match[0].length };
    });
  yield* part(line.slice(0, lastBrace), 0);
  for (const match of line.slice(lastBrace).matchAll(/\$([A-Za-z_][A-Za-z0-9_]*)/g)) {
    const start = lastBrace + match.index;
    yield { name: match[1]!, start, end: start + match[0].length };
  }
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
    const { text, leading } = strip(part);
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
  // `int` passes over blanks, so that some may stand before the suffixes.
  const match =
    /^([+-]?)(0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?0)*|[1-9](?:_?[0-9])*)([\skKmM]*)$/.exec(
      text,
    );
  if (!match) return undefined;
  let value = Number(match[2]!.replaceAll('_', ''));
  const suffixes = match[3]!.toLowerCase();
  for (const suffix of suffixes) {
    if (suffix === 'k') value *= 1024;
    if (suffix === 'm') value *= 1024 * 1024;
  }
  return match[1] === '-' ? -value : value;
}
