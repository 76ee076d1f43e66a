import { createHash } from 'node:crypto';
import { Command } from 'commander';
import { changesOf } from '../../serial/flasher/changes.ts';
import { readFlashInput } from '../../serial/flasher/input.ts';
import type { Region } from '../../serial/flasher/regions.ts';
import type { Board } from '../../serial/loader/board.ts';
import { SECTOR } from '../../serial/loader/flash-erase.ts';
import type { Column } from '../support/page.ts';
import { hexText } from '../support/text.ts';
import { Bars } from './bars.ts';
import { regionsFor } from './flash-one.ts';
import { type BoardFlags, boardOptions } from './options.ts';
import { onEach, portsOf, showBoards, withBoard } from './session.ts';
import { boardAction, EXIT } from './trouble.ts';

interface VerifyFlags extends BoardFlags {
  env?: string;
}

interface Verdict {
  name: string;
  offset: number;
  length: number;
  same: boolean;
  /** Offsets in flash of the sectors that differ. */
  differing: number[];
}

const EXAMPLES = `
Examples:
  $ ota verify build --port /dev/ttyUSB0
  $ ota verify 0x10000:app.bin --json

Takes what ota flash takes, builds nothing, and writes nothing. Exit code 3 where flash holds something else.`;

export function verifyCommand(): Command {
  const command = new Command('verify')
    .description('Compare flash with files, by MD5.')
    .argument('[inputs...]', 'as for ota flash')
    .option('--env <NAME>', 'environment of a PlatformIO project');
  return boardOptions(command).addHelpText('after', EXAMPLES).action(boardAction(verify));
}

async function verify(inputs: string[], flags: VerifyFlags): Promise<void> {
  const ports = await portsOf(flags);
  const input = await readFlashInput(inputs, { env: flags.env, build: false });
  const bars = new Bars(process.stderr, ports);
  const outcomes = await onEach(ports, (port) =>
    withBoard(port, flags, async (board) => {
      const verdicts: Verdict[] = [];
      for (const region of await regionsFor(board, input, { force: true })) {
        bars.update(port, `verifying ${region.name}`, 0, 0);
        verdicts.push(await compare(board, region));
      }
      bars.finish(port, verdicts.every(({ same }) => same) ? 'the same' : 'different');
      return verdicts;
    }),
  );
  const same = outcomes.every((one) => !one.ok || one.result.every((verdict) => verdict.same));
  const boards = outcomes.map((one) =>
    one.ok ? { ...one, result: undefined, regions: one.result } : one,
  );
  showBoards(outcomes, flags, { ok: same && outcomes.every(({ ok }) => ok), boards }, (page) => {
    for (const outcome of outcomes)
      if (outcome.ok) page.table(outcome.port, COLUMNS, outcome.result);
  });
  if (!same) process.exitCode = Math.max(EXIT.mismatch, Number(process.exitCode ?? 0));
}

const COLUMNS: Column<Verdict>[] = [
  { title: 'address', cell: ({ offset }) => hexText(offset), right: true },
  { title: 'bytes', cell: ({ length }) => String(length), right: true },
  { title: 'what', cell: ({ name }) => name },
  { title: 'verdict', cell: verdictText },
];

function verdictText({ same, differing, length }: Verdict): string {
  if (same) return 'the same';
  const first = hexText(differing[0] ?? 0);
  return `${differing.length} of ${Math.ceil(length / SECTOR)} sectors differ, from ${first}`;
}

async function compare(board: Board, region: Region): Promise<Verdict> {
  const { name, offset, data } = region;
  const verdict = { name, offset, length: data.length };
  const wanted = createHash('md5').update(data).digest('hex');
  if ((await board.md5(offset, data.length)) === wanted)
    return { ...verdict, same: true, differing: [] };
  const changes = await changesOf(board, region);
  const differing = changes.flatMap((change) =>
    Array.from(
      { length: Math.ceil(change.data.length / SECTOR) },
      (_, i) => change.offset + i * SECTOR,
    ),
  );
  return { ...verdict, same: false, differing };
}
