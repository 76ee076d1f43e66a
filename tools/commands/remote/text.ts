import { type Column, formatTable } from '../../../simulator/report/table.ts';

/** Rows as a table; text that devices and people sent is made harmless to the terminal. */
export function table<T>(columns: readonly Column<T>[], rows: readonly T[]): string[] {
  const safe = columns.map((column) => ({ ...column, cell: (row: T) => plain(column.cell(row)) }));
  return formatTable(safe, rows);
}

/** Names and values, one a line; what is undefined is left out. */
export function fields(values: Record<string, string | number | undefined>): string[] {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const width = Math.max(...given.map(([name]) => name.length));
  return given.map(([name, value]) => `${name.padEnd(width)}  ${plain(String(value))}`);
}

/** No control characters: they would speak to the terminal. */
export function plain(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
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
