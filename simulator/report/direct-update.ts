import type { LogLine } from '../scenario/direct-update/logbook.ts';
import { plainLine } from '../scenario/direct-update/logbook.ts';
import type { DeviceReport, FleetReport } from '../scenario/direct-update/types.ts';
import { formatSeconds } from './duration.ts';
import { type Column, formatTable } from './table.ts';

type Paint = (text: string) => string;

const COLUMNS: Column<DeviceReport>[] = [
  { title: 'device', cell: (d) => d.name },
  { title: 'id', cell: (d) => String(d.id), right: true },
  { title: 'confirmed', cell: (d) => d.path.join(' → ') },
  { title: 'runs', cell: (d) => d.runs },
  { title: 'restarts', cell: (d) => String(d.restarts), right: true },
  { title: 'rolled back', cell: (d) => String(d.rolledBack), right: true },
  { title: 'downloads', cell: (d) => String(d.downloads), right: true },
  { title: 'resumed', cell: (d) => String(d.resumed), right: true },
];

/** The closing table and figures of a run. `wallSeconds` is the time it took to simulate. */
export function formatFleetReport(report: FleetReport, wallSeconds: number): string[] {
  const { virtualSeconds, seed, trace } = report;
  return [
    ...formatTable(COLUMNS, report.devices),
    '',
    `virtual time  ${formatSeconds(virtualSeconds)}`,
    `wall time     ${formatSeconds(wallSeconds)}`,
    `speed-up      ${(virtualSeconds / wallSeconds).toFixed(0)}×`,
    `seed          ${seed}`,
    `trace         ${trace}`,
  ];
}

export interface SideBySide {
  /** Characters of a whole line. */
  width: number;
  /** Lines shown at most; those in the middle give way. */
  lines: number;
  dim: Paint;
}

const TIME_WIDTH = 11;

/** What the server saw of a device on the left, what the device printed on the right, in the order of virtual time. */
export function formatSideBySide(
  lines: readonly LogLine[],
  { width, lines: most, dim }: SideBySide,
): string[] {
  const half = Math.max(20, Math.floor((width - TIME_WIDTH - 5) / 2));
  const shown = lines.map(({ time, side, text }) => {
    const when = formatSeconds(time / 1e6).padStart(TIME_WIDTH);
    const cell = cut(plainLine(text), half);
    const [left, right] = side === 'server' ? [cell, ''] : ['', cell];
    return `${dim(when)}  ${left.padEnd(half)} ${dim('│')} ${right}`.trimEnd();
  });
  if (shown.length <= most) return shown;
  const head = Math.ceil((most - 1) / 2);
  const tail = most - 1 - head;
  const left = shown.length - head - tail;
  return [
    ...shown.slice(0, head),
    dim(`${''.padStart(TIME_WIDTH)}  … ${left} lines more …`),
    ...shown.slice(shown.length - tail),
  ];
}

const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, width - 1)}…`;
