import { FormatError } from './errors.ts';
import {
  expandVariables,
  type Field,
  isBlankOrComment,
  parseInteger,
  readLines,
  splitFields,
} from './partition-csv-text.ts';
import {
  checkPartitions,
  DEFAULT_TABLE_OFFSET,
  isPrimary,
  offsetAlignment,
  type PartitionField,
  type PartitionRules,
  TABLE_SECTOR,
} from './partition-rules.ts';
import type { Partition } from './partition-table.ts';
import {
  PARTITION_SUBTYPES,
  PARTITION_TYPE,
  partitionSubtypeName,
  partitionTypeName,
} from './partition-types.ts';

/** The CSV form of a partition table, as ESP-IDF's generator reads and writes it (ESP_FORMATS §2,
 * gen_esp32part.py). */
export interface PartitionCsvOptions extends PartitionRules {
  /** Values for `$NAME` and `${NAME}`. */
  variables?: Readonly<Record<string, string>>;
  /** Where the chip's ROM looks for the bootloader; needed by tables that list it. */
  primaryBootloaderOffset?: number;
  recoveryBootloaderOffset?: number;
}

export interface PartitionCsvProblem {
  code: string;
  message: string;
  severity: 'error' | 'warning';
  /** From 1. */
  line: number;
  /** From 1, in characters of the line as written. */
  column: number;
}

export interface ParsedPartitionCsv {
  /** Without the rows whose type, subtype, offset or size cannot be read. */
  partitions: Partition[];
  /** In the order of lines and columns. */
  problems: PartitionCsvProblem[];
  /** No error among them. */
  ok: boolean;
}

type Columns = Record<PartitionField, number>;

/** A row whose offset may be still open and whose size may be an end address. */
interface Row {
  partition: Omit<Partition, 'offset' | 'size'>;
  offset: number | undefined;
  /** Negative: the partition ends at this address. */
  size: number;
  line: number;
  columns: Columns;
}

type Problems = PartitionCsvProblem[];

/** Reads a CSV table, fills in offsets, and tells every violation with its place. Never throws for
 * bad text. Bytes may begin with a byte order mark of UTF-8, UTF-16 or UTF-32. */
export function parsePartitionCsv(
  input: string | Uint8Array,
  options: PartitionCsvOptions = {},
): ParsedPartitionCsv {
  const { lines, damaged } = readLines(input);
  const problems: Problems = damaged.map((place) => ({
    code: 'bad-encoding',
    message: 'these bytes are no text: the file must be UTF-8, or begin with a byte order mark',
    severity: 'error',
    ...place,
  }));
  const rows: Row[] = [];
  for (const [i, raw] of lines.entries()) {
    if (isBlankOrComment(raw)) continue;
    const text = expandVariables(raw, options.variables ?? {});
    const found: Problems = text.unknown.map(({ name, column }) => ({
      code: 'unknown-variable',
      message: `variable "${name}" has no value`,
      severity: 'error',
      line: i + 1,
      column,
    }));
    // A line may turn out blank or a comment only once its variables are expanded.
    if (isBlankOrComment(text.value)) continue;
    const row = found.length === 0 ? readRow(splitFields(text), i + 1, options, found) : undefined;
    if (row) rows.push(row);
    problems.push(...found);
  }
  const partitions = placeRows(rows, options, problems);
  const known = new Set(problems.map(({ code, line }) => `${code} ${line}`));
  for (const problem of checkPartitions(partitions, options)) {
    const { line, columns } = rows[problem.index]!;
    const { code, message, severity } = problem;
    const column = columns[problem.field];
    // A size that turned out negative counts as none.
    const follows = code === 'size-zero' && known.has(`size-negative ${line}`);
    if (!follows && !known.has(`${code} ${line}`))
      problems.push({ code, message, severity, line, column });
  }
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  return { partitions, problems, ok: problems.every((p) => p.severity === 'warning') };
}

const FIELDS: readonly PartitionField[] = ['label', 'type', 'subtype', 'offset', 'size', 'flags'];

function readRow(
  fields: Field[],
  line: number,
  options: PartitionCsvOptions,
  problems: Problems,
): Row | undefined {
  const end = fields.at(-1)!;
  const field = (name: PartitionField): Field =>
    fields[FIELDS.indexOf(name)] ?? { text: '', column: end.column + end.text.length };
  const attempt = <T>(name: PartitionField, read: (text: string) => T): T | undefined => {
    try {
      return read(field(name).text);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      const { code, message } = error;
      problems.push({ code, message, severity: 'error', line, column: field(name).column });
      return undefined;
    }
  };
  const before = problems.length;
  const type = attempt('type', readType);
  const subtype = type === undefined ? undefined : attempt('subtype', (t) => readSubtype(t, type));
  const offset = attempt('offset', (t) => readOffset(t, type, subtype, options));
  const size = attempt('size', (t) => readSize(t, type, options));
  const placed = problems.length === before;
  attempt('label', checkLabel);
  attempt('flags', checkFlags);
  // A row with nothing but a bad label or flag keeps its place among the others, so that they are judged too.
  if (!placed) return undefined;
  const columns = Object.fromEntries(FIELDS.map((name) => [name, field(name).column])) as Columns;
  const label = field('label').text;
  const flags = readFlags(field('flags').text);
  const partition = { label, type: type!, subtype: subtype!, ...flags };
  return { partition, offset, size: size!, line, columns };
}

function checkLabel(text: string): void {
  // The generator cuts longer labels off in silence; two of them may then be the same.
  const { length } = new TextEncoder().encode(text);
  if (length > 16) {
    throw new FormatError('label-too-long', `label "${text}" takes ${length} bytes; 16 fit`);
  }
  if (text.includes('\0')) {
    throw new FormatError('label-has-nul', `label ${JSON.stringify(text)} would end at its NUL`);
  }
}

function readType(text: string): number {
  if (text === '') throw new FormatError('type-empty', 'the type cannot be left empty');
  return parseInteger(text, 'type', { keywords: PARTITION_TYPE, min: 0, max: 0xfe });
}

function readSubtype(text: string, type: number): number {
  if (text !== '') {
    const keywords = PARTITION_SUBTYPES[type] ?? {};
    return parseInteger(text, 'subtype', { keywords, min: 0, max: 0xff });
  }
  if (type === PARTITION_TYPE.app) {
    throw new FormatError('subtype-empty', 'an app partition cannot have an empty subtype');
  }
  return PARTITION_SUBTYPES[PARTITION_TYPE.data]!.undefined!;
}

const MISSING = 'bootloader-offset-missing';

function readOffset(
  text: string,
  type: number | undefined,
  subtype: number | undefined,
  options: PartitionCsvOptions,
): number | undefined {
  const { bootloader, partition_table } = PARTITION_TYPE;
  if (type === bootloader && subtype === 0) return primaryOffset(options);
  if (type === bootloader && subtype === 2) {
    if (options.recoveryBootloaderOffset !== undefined) return options.recoveryBootloaderOffset;
    throw new FormatError(MISSING, 'the offset of the recovery bootloader is not given');
  }
  if (type === partition_table && subtype === 0) return options.tableOffset ?? DEFAULT_TABLE_OFFSET;
  return text === '' ? undefined : parseInteger(text, 'offset', { min: 0, max: 0xffffffff });
}

function primaryOffset({ primaryBootloaderOffset, tableOffset }: PartitionCsvOptions): number {
  const table = tableOffset ?? DEFAULT_TABLE_OFFSET;
  if (primaryBootloaderOffset === undefined) {
    throw new FormatError(MISSING, 'the offset of the primary bootloader is not given');
  }
  if (primaryBootloaderOffset < table) return primaryBootloaderOffset;
  throw new FormatError(
    'bootloader-above-table',
    `the primary bootloader (0x${primaryBootloaderOffset.toString(16)}) must stand below the table`,
  );
}

function readSize(text: string, type: number | undefined, options: PartitionCsvOptions): number {
  if (type === PARTITION_TYPE.bootloader) {
    return (options.tableOffset ?? DEFAULT_TABLE_OFFSET) - primaryOffset(options);
  }
  if (type === PARTITION_TYPE.partition_table) return TABLE_SECTOR;
  if (text === '') throw new FormatError('size-empty', 'the size cannot be left empty');
  return parseInteger(text, 'size', { min: -0xffffffff, max: 0xffffffff });
}

function checkFlags(text: string): void {
  for (const flag of text.split(':')) {
    if (flag === '' || flag === 'encrypted' || flag === 'readonly') continue;
    throw new FormatError('unknown-flag', `"${flag}" is no flag; there are encrypted, readonly`);
  }
}

function readFlags(text: string): { encrypted: boolean; readonly: boolean } {
  const flags = text.split(':');
  return { encrypted: flags.includes('encrypted'), readonly: flags.includes('readonly') };
}

/** Fills in blank offsets and negative sizes in the order of the rows. */
function placeRows(rows: Row[], options: PartitionCsvOptions, problems: Problems): Partition[] {
  let lastEnd = (options.tableOffset ?? DEFAULT_TABLE_OFFSET) + TABLE_SECTOR;
  return rows.map((row, i) => {
    const { partition, line, columns } = row;
    let { offset, size } = row;
    if (!isPrimary(partition)) {
      if (offset !== undefined && offset < lastEnd) {
        const message = `starts at 0x${offset.toString(16)}, before 0x${lastEnd.toString(16)}, the end of ${i === 0 ? "the partition table's sector" : 'the row before it'}`;
        const code = i === 0 ? 'offset-too-low' : 'overlap';
        problems.push({ code, message, severity: 'error', line, column: columns.offset });
      }
      const align = offsetAlignment(partition.type);
      offset ??= Math.ceil(lastEnd / align) * align;
      if (size < 0) {
        const end = -size;
        size = Math.max(0, end - offset);
        if (end < offset) {
          const message = `ends at 0x${end.toString(16)}, before its own start 0x${offset.toString(16)}`;
          problems.push({
            code: 'size-negative',
            message,
            severity: 'error',
            line,
            column: columns.size,
          });
        }
      }
      lastEnd = offset + size;
    }
    return { ...partition, offset: offset ?? 0, size };
  });
}

/**
 * The CSV text that the generator writes for these partitions.
 * @throws FormatError `label-not-csv` for a label that would not be read back
 */
export function formatPartitionCsv(partitions: readonly Partition[]): string {
  const rows = partitions.map((partition, i) => {
    const { label, type, subtype, offset, size } = partition;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: line breaks of every kind
    const breaks = /[,\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]|\$[A-Za-z_{]|^#/.test(label);
    if (breaks || label.trim() !== label) {
      throw new FormatError(
        'label-not-csv',
        `the label ${JSON.stringify(label)} of partition ${i} cannot be written as CSV`,
        { hint: 'commas, line breaks, $ and outer spaces mean something else there' },
      );
    }
    const flags = [partition.encrypted && 'encrypted', partition.readonly && 'readonly'];
    return [
      label,
      partitionTypeName(type) ?? type,
      partitionSubtypeName(type, subtype) ?? subtype,
      `0x${offset.toString(16)}`,
      sizeText(size),
      flags.filter(Boolean).join(':'),
    ].join(',');
  });
  return [
    '# ESP-IDF Partition Table',
    '# Name, Type, SubType, Offset, Size, Flags',
    ...rows,
    '',
  ].join('\n');
}

function sizeText(size: number): string {
  if (size % 0x100000 === 0) return `${size / 0x100000}M`;
  if (size % 0x400 === 0) return `${size / 0x400}K`;
  return `0x${size.toString(16)}`;
}
