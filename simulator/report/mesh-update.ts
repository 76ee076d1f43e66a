import type {
  Check,
  NodeProgress,
  NodeReport,
  StoryReport,
} from '../scenario/mesh-update/types.ts';
import { formatSeconds } from './duration.ts';
import { formatFigures } from './figures.ts';
import { type Column, formatTable } from './table.ts';

const COLUMNS: Column<NodeReport>[] = [
  { title: 'node', cell: (n) => n.name },
  { title: 'role', cell: (n) => n.role },
  { title: 'hops', cell: (n) => String(n.hops), right: true },
  { title: 'before', cell: (n) => n.before },
  { title: 'after', cell: (n) => n.after },
  { title: 'parts', cell: (n) => (n.total ? `${n.parts}/${n.total}` : '–'), right: true },
  { title: 'retries', cell: (n) => String(n.retries), right: true },
  { title: 'reboots', cell: (n) => String(n.reboots), right: true },
  {
    title: 'time',
    cell: (n) => (n.seconds === undefined ? '–' : formatSeconds(n.seconds)),
    right: true,
  },
];

/** The closing table and figures of a run. `wallSeconds` is the time it took to simulate. */
export function formatReport(report: StoryReport, wallSeconds: number): string[] {
  return [...formatTable(COLUMNS, report.nodes), '', ...formatFigures(report, wallSeconds)];
}

export function formatCheck(check: Check, colour: { green: Paint; red: Paint }): string {
  const mark = check.ok ? colour.green('✓') : colour.red('✗');
  return `  ${mark} ${check.what}${check.detail ? `: ${check.detail}` : ''}`;
}

type Paint = (text: string) => string;
const WIDTH = 24;

/** One line a node: a bar of the parts asked for, and what the server's row says. */
export function formatBars(
  nodes: readonly (Omit<NodeProgress, 'role'> & { role?: string })[],
): string[] {
  const shown = nodes.filter((node) => node.total > 0 || node.status);
  const longest = Math.max(0, ...shown.map((node) => node.name.length));
  return shown.map((node) => {
    const filled = node.total ? Math.round((node.parts / node.total) * WIDTH) : 0;
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
    return `  ${node.name.padEnd(longest)} ${bar} ${`${node.parts}/${node.total}`.padStart(9)}  ${node.status}`;
  });
}
