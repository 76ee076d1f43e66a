/** A column: its title, how to read a row's cell, and whether it holds numbers. */
export interface Column<T> {
  title: string;
  cell: (row: T) => string;
  right?: boolean;
}

/** Lays rows out in columns two spaces apart, titles first. Cells are plain text. */
export function formatTable<T>(columns: readonly Column<T>[], rows: readonly T[]): string[] {
  const cells = [
    columns.map((column) => column.title),
    ...rows.map((row) => columns.map((c) => c.cell(row))),
  ];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]!.length)));
  return cells.map((line) =>
    line
      .map((cell, i) => (columns[i]!.right ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
}
