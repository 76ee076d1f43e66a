/** A column: its title, how to read a row's cell, and whether it holds numbers. */
export interface Column<T> {
  title: string;
  cell: (row: T) => string;
  right?: boolean;
  /** Colours a cell; its text must stay the same. */
  paint?: (text: string, row: T) => string;
}

const plain = (text: string): string => text;

/** Lays rows out in columns two spaces apart, titles first. Cells are plain text.
 * @param paintTitle colours the line of titles */
export function formatTable<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  paintTitle: (text: string) => string = plain,
): string[] {
  const titles = columns.map((column) => column.title);
  const cells = rows.map((row) => columns.map((column) => column.cell(row)));
  const widths = columns.map((_, i) =>
    Math.max(...[titles, ...cells].map((line) => line[i]!.length)),
  );
  const layOut = (line: string[], paint: (text: string, column: number) => string): string => {
    const last = line.findLastIndex((cell) => cell !== '');
    return line
      .slice(0, last + 1)
      .map((cell, i) => {
        const gap = ' '.repeat(widths[i]! - cell.length);
        if (columns[i]!.right) return gap + paint(cell, i);
        return paint(cell, i) + (i < last ? gap : '');
      })
      .join('  ');
  };
  return [
    paintTitle(layOut(titles, plain)),
    ...cells.map((line, row) =>
      layOut(line, (text, i) => columns[i]!.paint?.(text, rows[row]!) ?? text),
    ),
  ];
}
