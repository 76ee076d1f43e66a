import { Command } from 'commander';
import { ROM_BAUD } from '../../serial/loader/baud.ts';
import { Loader } from '../../serial/loader/loader.ts';
import { enterLoader } from '../../serial/loader/sync.ts';
import { playReset } from '../../serial/reset/sequence.ts';
import { openBoardPort, resetLink } from '../serial/board-port.ts';
import { type BoardFlags, boardOptions } from './options.ts';
import { onEach, portsOf, showBoards } from './session.ts';
import { boardAction } from './trouble.ts';

interface ResetFlags extends BoardFlags {
  bootloader?: boolean;
}

const EXAMPLES = `
Examples:
  $ ota reset --port /dev/ttyUSB0
  $ ota reset --bootloader                       into the ROM loader, where the board stays
  $ ota reset --reset-sequence 'D1|R1|W0.2|D0|R0'

Closing a port may reset a board again, where its DTR and RTS are wired straight.`;

export function resetCommand(): Command {
  return boardOptions(new Command('reset').description('Reset boards by their control lines.'))
    .option('--bootloader', 'into the ROM loader, and make sure that it answers')
    .addHelpText('after', EXAMPLES)
    .action(boardAction(reset));
}

async function reset(flags: ResetFlags): Promise<void> {
  const ports = await portsOf(flags);
  const outcomes = await onEach(ports, (port) => resetOne(port, flags));
  const into = flags.bootloader ? 'in the bootloader' : 'reset';
  showBoards(outcomes, flags, { ok: outcomes.every(({ ok }) => ok), boards: outcomes }, (page) =>
    page.lines(
      'Reset',
      outcomes.filter(({ ok }) => ok).map(({ port }) => `${port}: ${into}`),
    ),
  );
}

async function resetOne(port: string, flags: ResetFlags): Promise<void> {
  const link = await openBoardPort(port, ROM_BAUD);
  try {
    if (flags.bootloader) {
      const loader = new Loader(link);
      const { before, resetSequence, connectAttempts: attempts } = flags;
      await enterLoader(loader, { before, resetSequence, attempts });
      loader.channel.release();
    } else if (flags.resetSequence) await playReset(link, flags.resetSequence);
    else await resetLink(link);
  } finally {
    await link.close();
  }
}
