import { type Column, formatTable } from '../../../simulator/report/table.ts';
import { colorsFor } from '../support/page.ts';
import { printable } from '../support/text.ts';

export type { Column } from '../../../simulator/report/table.ts';

/** Rows as a table for standard output; text that devices and people sent is made harmless to the terminal. */
export function table<T>(columns: readonly Column<T>[], rows: readonly T[]): string[] {
  const safe = columns.map((column) => ({
    ...column,
    cell: (row: T) => printable(column.cell(row)),
  }));
  return formatTable(safe, rows, colorsFor(process.stdout).dim);
}

/** Names and values, one a line; what is undefined is left out. */
export function fields(values: Record<string, string | number | undefined>): string[] {
  const { dim } = colorsFor(process.stdout);
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const width = Math.max(...given.map(([name]) => name.length));
  return given.map(([name, value]) => `${dim(name.padEnd(width))}  ${printable(String(value))}`);
}

/** Paints the words of a state on standard output: green for reached, yellow for doubtful, red for failed. */
export function paintState(text: string): string {
  const { green, red, yellow } = colorsFor(process.stdout);
  if (/not confirmed|^rolled_back$/.test(text)) return yellow(text);
  if (/^(completed|success|stable)$/.test(text)) return green(text);
  return text === 'failed' ? red(text) : text;
}

/** `2026-01-31 12:00:05`, in UTC as the server has it. */
export function when(time: string | null): string {
  return time === null ? '–' : time.slice(0, 19).replace('T', ' ');
}

export function orDash(value: string | number | null | undefined): string {
  return value === null || value === undefined || value === '' ? '–' : String(value);
}

/** What a list says below its rows: nothing where it is all there is. */
export function more(shown: number, total: number, offset = 0): string[] {
  if (shown === 0) return [total > 0 ? `nothing behind row ${total}` : 'nothing there'];
  if (offset + shown >= total) return [];
  return [`${shown} of ${total}; --offset ${offset + shown} shows what follows`];
}
