import { html, type Markup, raw } from '../../../simulator/report/page/markup.ts';

export interface Series {
  name: string;
  points: readonly { x: number; y: number }[];
}

/** Both axes are logarithmic: growth shows as a slope. */
export interface Plot {
  title: string;
  x: string;
  y: string;
  series: readonly Series[];
  /** Single points that are aimed at. */
  goals?: readonly { x: number; y: number; text: string }[];
}

const SIZE = { width: 520, height: 330 };
const FRAME = { left: 62, right: 18, top: 58, bottom: 44 };
const COLOURS = 4;

/** Colours of its own for light and dark; a page that shows it as an image hands the reader's choice on. */
const STYLE = `
svg { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.back { fill: #fff; } text { fill: #1d2125; } .dim { fill: #626b74; font-size: 12px; } .title { font-size: 15px; font-weight: 600; }
.grid { stroke: #d9dcdf; } .line { fill: none; stroke-width: 2; } .goal { fill: none; stroke: #626b74; stroke-width: 1.5; }
.c0 { stroke: #2563b0; } .c1 { stroke: #1a7f43; } .c2 { stroke: #a15c00; } .c3 { stroke: #7a4fb5; }
.dot.c0 { fill: #2563b0; } .dot.c1 { fill: #1a7f43; } .dot.c2 { fill: #a15c00; } .dot.c3 { fill: #7a4fb5; }
@media (prefers-color-scheme: dark) {
  .back { fill: #15181b; } text { fill: #e6e8ea; } .dim { fill: #9aa3ab; } .grid { stroke: #363c42; } .goal { stroke: #9aa3ab; }
  .c0 { stroke: #7db0ee; } .c1 { stroke: #5fc98a; } .c2 { stroke: #e0a648; } .c3 { stroke: #b294e6; }
  .dot.c0 { fill: #7db0ee; } .dot.c1 { fill: #5fc98a; } .dot.c2 { fill: #e0a648; } .dot.c3 { fill: #b294e6; } }
`;

/** A picture of lines, as an SVG file that runs and loads nothing. @throws RangeError where there is no point above 0 */
export function plotSvg({ title, x, y, series, goals = [] }: Plot): string {
  const all = [...series.flatMap(({ points }) => points), ...goals];
  if (all.length === 0 || all.some((point) => !(point.x > 0 && point.y > 0))) {
    throw new RangeError(`${title}: logarithmic axes need points above 0`);
  }
  const across = axis(
    all.map((point) => point.x),
    FRAME.left,
    SIZE.width - FRAME.right,
  );
  const up = axis(
    all.map((point) => point.y),
    SIZE.height - FRAME.bottom,
    FRAME.top,
  );
  const lines = series.map(({ points }, i) => lineOf(points, i % COLOURS, across.at, up.at));
  const marks = goals.map(
    (goal) =>
      html`<circle class="goal" cx="${px(across.at(goal.x))}" cy="${px(up.at(goal.y))}" r="7"/><text class="dim" x="${px(across.at(goal.x) - 11)}" y="${px(up.at(goal.y) + 4)}" text-anchor="end">${goal.text}</text>`,
  );
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img"><title>${title}</title><style>${raw(STYLE)}</style><rect class="back" width="${SIZE.width}" height="${SIZE.height}" rx="8"/><text class="title" x="14" y="22">${title}</text>${keyOf(series)}${across.ticks.map((tick) => verticalOf(tick, across.at))}${up.ticks.map((tick) => horizontalOf(tick, up.at))}<text class="dim" x="${SIZE.width - FRAME.right}" y="${SIZE.height - 8}" text-anchor="end">${x}</text><text class="dim" x="14" y="${FRAME.top - 12}">${y}</text>${lines}${marks}</svg>
`.markup;
}

interface Axis {
  at: (value: number) => number;
  ticks: number[];
}

/** From the power of ten (or twice or five times that) at or below the least value to the one at or above the greatest. */
function axis(values: readonly number[], from: number, to: number): Axis {
  const steps: number[] = [];
  for (let power = -6; power <= 12; power++) {
    for (const digit of [1, 2, 5]) steps.push(digit * 10 ** power);
  }
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const first = steps.findLastIndex((step) => step <= least * 1.001);
  const last = steps.findIndex((step) => step >= most * 0.999);
  const end = last === first ? last + 1 : last;
  const span = Math.log(steps[end]! / steps[first]!);
  const at = (value: number) => from + ((to - from) * Math.log(value / steps[first]!)) / span;
  const within = steps.slice(first, end + 1);
  // Powers of ten alone, where all would be too many.
  const ticks = within.length > 7 ? within.filter(isPowerOfTen) : within;
  return { at, ticks };
}

function isPowerOfTen(value: number): boolean {
  const exponent = Math.log10(value);
  return Math.abs(exponent - Math.round(exponent)) < 1e-9;
}

function lineOf(
  points: Series['points'],
  colour: number,
  across: Axis['at'],
  up: Axis['at'],
): Markup {
  const places = points.map((point) => [px(across(point.x)), px(up(point.y))] as const);
  const path = places.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('');
  return html`<path class="line c${colour}" d="${path}"/>${places.map(([x, y], i) => html`<circle class="dot c${colour}" cx="${x}" cy="${y}" r="3.5"><title>${short(points[i]!.x)}: ${short(points[i]!.y)}</title></circle>`)}`;
}

function keyOf(series: readonly Series[]): Markup[] {
  let x = SIZE.width - FRAME.right;
  // From the right; a letter is some 7 px wide.
  return series.map(({ name }, i) => {
    x -= 7 * name.length + 30;
    return html`<circle class="dot c${i % COLOURS}" cx="${x + 6}" cy="${FRAME.top - 16}" r="4"/><text class="dim" x="${x + 15}" y="${FRAME.top - 12}">${name}</text>`;
  });
}

function verticalOf(tick: number, at: Axis['at']): Markup {
  const x = px(at(tick));
  const [top, bottom] = [FRAME.top, SIZE.height - FRAME.bottom];
  return html`<line class="grid" x1="${x}" x2="${x}" y1="${top}" y2="${bottom}"/><text class="dim" x="${x}" y="${bottom + 17}" text-anchor="middle">${short(tick)}</text>`;
}

function horizontalOf(tick: number, at: Axis['at']): Markup {
  const y = px(at(tick));
  return html`<line class="grid" x1="${FRAME.left}" x2="${SIZE.width - FRAME.right}" y1="${y}" y2="${y}"/><text class="dim" x="${FRAME.left - 8}" y="${y + 4}" text-anchor="end">${short(tick)}</text>`;
}

function short(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en');
}

function px(value: number): number {
  return Math.round(value * 10) / 10;
}
