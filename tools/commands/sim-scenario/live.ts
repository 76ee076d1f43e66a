import type { VirtualBoard } from '../../../simulator/guest/virtual-board.ts';
import { readFlash } from '../../../simulator/oracles/flash-view.ts';
import { watchOtadata } from '../../../simulator/oracles/otadata-watch.ts';
import { formatSeconds } from '../../../simulator/report/duration.ts';
import { LifeLine } from '../../../simulator/report/life-line.ts';
import { linkTree, type TreeRow } from '../../../simulator/report/page/tree.ts';
import type { Mark } from '../../../simulator/report/story.ts';
import type { ScenarioBench } from '../../../simulator/scenario/run/bench.ts';
import type { Observer } from '../../../simulator/scenario/run/run.ts';
import { serverStory } from '../../../simulator/scenario/run/server-story.ts';
import { ROUTER, SECOND } from '../../../simulator/scenario/world.ts';
import { type Colors, colorsFor } from '../support/page.ts';
import { printable } from '../support/text.ts';
import { type LiveRow, liveTable, treeNames } from './live-table.ts';

interface Output {
  isTTY?: boolean;
  rows?: number;
  columns?: number;
  write(text: string): unknown;
}

const REDRAW_NS = 200_000_000n;
/** On a narrower terminal rows wrap, and what wraps cannot be taken back line by line: steps alone are shown. */
const COLUMNS_MIN = 60;
/** Rows of devices that are shown, the last ones. */
const DEVICES_MAX = 2;
/** What befalls boards and is worth a line; plain resets are too many. */
const TOLD: readonly Mark['kind'][] = ['crash', 'power', 'confirmed', 'rolled-back', 'fault'];

/** A run as it goes: steps and what befalls boards as lines; on a terminal the mesh below them, which redraws itself. */
export function liveView(output: Output): Observer & { clear(): void } {
  const colour = colorsFor(output);
  const began = process.hrtime.bigint();
  let bench: ScenarioBench | undefined;
  let lives: BoardLives | undefined;
  const redraws = output.isTTY && (output.columns || 80) >= COLUMNS_MIN;
  let drawn = 0;
  let last = 0n;
  const clear = () => {
    if (drawn > 0) output.write(`\x1b[${drawn}A\x1b[0J`);
    drawn = 0;
  };
  const say = (time: number, text: string) => {
    clear();
    output.write(`${colour.dim(formatSeconds(time / SECOND).padStart(12))}  ${text}\n`);
  };
  const tell = () => {
    for (const { board, mark } of lives?.news() ?? []) {
      say(mark.time, `${board}: ${paint(mark, colour)}`);
    }
  };
  const draw = async (now: bigint) => {
    last = now;
    const size = { columns: output.columns || 80, lines: Math.max(6, (output.rows || 24) - 7) };
    const lines = [
      ...liveTable(rowsOf(bench!), size, colour),
      ...(await serverLines(bench!, size.columns)),
      footer(bench!, Number(now - began) / 1e9, colour),
    ];
    clear();
    output.write(`${lines.join('\n')}\n`);
    drawn = lines.length;
  };
  return {
    clear,
    begin(begun) {
      bench = begun;
      lives = new BoardLives(begun);
    },
    log({ time, text }) {
      tell();
      say(time, printable(text));
    },
    async tick() {
      // The process takes signals here.
      await new Promise((resolve) => setImmediate(resolve));
      tell();
      const now = process.hrtime.bigint();
      if (redraws && bench && now - last >= REDRAW_NS) await draw(now);
    },
    end() {
      clear();
      return [];
    },
  };
}

function paint({ kind, text }: Mark, colour: Colors): string {
  return kind === 'confirmed' ? colour.green(printable(text)) : colour.red(printable(text));
}

/** What befell each board since it was asked last. */
class BoardLives {
  readonly #lives: Map<string, LifeLine>;
  readonly #told = new Map<string, number>();

  constructor({ world }: ScenarioBench) {
    const lifeOf = (board: VirtualBoard) => new LifeLine(board, (md5) => md5.slice(0, 8));
    this.#lives = new Map([...world.boards].map(([name, board]) => [name, lifeOf(board)]));
    const otadata = watchOtadata(world.boards, (board, before, after) => {
      this.#lives.get(board.name)!.otadata(board.cpu.now, before, after);
    });
    world.kernel.trace.listen((record) => {
      otadata(record);
      this.#lives.get(record.board)?.record(record);
    });
  }

  news(): { board: string; mark: Mark }[] {
    const fresh: { board: string; mark: Mark }[] = [];
    for (const [board, { marks }] of this.#lives) {
      const before = this.#told.get(board) ?? 0;
      if (marks.length === before) continue;
      this.#told.set(board, marks.length);
      for (const mark of marks.slice(before)) {
        if (TOLD.includes(mark.kind)) fresh.push({ board, mark });
      }
    }
    return fresh.sort((a, b) => a.mark.time - b.mark.time);
  }
}

/** Boards as they hang on each other now, the router's first. */
function treeOf({ world }: ScenarioBench): TreeRow[] {
  const links = [...world.boards.values()].flatMap(({ name, radio }) => {
    const accessPoint = radio.association?.accessPoint.name;
    return accessPoint === undefined ? [] : [{ station: name, accessPoint, last: true }];
  });
  return linkTree([ROUTER.name, ...world.boards.keys()], links);
}

function rowsOf(bench: ScenarioBench): LiveRow[] {
  const { world, watch } = bench;
  const tree = treeOf(bench);
  const names = treeNames(tree);
  return tree.slice(1).map(({ name, depth }, i) => {
    const board = world.board(name);
    const { slots, active } = readFlash(board);
    const slot = slots.find((one) => one.slot === (active?.slot ?? 0));
    const { parts, total } = watch.latest(name);
    return {
      tree: names[i]!,
      state: depth === 0 && board.state === 'running' ? 'no link' : board.state,
      version: slot?.version ?? '',
      otadata: active?.state ?? '',
      parts,
      total,
    };
  });
}

/** The server's last updates, and how many nodes of each are done. */
async function serverLines(bench: ScenarioBench, columns: number): Promise<string[]> {
  const { updates, nodes, devices } = await serverStory(bench);
  const lines = updates.slice(-2).map(({ id, image, status }) => {
    const own = nodes.filter(({ updateId }) => updateId === id);
    const done = own.filter((node) => node.status === 'completed').length;
    const counts = own.length > 0 ? `, ${done} of ${own.length} nodes completed` : '';
    return `update ${id} of ${image}: ${status}${counts}`;
  });
  for (const { device, image, status, bytes } of devices.slice(-DEVICES_MAX)) {
    lines.push(`${device} takes ${image}: ${status}, ${Math.round(bytes / 1024)} KB`);
  }
  return lines.map((line) => printable(line).slice(0, columns));
}

function footer({ world }: ScenarioBench, wallSeconds: number, colour: Colors): string {
  const virtual = world.kernel.now / SECOND;
  const speed = wallSeconds > 0 ? `${(virtual / wallSeconds).toFixed(0)}×` : '';
  return colour.dim(`${formatSeconds(virtual)}  ${speed}`);
}
