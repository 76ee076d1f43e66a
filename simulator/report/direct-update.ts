import type { LogLine } from '../scenario/direct-update/logbook.ts';
import { plainLine } from '../scenario/direct-update/logbook.ts';
import type { DeviceReport, FleetReport } from '../scenario/direct-update/types.ts';
import { formatFigures } from './figures.ts';
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
  return [...formatTable(COLUMNS, report.devices), '', ...formatFigures(report, wallSeconds)];
}

export interface SideBySide {
  /** Characters of a whole line. */
  width: number;
  /** Lines shown at most; those in the middle give way. */
  lines: number;
  dim: Paint;
}

const TIME_WIDTH = 11;
/** Of the lines shown where there are too many, the share from the beginning: there a story differs from others. */
const HEAD_SHARE = 0.75;

/** Steps that a line beside them tells as well, and greetings of the bootloader. */
const KNOWN_ANYWAY =
  /update: (?:idle|plan|report|verify|check)\b|chip revision|2nd stage bootloader/;

/** The lines of one device that tell something. */
export function tellingLines(lines: readonly LogLine[], device: string): LogLine[] {
  return lines.filter((line) => line.device === device && !KNOWN_ANYWAY.test(line.text));
}

/** What the server saw of a device on the left, what the device printed on the right, in the order of virtual time. */
export function formatSideBySide(
  lines: readonly LogLine[],
  { width, lines: most, dim }: SideBySide,
): string[] {
  const half = Math.max(20, Math.floor((width - TIME_WIDTH - 5) / 2));
  const shown = lines.map(({ time, side, text }) => {
    const when = clockTime(time).padStart(TIME_WIDTH);
    const cell = cut(plainLine(text), half);
    const [left, right] = side === 'server' ? [cell, ''] : ['', cell];
    return `${dim(when)}  ${left.padEnd(half)} ${dim('│')} ${right}`.trimEnd();
  });
  if (shown.length <= most) return shown;
  const head = Math.ceil((most - 1) * HEAD_SHARE);
  const tail = most - 1 - head;
  const left = shown.length - head - tail;
  return [
    ...shown.slice(0, head),
    dim(`${''.padStart(TIME_WIDTH)}  … ${left} lines more …`),
    ...shown.slice(shown.length - tail),
  ];
}

/** Hours, minutes, seconds since power-on. */
function clockTime(us: number): string {
  const seconds = us / 1e6;
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0');
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${(seconds % 60).toFixed(1).padStart(4, '0')}`;
}

const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, width - 1)}…`;
