import { FormatError } from '../errors.ts';
import { checkNvsSize, NvsBuilder, type NvsBuildOptions, type NvsRow } from './nvs-build.ts';
import { type CsvField, type CsvProblem, readCsv } from './nvs-csv-text.ts';
import { checkEncoding, decodeValue, fillOf, type TypedValue } from './nvs-csv-value.ts';
import { type ExtraEntry, WifiExtras } from './nvs-csv-wifi.ts';

export type { CsvProblem } from './nvs-csv-text.ts';

/** The CSV of ESP-IDF's generator: columns key, type, encoding, value (nvs_partition_gen.py 0.2.0). */
export interface NvsCsvOptions {
  /** The bytes of a file that a row of type `file` names; without it such rows are errors. What it
   * throws becomes the row's problem. */
  readFile?: (path: string) => Uint8Array;
  /** Most bytes that `blob_fill` and `blob_sz_fill` may make in all; default 16 MB, a whole flash. */
  fillMax?: number;
}

export interface NvsCsvRow extends NvsRow {
  /** Where the row begins, from 1. */
  line: number;
  column: number;
}

export interface ParsedNvsCsv {
  /** Without the rows that could not be read. */
  rows: NvsCsvRow[];
  /** In the order of lines and columns: all of them. */
  problems: CsvProblem[];
  /** No error among them. */
  ok: boolean;
}

const COLUMNS = ['key', 'type', 'encoding', 'value'] as const;
type ColumnName = (typeof COLUMNS)[number];
type Header = Record<ColumnName, number> & { length: number };

/** Reads a CSV text and tells everything that is wrong with it. Never throws for bad text. */
export function parseNvsCsv(text: string, options: NvsCsvOptions = {}): ParsedNvsCsv {
  const { records, problems } = readCsv(text);
  const [first, ...others] = records;
  const header = readHeader(first, problems);
  const reader = new RowReader(header, options, problems);
  if (header) for (const record of others) reader.take(record);
  return finished(reader.rows, problems);
}

function finished(rows: NvsCsvRow[], problems: CsvProblem[]): ParsedNvsCsv {
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  return { rows, problems, ok: problems.every(({ severity }) => severity === 'warning') };
}

function readHeader(record: CsvField[] | undefined, problems: CsvProblem[]): Header | undefined {
  const names = record?.map(({ text }) => text) ?? [];
  const missing = COLUMNS.filter((name) => !names.includes(name));
  const twice = COLUMNS.filter((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (missing.length + twice.length === 0) {
    const entries = COLUMNS.map((name) => [name, names.indexOf(name)]);
    return { ...Object.fromEntries(entries), length: names.length };
  }
  const what = missing.length > 0 ? `names no ${missing.join(', ')}` : `names ${twice[0]} twice`;
  problems.push({
    code: 'header',
    message: `the first line ${what}`,
    severity: 'error',
    line: record?.[0]?.line ?? 1,
    column: record?.[0]?.column ?? 1,
    hint: 'it is key,type,encoding,value, without blanks',
  });
  return undefined;
}

class RowReader {
  readonly rows: NvsCsvRow[] = [];
  readonly #header: Header | undefined;
  readonly #options: NvsCsvOptions;
  readonly #problems: CsvProblem[];
  readonly #wifi = new WifiExtras();
  #namespace: string | undefined;
  #fillLeft: number;
  readonly #seen = new Set<string>();
  /** The namespace whose name came up last for the first time. */
  #newest: string | undefined;

  constructor(header: Header | undefined, options: NvsCsvOptions, problems: CsvProblem[]) {
    this.#header = header;
    this.#options = options;
    this.#problems = problems;
    this.#fillLeft = options.fillMax ?? 16 * 1024 * 1024;
  }

  take(record: CsvField[]): void {
    const header = this.#header!;
    const extra = record.slice(header.length).find(({ text }) => text !== '');
    if (extra) {
      const message = `the row has ${record.length} fields, the header ${header.length}`;
      this.#report(extra, 'too-many-fields', message, 'put a value with a comma into quotes');
      return;
    }
    const field = (name: ColumnName): CsvField => record[header[name]] ?? behind(record);
    const type = field('type');
    if (type.text === 'namespace') return this.#takeNamespace(field('key'));
    if (type.text !== 'data' && type.text !== 'file') {
      const message = `"${type.text}" is no type of row`;
      this.#report(type, 'row-type', message, 'there are namespace, data and file');
      return;
    }
    const value = this.#valueOf(type.text, field('encoding'), field('value'));
    if (this.#namespace === undefined) {
      const message = 'this key stands before the first namespace';
      this.#report(field('key'), 'no-namespace', message, 'a row NAME,namespace,, comes first');
    } else if (value) this.#takeEntry(field('key'), value, field('value').text);
  }

  #takeNamespace(key: CsvField): void {
    const name = key.text;
    if (!this.#seen.has(name)) this.#newest = name;
    else if (name !== this.#newest) {
      const message = `the namespace "${name}" is opened again: the keys that follow go there`;
      const hint = "ESP-IDF's generator puts them into the namespace that was named last";
      this.#problems.push({
        ...problemAt(key, 'namespace-again', message, hint),
        severity: 'warning',
      });
    }
    this.#seen.add(name);
    this.#namespace = name;
    this.rows.push({ namespace: name, line: key.line, column: key.column });
  }

  #takeEntry(field: CsvField, value: TypedValue, text: string): void {
    const { line, column } = field;
    const key = field.text;
    const add = (entry: ExtraEntry): void =>
      void this.rows.push({ namespace: this.#namespace!, entry, line, column });
    for (const entry of this.#wifi.before(key, text)) add(entry);
    add({ key, ...value });
    for (const entry of this.#wifi.after(key)) add(entry);
  }

  /** Undefined where a problem was reported. */
  #valueOf(type: 'data' | 'file', encoding: CsvField, value: CsvField): TypedValue | undefined {
    const checked = this.#attempt(encoding, () => {
      checkEncoding(encoding.text);
      this.#takeFill(encoding.text);
      return true;
    });
    const source = type === 'data' ? value.text : this.#fileOf(value);
    if (!checked || source === undefined) return undefined;
    return this.#attempt(value, () => decodeValue(encoding.text, source));
  }

  #takeFill(encoding: string): void {
    const { length = 0 } = fillOf(encoding) ?? {};
    if (length > this.#fillLeft) {
      throw new FormatError('fill-too-long', `${length} more bytes do not fit into the partition`);
    }
    this.#fillLeft -= length;
  }

  #fileOf(field: CsvField): Uint8Array | undefined {
    const { readFile } = this.#options;
    try {
      if (!readFile) throw new Error('files cannot be read here');
      return readFile(field.text);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#report(field, 'file', `cannot read "${field.text}": ${reason}`);
      return undefined;
    }
  }

  #attempt<T>(field: CsvField, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#report(field, error.code, error.message, error.hint);
      return undefined;
    }
  }

  #report(field: CsvField, code: string, message: string, hint?: string): void {
    this.#problems.push(problemAt(field, code, message, hint));
  }
}

/** An empty field where a row is too short. */
function behind(record: CsvField[]): CsvField {
  const { line, column, text } = record.at(-1)!;
  return { text: '', line, column: column + text.length };
}

function problemAt(
  { line, column }: { line: number; column: number },
  code: string,
  message: string,
  hint?: string,
): CsvProblem {
  return { code, message, severity: 'error', line, column, hint };
}

export interface BuiltNvs {
  /** The partition; absent where there is an error. */
  bytes?: Uint8Array;
  problems: CsvProblem[];
  /** Bytes of the smallest partition that the chip can write to and that has room for the rows. */
  sizeNeeded: number;
}

/**
 * CSV to partition, byte for byte as ESP-IDF's generator. Every problem has its line and column, also
 * that of the row from which on the partition is too small.
 * @throws FormatError `nvs-size` for a size that no partition has
 */
export function buildNvsFromCsv(text: string, options: NvsCsvOptions & NvsBuildOptions): BuiltNvs {
  checkNvsSize(options.size);
  const { rows, problems } = parseNvsCsv(text, { fillMax: options.size, ...options });
  const builder = new NvsBuilder(options.version);
  let full = false;
  const refused = new Set<string>();
  for (const row of rows) {
    if (row.entry && refused.has(row.namespace)) continue;
    try {
      builder.add(row);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      problems.push(problemAt(row, error.code, error.message, error.hint));
      if (!row.entry) refused.add(row.namespace);
    }
    if (full || builder.fits(options.size)) continue;
    full = true;
    const message = `the partition of 0x${options.size.toString(16)} bytes is full before this row`;
    problems.push(problemAt(row, 'nvs-full', message));
  }
  const { ok } = finished(rows, problems);
  const { sizeNeeded } = builder;
  for (const problem of problems) {
    if (problem.code === 'nvs-full')
      problem.hint = `all rows need 0x${sizeNeeded.toString(16)} bytes`;
  }
  return { bytes: ok ? builder.finish(options.size) : undefined, problems, sizeNeeded };
}
