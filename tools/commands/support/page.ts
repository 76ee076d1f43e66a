import pc from 'picocolors';
import { type Column, formatTable } from '../../../simulator/report/table.ts';
import { hexText, printable } from './text.ts';

export type { Column } from '../../../simulator/report/table.ts';

/** A name and what stands beside it; the value may carry colour, so it must be printable already. */
export type Row = [name: string, value: string];

/** What a person is told of a fault. */
export interface Problem {
  message: string;
  severity?: 'error' | 'warning';
  /** Byte in the input. */
  offset?: number;
  hint?: string;
}

export type Colors = ReturnType<typeof pc.createColors>;

/** Colour on a terminal, none in a pipe or with NO_COLOR. */
export function wantsColor(output: { isTTY?: boolean }): boolean {
  return output.isTTY === true && !process.env.NO_COLOR;
}

/** Paints for what goes to this output. */
export function colorsFor(output: { isTTY?: boolean }): Colors {
  return pc.createColors(wantsColor(output));
}

/** A report as text for people: sections of aligned rows and tables, an empty line between them. */
export class Page {
  readonly color: Colors;
  readonly #blocks: string[][] = [];

  constructor(color: boolean) {
    this.color = pc.createColors(color);
  }

  /** Names and values, aligned; nothing where there are no rows. */
  section(title: string, rows: readonly Row[]): void {
    if (rows.length === 0) return;
    const width = Math.max(...rows.map(([name]) => name.length));
    const lines = rows.map(([name, value]) => `${this.color.dim(name.padEnd(width))}  ${value}`);
    this.#block(title, lines);
  }

  /** Rows in columns below their titles. Cells are made printable. */
  table<T>(title: string, columns: readonly Column<T>[], rows: readonly T[]): void {
    const safe = columns.map((column) => ({
      ...column,
      cell: (row: T) => printable(column.cell(row)),
    }));
    this.#block(title, formatTable(safe, rows, this.color.dim));
  }

  /** Lines as they are; nothing where there are none. */
  lines(title: string, lines: readonly string[]): void {
    if (lines.length === 0) return;
    this.#block(title, lines);
  }

  /** Each with its place and hint; nothing where there are none. */
  problems(problems: readonly Problem[]): void {
    if (problems.length === 0) return;
    this.#blocks.push(problems.flatMap((problem) => problemLines(problem, this.color)));
  }

  #block(title: string, lines: readonly string[]): void {
    this.#blocks.push([this.color.bold(printable(title)), ...lines.map((line) => `  ${line}`)]);
  }

  toString(): string {
    return `${this.#blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
  }
}

function problemLines({ message, severity, offset, hint }: Problem, color: Colors): string[] {
  const label = severity === 'warning' ? color.yellow('warning:') : color.red('problem:');
  const place = offset === undefined ? '' : ` (at ${hexText(offset)})`;
  const lines = [`${label} ${printable(message)}${place}`];
  if (hint) lines.push(`  ${color.cyan('hint:')} ${printable(hint)}`);
  return lines;
}
