import { readFlash } from '../../../simulator/oracles/flash-view.ts';
import { formatSeconds } from '../../../simulator/report/duration.ts';
import { linkTree, type TreeRow } from '../../../simulator/report/page/tree.ts';
import { formatTable } from '../../../simulator/report/table.ts';
import type { ScenarioBench } from '../../../simulator/scenario/run/bench.ts';
import type { Observer } from '../../../simulator/scenario/run/run.ts';
import { ROUTER, SECOND } from '../../../simulator/scenario/world.ts';
import { type Colors, colorsFor } from '../support/page.ts';

interface Output {
  isTTY?: boolean;
  rows?: number;
  write(text: string): unknown;
}

const REDRAW_NS = 200_000_000n;

/** A run as it goes: steps as lines; on a terminal a table of boards below them that redraws itself. */
export function liveView(output: Output): Observer & { clear(): void } {
  const colour = colorsFor(output);
  let bench: ScenarioBench | undefined;
  let drawn = 0;
  let last = 0n;
  const clear = () => {
    if (drawn > 0) output.write(`\x1b[${drawn}A\x1b[0J`);
    drawn = 0;
  };
  return {
    clear,
    begin(begun) {
      bench = begun;
    },
    log({ time, text }) {
      clear();
      output.write(`${colour.dim(formatSeconds(time / SECOND).padStart(12))}  ${text}\n`);
    },
    async tick() {
      // The process takes signals here.
      await new Promise((resolve) => setImmediate(resolve));
      const now = process.hrtime.bigint();
      if (!output.isTTY || !bench || now - last < REDRAW_NS) return;
      last = now;
      clear();
      const room = Math.max(4, (output.rows ?? 24) - 4);
      const lines = boardLines(bench, colour).slice(0, room);
      lines.push(colour.dim(formatSeconds(bench.world.kernel.now / SECOND)));
      output.write(`${lines.join('\n')}\n`);
      drawn = lines.length;
    },
    end() {
      clear();
      return [];
    },
  };
}

/** Boards as they hang on each other now, the router's first. */
function treeOf({ world }: ScenarioBench): TreeRow[] {
  const links = [...world.boards.values()].flatMap(({ name, radio }) => {
    const accessPoint = radio.association?.accessPoint.name;
    return accessPoint === undefined ? [] : [{ station: name, accessPoint, last: true }];
  });
  return linkTree([ROUTER.name, ...world.boards.keys()], links).slice(1);
}

function boardLines(bench: ScenarioBench, colour: Colors): string[] {
  const { world, watch } = bench;
  const rows = treeOf(bench).map(({ name, depth }) => {
    const board = world.board(name);
    const { slots, active } = readFlash(board);
    const slot = slots.find((one) => one.slot === (active?.slot ?? 0));
    const { parts, total } = watch.latest(name);
    return {
      name: `${'  '.repeat(Math.max(0, depth - 1))}${name}`,
      state: depth === 0 && board.state === 'running' ? 'no link' : board.state,
      version: slot?.version ?? '',
      ota: active?.state ?? '',
      parts: total > 0 ? `${parts}/${total}` : '',
    };
  });
  return formatTable(
    [
      { title: 'board', cell: (row) => row.name },
      { title: 'state', cell: (row) => row.state },
      { title: 'image', cell: (row) => row.version },
      { title: 'otadata', cell: (row) => row.ota },
      { title: 'parts', cell: (row) => row.parts, right: true },
    ],
    rows,
    colour.dim,
  );
}
