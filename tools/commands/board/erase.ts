import { Command } from 'commander';
import type { EraseSpan } from '../../serial/flasher/regions.ts';
import { readTable } from '../../serial/flasher/resolve.ts';
import type { Board } from '../../serial/loader/board.ts';
import { SECTOR } from '../../serial/loader/flash-erase.ts';
import { SerialError } from '../../serial/trouble.ts';
import { address } from '../support/address.ts';
import { hexText } from '../support/text.ts';
import { Bars } from './bars.ts';
import { namedPartition } from './flash-one.ts';
import { type BoardFlags, boardOptions } from './options.ts';
import { onEach, portsOf, showBoards, withBoard } from './session.ts';
import { boardAction } from './trouble.ts';

interface EraseFlags extends BoardFlags {
  flash?: boolean;
  tableOffset?: number;
}

const SPAN = /^(0x[0-9a-f]+|\d+[km]?b?):(0x[0-9a-f]+|\d+[km]?b?)$/i;

const EXAMPLES = `
Examples:
  $ ota erase nvs otadata --port /dev/ttyUSB0    partitions, by the table that the board has
  $ ota erase 0x9000:0x6000                      address:length, in sectors of 0x1000
  $ ota erase --flash --all                      all of flash, on every board`;

export function eraseCommand(): Command {
  const command = new Command('erase')
    .description('Erase partitions, spans, or all of flash.')
    .argument('[what...]', 'names of partitions, or address:length')
    .option('--flash', 'all of flash')
    .option('--table-offset <ADDR>', 'where the partition table stands (default: 0x8000)', address);
  return boardOptions(command).addHelpText('after', EXAMPLES).action(boardAction(erase));
}

async function erase(what: string[], flags: EraseFlags): Promise<void> {
  if (what.length > 0 === (flags.flash ?? false)) {
    throw new SerialError(
      'input',
      'say what to erase: names of partitions, address:length, or --flash for all',
    );
  }
  const ports = await portsOf(flags);
  const bars = new Bars(process.stderr, ports);
  const outcomes = await onEach(ports, (port) =>
    withBoard(port, flags, async (board) => {
      const spans = flags.flash ? [wholeFlash(board)] : await spansOf(board, what, flags);
      for (const { name, offset, length } of spans) {
        bars.update(port, `erasing ${name}`, 0, 0);
        if (flags.flash) await board.eraseAll();
        else await board.eraseRegion(offset, length);
      }
      bars.finish(port, 'erased');
      return spans;
    }),
  );
  const boards = outcomes.map((one) =>
    one.ok ? { ...one, result: undefined, erased: one.result } : one,
  );
  showBoards(outcomes, flags, { ok: outcomes.every(({ ok }) => ok), boards }, (page) => {
    for (const outcome of outcomes) {
      if (outcome.ok) page.lines(`${outcome.port}: erased`, outcome.result.map(spanText));
    }
  });
}

const spanText = ({ name, offset, length }: EraseSpan): string =>
  `${name}: ${length} bytes at ${hexText(offset)}`;

function wholeFlash(board: Board): EraseSpan {
  return { name: 'all of flash', offset: 0, length: board.flash?.sizeBytes ?? 0 };
}

async function spansOf(
  board: Board,
  what: readonly string[],
  { tableOffset }: EraseFlags,
): Promise<EraseSpan[]> {
  const named = what.some((word) => !SPAN.test(word));
  const partitions = named ? (await readTable(board, tableOffset)).partitions : [];
  return what.map((word) => {
    const [, from, length] = SPAN.exec(word) ?? [];
    if (from === undefined || length === undefined) {
      const { offset, size } = namedPartition(partitions, word);
      return { name: word, offset, length: size };
    }
    const span = { name: word, offset: address(from), length: address(length) };
    if (span.offset % SECTOR === 0 && span.length % SECTOR === 0) return span;
    throw new SerialError('input', `${word}: flash is erased in sectors of 0x1000 bytes`);
  });
}
