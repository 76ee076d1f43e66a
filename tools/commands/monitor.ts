import { Command, Option } from 'commander';
import { STAMPS } from '../monitor/index.ts';
import { onePort } from './board/session.ts';
import { type MonitorFlags, runMonitor } from './monitor/run.ts';
import { duration } from './support/quantity.ts';

const EXAMPLES = `
Examples:
  $ ota monitor --port /dev/ttyUSB0
  $ ota monitor --port /dev/ttyUSB0 --elf build/app.elf --filter "*:W ota:I" --log board.log
  $ ota monitor --port /dev/ttyUSB0 --reset --expect "app: running 1\\.2\\.0" --fail "rolled back" --timeout 60s

Keys: Ctrl-] leaves; Ctrl-T Ctrl-R resets the board, Ctrl-T Ctrl-H shows the others. With --expect or a pipe it is not interactive.

Exit codes: 0 all of --expect has come, or a person left; 1 the port cannot be opened, or wrong options;
3 --fail has come, or a crash while --expect was waited for; 5 --timeout ran out.`;

export function monitorCommand(): Command {
  return new Command('monitor')
    .description('The console of a board: its output, its crashes with function names, text to it.')
    .option(
      '-p, --port <PORT>',
      'device path, rfc2217://…, socket://…, or sim://NAME (default: the only one there is)',
    )
    .option('--baud <RATE>', 'of the console', '115200')
    .option(
      '--elf <FILE>',
      'names functions in crash reports: ELF file, or image for the simulator',
    )
    .option('--filter <RULES>', 'show only these log lines, as idf_monitor: "*:W wifi:I"', '')
    .addOption(
      new Option('--timestamps [FORM]', 'time in front of each line')
        .choices([...STAMPS])
        .preset('time'),
    )
    .option('--log <FILE>', 'every line with date and time goes there, too')
    .option('--hex', 'bytes in hexadecimal')
    .option('--reset', 'reset the board first')
    .option('--send <TEXT>', 'send this line first; may be given again', collect, [])
    .option('--eol <END>', 'end of the lines that are sent: lf, cr, crlf', 'lf')
    .option(
      '--expect <REGEX>',
      'leave with 0 when this has come; may be given again: all',
      collect,
      [],
    )
    .option(
      '--fail <REGEX>',
      'leave with 3 when this has come; may be given again: any',
      collect,
      [],
    )
    .option('--timeout <TIME>', 'leave with 5 after 90s, 15m …', (text) => duration(text))
    .option('--keep-going', 'a crash does not end the wait for --expect')
    .option('--json', 'each event as a line of JSON')
    .addHelpText('after', EXAMPLES)
    .action(async ({ port, ...flags }: MonitorFlags & { port?: string }) =>
      runMonitor(await onePort({ port: port === undefined ? undefined : [port] }), flags),
    );
}

const collect = (value: string, before: string[]): string[] => [...before, value];
