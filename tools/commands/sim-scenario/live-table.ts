import type { TreeRow } from '../../../simulator/report/page/tree.ts';
import { type Column, formatTable } from '../../../simulator/report/table.ts';
import type { Colors } from '../support/page.ts';
import { printable } from '../support/text.ts';

/** A board as the live view shows it. */
export interface LiveRow {
  /** How it hangs on the others, and its name: `└─ pir-2`. */
  tree: string;
  state: string;
  version: string;
  /** What otadata says of the image. */
  otadata: string;
  /** Parts of an image that it asked for, of so many; 0 of 0 where it asked for none. */
  parts: number;
  total: number;
}

/** Columns of the terminal that state, image, otadata and parts need beside the name. */
const BESIDE_NAME = 50;
const BAR_MAX = 24;
/** Deeper nodes stand as deep as these. */
const DEPTH_MAX = 8;

/** The names of a tree with the lines that join them; its first row is left out, and what hangs on it stands at the left. */
export function treeNames(rows: readonly TreeRow[]): string[] {
  const last = new Map(rows.map(({ parent }, i) => [parent, i]));
  const prefix = (i: number): string => {
    const { parent, depth } = rows[i]!;
    if (parent === undefined || depth <= 1 || depth > DEPTH_MAX) return '';
    return prefix(parent) + (last.get(parent) === i ? '  ' : '│ ');
  };
  return rows.slice(1).map(({ name, parent, depth }, k) => {
    const i = k + 1;
    if (parent === undefined || depth <= 1) return name;
    return `${prefix(parent)}${last.get(parent) === i ? '└─' : '├─'}${name}`;
  });
}

/** A table of at most `lines` lines and `columns` columns. Of more boards those stay that something goes on with. */
export function liveTable(
  rows: readonly LiveRow[],
  { columns, lines }: { columns: number; lines: number },
  colour: Colors,
): string[] {
  const fits = rows.length < lines;
  const shown = fits ? rows : busiest(rows, Math.max(1, lines - 2));
  const nameMax = Math.max(8, columns - BESIDE_NAME);
  const longest = Math.max(...shown.map(({ tree }) => Math.min(nameMax, tree.length)));
  const width = Math.min(BAR_MAX, columns - BESIDE_NAME - longest - 2);
  const table = formatTable(columnsOf(nameMax, width, colour), shown, colour.dim);
  if (!fits) table.push(colour.dim(restOf(rows, shown)));
  return table;
}

function columnsOf(nameMax: number, barWidth: number, colour: Colors): Column<LiveRow>[] {
  const paintState = (text: string, { state }: LiveRow) =>
    state === 'running' ? text : state === 'halted' ? colour.red(text) : colour.yellow(text);
  const paintImage = (text: string, { otadata }: LiveRow) =>
    otadata === 'PENDING_VERIFY' || otadata === 'NEW' ? colour.yellow(text) : text;
  return [
    { title: 'board', cell: ({ tree }) => clipped(tree, nameMax) },
    { title: 'state', cell: ({ state }) => state, paint: paintState },
    { title: 'image', cell: ({ version }) => clipped(printable(version), 12) },
    { title: 'otadata', cell: ({ otadata }) => otadata, paint: paintImage },
    {
      title: 'parts',
      cell: ({ parts, total }) => (total > 0 ? `${parts}/${total}` : ''),
      right: true,
    },
    { title: '', cell: (row) => bar(row, barWidth), paint: (text) => colour.cyan(text) },
  ];
}

function bar({ parts, total }: LiveRow, width: number): string {
  if (total === 0 || width < 6) return '';
  const filled = Math.round((width * Math.min(parts, total)) / total);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

/** Rows in their order: those that are down, on trial or in a transfer, then the first of the others. */
function busiest(rows: readonly LiveRow[], most: number): LiveRow[] {
  const calm = ({ state, otadata, parts, total }: LiveRow) =>
    state === 'running' && otadata !== 'PENDING_VERIFY' && (total === 0 || parts === total);
  const chosen = new Set(
    [...rows.filter((row) => !calm(row)), ...rows.filter(calm)].slice(0, most),
  );
  return rows.filter((row) => chosen.has(row));
}

function restOf(rows: readonly LiveRow[], shown: readonly LiveRow[]): string {
  const states = new Map<string, number>();
  for (const { state } of rows.filter((row) => !shown.includes(row))) {
    states.set(state, (states.get(state) ?? 0) + 1);
  }
  const counts = [...states].map(([state, count]) => `${count} ${state}`);
  return `… and ${rows.length - shown.length} more: ${counts.join(', ')}`;
}

function clipped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
