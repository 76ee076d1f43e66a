import { formatSeconds } from '../duration.ts';
import type { BoardStory, RunStory } from '../story.ts';
import { html, type Markup } from './markup.ts';
import { byTrouble, troubleOf } from './trouble.ts';

/** Boards whose serial log a page holds; a world of a thousand would make it unreadable. */
const SERIAL_BOARDS = 30;

/** What became of the expectations, and what oracles found: broken things first. */
export function verdictSection({ result }: RunStory): Markup {
  const bad = (what: Markup) => html`<li><b class="bad">✗</b>${what}</li>`;
  const findings = result.findings.map(({ oracle, time, message }) =>
    bad(html`<strong>${oracle}</strong> at ${formatSeconds(time / 1e6)}: ${message}`),
  );
  const waiting = result.waiting.map((step) => bad(html`never came to ${step}`));
  const verdicts = result.verdicts
    .toSorted((a, b) => Number(a.ok) - Number(b.ok))
    .map(({ ok, text, seen }) =>
      ok ? html`<li><b class="good">✓</b>${text}</li>` : bad(html`${text}: ${folded(seen)}`),
    );
  return html`<section><h2>What was expected</h2><ul class="plain">${findings}${waiting}${verdicts}</ul></section>`;
}

/** What is longer is folded up, characters: a sentence on each of a hundred boards. */
const SEEN_MAX = 240;

function folded(seen: string): Markup {
  if (seen.length <= SEEN_MAX) return html`<span class="bad">${seen}</span>`;
  return html`<details><summary class="bad">${seen.slice(0, SEEN_MAX)} …</summary><span class="bad">… ${seen.slice(SEEN_MAX)}</span></details>`;
}

export function stepsSection({ result }: RunStory): Markup | undefined {
  const { log } = result;
  if (log.length === 0) return undefined;
  const rows = log.map(
    ({ time, text }) =>
      html`<tr><td class="time dim">${formatSeconds(time / 1e6)}</td><td>${text}</td></tr>`,
  );
  const count = log.length > ROWS_MAX && html` <span class="dim">${log.length}</span>`;
  return html`<section><h2>Steps${count}</h2>${scrolling(log.length, html`<table>${rows}</table>`)}</section>`;
}

/** A longer table scrolls in a box of its own. */
const ROWS_MAX = 40;

function scrolling(rows: number, table: Markup): Markup {
  if (rows <= ROWS_MAX) return html`<div class="scroll">${table}</div>`;
  return html`<div class="scroll tall" tabindex="0">${table}</div>`;
}

export function serverSection({ server }: RunStory): Markup | undefined {
  const { updates, nodes, devices } = server;
  if (updates.length + devices.length === 0) return undefined;
  return html`<section><h2>The server's rows</h2>${updates.map(
    ({ id, image, status, verified, error }) =>
      html`<p>Update ${id}, <strong>${image}</strong>: <span class="${tone(status)}">${status}</span>${verified && ', verified'}${error && html` <span class="dim">(${error})</span>`}</p>${table(
        ['node', 'status', 'parts', ''],
        nodes
          .filter(({ updateId }) => updateId === id)
          .map((row) => [row.node, statusText(row.status), row.parts, row.error]),
      )}`,
  )}${table(
    ['device', 'firmware', 'status', 'bytes', ''],
    devices.map((row) => [
      row.device,
      row.image,
      statusText(row.status),
      String(row.bytes),
      row.error,
    ]),
  )}</section>`;
}

/** The end of the serial logs; open where something befell the board. */
export function serialSection(story: RunStory): Markup {
  const { boards } = story;
  const shown = byTrouble(story).slice(0, SERIAL_BOARDS);
  const left = boards.length - shown.length;
  const first = shown[0] && troubleOf(story)(shown[0]) > 0;
  return html`<section><h2>Serial logs</h2>${shown.map((board, i) => serialOf(board, i === 0 && Boolean(first)))}${left > 0 && html`<p class="dim">${left} more boards are left out here</p>`}</section>`;
}

function serialOf({ name, serial, resets }: BoardStory, open: boolean): Markup {
  const { lines, before } = serial;
  const count = `${lines.length + before} lines, ${resets} ${resets === 1 ? 'reset' : 'resets'}`;
  const text = lines.map(
    ({ time, text }) =>
      html`<span class="time">${(time / 1e6).toFixed(3).padStart(10)}</span>  ${text}\n`,
  );
  const earlier = before > 0 && html`<span class="time">${before} lines before</span>\n`;
  const body = html`<summary>${name} <span class="dim">${count}</span></summary><pre>${earlier}${text}</pre>`;
  return open ? html`<details open>${body}</details>` : html`<details>${body}</details>`;
}

function statusText(status: string): Markup {
  return html`<span class="${tone(status)}">${status}</span>`;
}

function tone(status: string): string {
  if (status === 'completed' || status.startsWith('success')) return 'good';
  if (status === 'failed' || status === 'rolled_back' || status === 'cancelled') return 'bad';
  return 'warn';
}

function table(
  titles: readonly string[],
  rows: readonly (string | Markup)[][],
): Markup | undefined {
  if (rows.length === 0) return undefined;
  return scrolling(
    rows.length,
    html`<table><tr>${titles.map((title) => html`<th>${title}</th>`)}</tr>${rows.map(
      (cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
    )}</table>`,
  );
}
