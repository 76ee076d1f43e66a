import { formatSeconds } from '../duration.ts';
import type { BoardStory, Mark, RunStory, Span, Transfer } from '../story.ts';
import { html, type Markup, raw } from './markup.ts';
import { LANE, stepLane } from './step-lane.ts';
import { byTrouble } from './trouble.ts';

const HEAD = LANE.top + LANE.height;
const ROW = 46;
/** Boards that stand open; of a large world those come first that something befell. */
const OPEN = 24;
const BAR = { top: 19, height: 12 };
const TRANSFER = { top: 33, height: 5 };
/** Between ticks of the axis, s. */
const STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400,
];
const TICKS_MAX = 6;

/** A shape for each kind of mark, around 0,0. */
const SHAPES: Record<Mark['kind'], string> = {
  reset: 'M-5 0L0-7L5 0L0 7Z',
  crash: 'M-6-4L-4-6L0-2L4-6L6-4L2 0L6 4L4 6L0 2L-4 6L-6 4L-2 0Z',
  power: 'M2-8L-5 1H-1L-3 8L5-2H1Z',
  confirmed: 'M-7 0L-5-2L-2 1L4-6L7-4L-2 6Z',
  'rolled-back': 'M-7 0L-1-6V-2H6V2H-1V6Z',
  fault: 'M0-7L7 6H-7Z',
};
const LEGEND: [string, Markup][] = [
  ['off', swatch('span-off')],
  ['starts', swatch('span-booting')],
  ['on trial', swatch('span-trial')],
  ['runs', swatch('span-running')],
  ['stands still', swatch('span-halted')],
  ['transfer', swatch('transfer')],
  ['not finished', swatch('transfer unfinished')],
  ['step', raw('<svg viewBox="-7 -7 14 14"><circle class="step-dot" r="4"/></svg>')],
  ['step that lasts', swatch('step-bar')],
  ['reset', symbol('reset')],
  ['crash', symbol('crash')],
  ['power lost', symbol('power')],
  ['confirmed', symbol('confirmed')],
  ['rolled back', symbol('rolled-back')],
  ['mesh fault', symbol('fault')],
];

/** Every board's life from left to right; widths are shares of the page, so the picture fits any. */
export function timelineSection(story: RunStory): Markup {
  const { boards } = story;
  const many = boards.length > OPEN;
  const shown = many ? byTrouble(story).slice(0, OPEN) : boards;
  const rest = boards.filter((board) => !shown.includes(board));
  const more =
    many &&
    html`<details><summary class="dim">${rest.length} more boards</summary>${picture(story, rest)}</details>`;
  return html`<section><h2>Timeline</h2>${picture(story, shown)}${more}<ul class="legend">${LEGEND.map(([text, icon]) => html`<li>${icon}${text}</li>`)}</ul></section>`;
}

function picture(story: RunStory, boards: readonly BoardStory[]): Markup {
  const end = Math.max(1, story.result.virtualSeconds * 1e6);
  const at = (time: number) => `${((100 * Math.min(time, end)) / end).toFixed(3)}%`;
  const height = HEAD + boards.length * ROW;
  return html`<svg height="${height}" role="img" aria-label="states of every board over time">${axis(end, height, at)}${stepLane(story, height, at)}${boards.map((board, i) => boardRow(board, HEAD + i * ROW, at))}</svg>`;
}

type Place = (time: number) => string;

function axis(end: number, height: number, at: Place): Markup[] {
  const seconds = end / 1e6;
  const step = STEPS.find((each) => seconds / each <= TICKS_MAX) ?? seconds / TICKS_MAX;
  const ticks: Markup[] = [];
  for (let time = 0; time <= seconds; time += step) {
    const x = at(time * 1e6);
    // The last label would leave the page on the right.
    const label = time < seconds * 0.92 && axisLabel(time);
    ticks.push(
      html`<line class="grid" x1="${x}" x2="${x}" y1="16" y2="${height}"/>${label && html`<text class="dim" x="${x}" y="11">${label}</text>`}`,
    );
  }
  return ticks;
}

/** `0`, `30 s`, `5 min`, `1 h 30`: short, as there are several in a row. */
function axisLabel(seconds: number): string {
  if (seconds === 0) return '0';
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  if (minutes < 60) return rest ? `${minutes}:${String(rest).padStart(2, '0')}` : `${minutes} min`;
  const over = minutes % 60;
  return over ? `${Math.floor(minutes / 60)} h ${over}` : `${minutes / 60} h`;
}

function boardRow({ name, image, spans, marks, transfers }: BoardStory, y: number, at: Place) {
  return html`<text x="0" y="${y + 14}">${name}<tspan class="dim" dx="8">${image}</tspan></text>${spans.map((span) => spanBar(span, y, at))}${transfers.map((transfer) => transferBar(transfer, y, at))}${marks.map(
    ({ time, kind, text }) =>
      html`<svg x="${at(time)}" y="${y + BAR.top + BAR.height / 2}"><path class="mark ${kind}" d="${SHAPES[kind]}"><title>${formatSeconds(time / 1e6)}: ${text}</title></path></svg>`,
  )}`;
}

function spanBar({ from, to, state, text }: Span, y: number, at: Place): Markup {
  return html`<rect class="span-${state}" x="${at(from)}" y="${y + BAR.top}" width="${at(to - from)}" height="${BAR.height}"><title>${formatSeconds(from / 1e6)} to ${formatSeconds(to / 1e6)}: ${text}</title></rect>`;
}

function transferBar({ from, to, share, text }: Transfer, y: number, at: Place): Markup {
  const kind = share !== undefined && share < 1 ? 'transfer unfinished' : 'transfer';
  return html`<rect class="${kind}" x="${at(from)}" y="${y + TRANSFER.top}" width="${at(Math.max(to - from, 1))}" height="${TRANSFER.height}"><title>${formatSeconds(from / 1e6)} to ${formatSeconds(to / 1e6)}: ${text}</title></rect>`;
}

function swatch(kind: string): Markup {
  return raw(
    `<svg viewBox="0 0 14 14"><rect class="${kind}" width="14" height="14" rx="2"/></svg>`,
  );
}

function symbol(kind: Mark['kind']): Markup {
  return raw(`<svg viewBox="-8 -8 16 16"><path class="mark ${kind}" d="${SHAPES[kind]}"/></svg>`);
}
