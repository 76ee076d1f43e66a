import { Command } from 'commander';
import { SerialError } from '../../serial/trouble.ts';
import { address } from '../support/address.ts';
import { outputName, writeOutput } from '../support/output.ts';
import { show } from '../support/show.ts';
import { hexText } from '../support/text.ts';
import { Bars } from './bars.ts';
import { type BoardFlags, boardOptions } from './options.ts';
import { onePort, withBoard } from './session.ts';
import { boardAction } from './trouble.ts';

interface ReadFlags extends BoardFlags {
  output: string;
}

const EXAMPLES = `
Examples:
  $ ota read -o dump.bin --port /dev/ttyUSB0      all of flash
  $ ota read 0x9000 0x6000 -o nvs.bin
  $ ota read 0x8000 0xc00 -o - | ota partition show -

ota flash-dump inspect dump.bin tells what is in a dump; ota partition read NAME reads by name.`;

export function readCommand(): Command {
  const command = new Command('read')
    .description('Read flash into a file.')
    .argument('[address]', 'where to begin (default: 0)', address)
    .argument('[length]', 'bytes (default: to the end of flash)', address)
    .requiredOption('-o, --output <FILE>', 'where the bytes go; - for standard output');
  return boardOptions(command).addHelpText('after', EXAMPLES).action(boardAction(read));
}

async function read(
  from: number | undefined,
  length: number | undefined,
  flags: ReadFlags,
): Promise<void> {
  const port = await onePort(flags);
  const bars = new Bars(process.stderr, [port]);
  const offset = from ?? 0;
  const started = performance.now();
  const bytes = await withBoard(port, flags, async (board) => {
    const size = length ?? toTheEnd(board.flash?.sizeBytes, offset);
    return board.readFlash(offset, size, (done, total) =>
      bars.update(port, 'reading', done, total),
    );
  });
  await writeOutput(flags.output, bytes, 'the contents of flash');
  const ms = performance.now() - started;
  bars.finish(port, `${bytes.length} bytes read in ${(ms / 1000).toFixed(1)} s`);
  const report = { ok: true, port, offset, length: bytes.length, output: flags.output, ms };
  show(report, flags, (page) =>
    page.lines('Read', [
      `${bytes.length} bytes from ${hexText(offset)} to ${outputName(flags.output)}`,
    ]),
  );
}

function toTheEnd(size: number | undefined, offset: number): number {
  if (size !== undefined) return Math.max(0, size - offset);
  throw new SerialError('input', 'the size of the flash is not known: say how many bytes to read');
}
