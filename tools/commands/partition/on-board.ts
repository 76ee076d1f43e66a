import { createHash } from 'node:crypto';
import { Command } from 'commander';
import type { Partition, PartitionTable } from '../../formats/partition-table.ts';
import { refusals } from '../../serial/flasher/checks.ts';
import { Deflater } from '../../serial/flasher/deflater.ts';
import { regionsOf } from '../../serial/flasher/regions.ts';
import { readTable } from '../../serial/flasher/resolve.ts';
import { flashBoard } from '../../serial/flasher/run.ts';
import type { Board } from '../../serial/loader/board.ts';
import { SECTOR } from '../../serial/loader/flash-erase.ts';
import { SerialError } from '../../serial/trouble.ts';
import { Bars } from '../board/bars.ts';
import { factsOf, namedPartition, refused } from '../board/flash-one.ts';
import { type BoardFlags, boardOptions } from '../board/options.ts';
import { onePort, withBoard } from '../board/session.ts';
import { boardAction } from '../board/trouble.ts';
import { address } from '../support/address.ts';
import { readInput } from '../support/input.ts';
import { outputName, writeOutput } from '../support/output.ts';
import { show } from '../support/show.ts';
import { hexText } from '../support/text.ts';
import { partitionColumns } from './page.ts';

interface PartitionFlags extends BoardFlags {
  tableOffset?: number;
  output: string;
  force?: boolean;
}

const LIST_EXAMPLE = `
Example:
  $ ota partition list --port /dev/ttyUSB0`;

const READ_EXAMPLES = `
Examples:
  $ ota partition read nvs -o nvs.bin --port /dev/ttyUSB0
  $ ota partition read nvs -o - | ota nvs dump -`;

const WRITE_EXAMPLES = `
Examples:
  $ ota partition write nvs nvs.bin --port /dev/ttyUSB0
  $ ota partition write app1 app.bin

What is behind the file's end in the partition is erased. An app for another chip, or one that does not fit, is
refused without --force.`;

const ERASE_EXAMPLE = `
Example:
  $ ota partition erase nvs --port /dev/ttyUSB0`;

/** Verbs on a board's partitions, by the table that it has. */
export function boardPartitionCommands(): Command[] {
  const list = new Command('list').description('Partitions of a board.');
  const read = new Command('read')
    .description('Read a partition of a board into a file.')
    .argument('<name>', 'name of the partition')
    .requiredOption('-o, --output <FILE>', 'where the bytes go; - for standard output');
  const write = new Command('write')
    .description('Write a file into a partition of a board.')
    .argument('<name>', 'name of the partition')
    .argument('<file>', 'what goes there; - for standard input')
    .option('--force', 'also what was refused');
  const erase = new Command('erase')
    .description('Erase a partition of a board.')
    .argument('<name>', 'name of the partition');
  return [
    onBoard(list, LIST_EXAMPLE).action(boardAction(listPartitions)),
    onBoard(read, READ_EXAMPLES).action(boardAction(readPartition)),
    onBoard(write, WRITE_EXAMPLES).action(boardAction(writePartition)),
    onBoard(erase, ERASE_EXAMPLE).action(boardAction(erasePartition)),
  ];
}

function onBoard(command: Command, examples: string): Command {
  return boardOptions(command)
    .option('--table-offset <ADDR>', 'where the table stands in flash (default: 0x8000)', address)
    .addHelpText('after', examples);
}

/** Works with a board and its table. */
async function withTable<T>(
  flags: PartitionFlags,
  act: (board: Board, table: PartitionTable, bars: Bars) => Promise<T>,
): Promise<{ port: string; result: T }> {
  const port = await onePort(flags);
  const bars = new Bars(process.stderr, [port]);
  const result = await withBoard(port, flags, async (board) =>
    act(board, await readTable(board, flags.tableOffset), bars),
  );
  return { port, result };
}

async function listPartitions(flags: PartitionFlags): Promise<void> {
  const { port, result } = await withTable(flags, async (_, table) => table.partitions);
  show({ ok: true, port, partitions: result }, flags, (page) =>
    page.table(port, partitionColumns(page.color), result),
  );
}

async function readPartition(name: string, flags: PartitionFlags): Promise<void> {
  const { port, result } = await withTable(flags, async (board, { partitions }, bars) => {
    const partition = namedPartition(partitions, name);
    const bytes = await board.readFlash(partition.offset, partition.size, (done, total) =>
      bars.update(board.link.name, `reading ${name}`, done, total),
    );
    return { partition, bytes };
  });
  const { partition, bytes } = result;
  await writeOutput(flags.output, bytes, `the partition ${name}`);
  const report = { ok: true, port, partition, output: flags.output };
  show(report, flags, (page) =>
    page.lines('Read', [`${placeText(partition)} to ${outputName(flags.output)}`]),
  );
}

async function writePartition(name: string, file: string, flags: PartitionFlags): Promise<void> {
  const data = await readInput(file);
  const { port, result } = await withTable(flags, (board, { partitions }, bars) =>
    writeInto(board, namedPartition(partitions, name), { data, file, bars, force: flags.force }),
  );
  show({ ok: true, port, ...result }, flags, (page) =>
    page.lines('Written', [
      `${data.length} bytes to ${placeText(result.partition)}: ${result.action}`,
    ]),
  );
}

async function writeInto(
  board: Board,
  partition: Partition,
  { data, file, bars, force }: { data: Uint8Array; file: string; bars: Bars; force?: boolean },
) {
  const { label, offset, size } = partition;
  if (data.length > size) {
    throw new SerialError(
      'input',
      `${file} has ${data.length} bytes, and the partition ${label} has ${size}`,
    );
  }
  const part = { offset, data, name: label };
  const regions = await regionsOf([part], (at, length) => board.readFlash(at, length));
  const reasons = refusals(factsOf(board), regions);
  if (reasons.length > 0 && !force) throw refused(reasons);
  await eraseBehind(board, partition, data.length);
  const deflater = new Deflater();
  try {
    const report = await flashBoard(board, { regions }, deflater, ({ phase, done, total }) =>
      bars.update(board.link.name, `${phase} ${label}`, done, total),
    );
    const [region] = report.regions;
    return {
      partition,
      action: region?.action ?? 'skipped',
      written: region?.written ?? 0,
      forced: reasons,
    };
  } finally {
    await deflater.close();
  }
}

/** What stood behind a longer content must not look as if it belonged to this one. */
async function eraseBehind(
  board: Board,
  { offset, size }: Partition,
  length: number,
): Promise<void> {
  const from = Math.ceil(length / SECTOR) * SECTOR;
  const rest = size - from;
  if (rest <= 0) return;
  const empty = createHash('md5').update(new Uint8Array(rest).fill(0xff)).digest('hex');
  if ((await board.md5(offset + from, rest)) !== empty)
    await board.eraseRegion(offset + from, rest);
}

async function erasePartition(name: string, flags: PartitionFlags): Promise<void> {
  const { port, result } = await withTable(flags, async (board, { partitions }) => {
    const partition = namedPartition(partitions, name);
    await board.eraseRegion(partition.offset, partition.size);
    return partition;
  });
  show({ ok: true, port, partition: result }, flags, (page) =>
    page.lines('Erased', [placeText(result)]),
  );
}

const placeText = ({ label, offset, size }: Partition): string =>
  `${label} (${size} bytes at ${hexText(offset)})`;
