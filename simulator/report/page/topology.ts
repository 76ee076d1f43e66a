import { ROUTER } from '../../scenario/world.ts';
import type { BoardStory, LinkStory, RunStory } from '../story.ts';
import { html, type Markup } from './markup.ts';
import { linkTree, type TreeRow } from './tree.ts';

type Row = TreeRow<LinkStory>;

const ROW = 40;
/** Devices that stand open. */
const OPEN = 40;
const INDENT_MAX = 26;
/** The deepest device stands so far to the right, px. */
const INDENTS = 150;

/** Devices from the router down, each under the one that it is linked to. */
export function topologySection(story: RunStory): Markup {
  const boards = new Map(story.boards.map((board) => [board.name, board]));
  const rows = linkTree([ROUTER.name, ...boards.keys()], story.links);
  const depth = Math.max(1, ...rows.map((row) => row.depth));
  const indent = Math.min(INDENT_MAX, INDENTS / depth);
  const picture = html`<svg height="${rows.length * ROW}" role="img" aria-label="who is linked to whom">${rows.map((row, i) => rowOf(row, i, indent, boards))}</svg>`;
  // A hundred devices fill many screens: whoever wants to see them unfolds them.
  const shown =
    rows.length > OPEN
      ? html`<details><summary>${boards.size} boards, up to ${depth} ${depth === 1 ? 'hop' : 'hops'} from the router, ${alone(rows)} not linked</summary>${picture}</details>`
      : picture;
  const old = story.links.filter(({ last }) => !last);
  return html`<section><h2>Links at the end</h2>${shown}${
    old.length > 0 &&
    html`<details><summary class="dim">${old.length} more ${old.length === 1 ? 'link was' : 'links were'} used before</summary><ul class="plain">${old.map(
      (link) =>
        html`<li><b class="dim">·</b>${link.station} at ${link.accessPoint}, ${kilobytes(link.bytes)}, ${link.connections} connections</li>`,
    )}</ul></details>`
  }</section>`;
}

function rowOf(
  row: Row,
  i: number,
  indent: number,
  boards: ReadonlyMap<string, BoardStory>,
): Markup {
  const x = 8 + row.depth * indent;
  const y = i * ROW + ROW / 2;
  const elbow =
    row.parent !== undefined &&
    html`<path class="link" d="M${x - indent} ${row.parent * ROW + ROW / 2 + 7} V${y} H${x - 7}"/>`;
  const board = boards.get(row.name);
  return html`${elbow}<circle class="node ${stateClass(row, board)}" cx="${x}" cy="${y}" r="6"/><text x="${x + 13}" y="${y - 1}">${row.name}</text><text class="dim" x="${x + 13}" y="${y + 14}">${facts(row, board)}</text>`;
}

function alone(rows: readonly Row[]): number {
  return rows.filter(({ name, parent }) => parent === undefined && name !== ROUTER.name).length;
}

function stateClass({ name, parent }: Row, board: BoardStory | undefined): string {
  if (name === ROUTER.name) return 'router';
  if (board?.state === 'off' || board?.state === 'halted') return board.state;
  return parent === undefined ? 'alone' : '';
}

function facts({ name, parent, link }: Row, board: BoardStory | undefined): string {
  if (name === ROUTER.name) return 'to the server';
  const state = board?.state === 'running' ? '' : board?.state;
  const signal = link?.rssi === undefined ? '' : `${link.rssi} dBm`;
  const linked = parent === undefined ? 'not linked' : kilobytes(link?.bytes ?? 0);
  return [board?.image, state, signal, linked].filter(Boolean).join(' · ');
}

function kilobytes(bytes: number): string {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1000)} KB`;
}
