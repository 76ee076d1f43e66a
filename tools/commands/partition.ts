import { Command, InvalidArgumentError, Option } from 'commander';
import {
  buildPartitionTable,
  formatPartitionCsv,
  type PartitionCsvOptions,
} from '../formats/partition-table.ts';
import { type PartitionInput, readPartitions } from './partition/input.ts';
import { boardPartitionCommands } from './partition/on-board.ts';
import { faultLines, fillPartitionPage } from './partition/page.ts';
import { address } from './support/address.ts';
import { outputName, writeOutput } from './support/output.ts';
import { colorsFor } from './support/page.ts';
import { JSON_FLAG, show } from './support/show.ts';
import { hexText } from './support/text.ts';

interface RuleFlags {
  tableOffset?: number;
  flashSize?: number;
  secure?: 'v1' | 'v2';
  bootloaderOffset?: number;
  recoveryOffset?: number;
  var: Record<string, string>;
  md5: boolean;
  json?: boolean;
}

const SHOW_EXAMPLES = `
Examples:
  $ ota partition show partitions.csv
  $ ota partition show flash-dump.bin
  $ ota partition show partition-table.bin --csv > partitions.csv

A CSV is shown with its blank offsets filled in. The exit code is 1 where no board boots with the table.`;

const BUILD_EXAMPLES = `
Examples:
  $ ota partition build partitions.csv -o partition-table.bin --flash-size 4MB
  $ SIZE=1M ota partition build partitions.csv -o - | xxd | head

$NAME and \${NAME} are taken from --var and then from the environment. The bytes are those of ESP-IDF's
gen_esp32part.py. Nothing is written where there is an error; the exit code is 1 then.`;

const CHECK_EXAMPLES = `
Examples:
  $ ota partition check partitions.csv --flash-size 4MB
  $ ota partition check flash-dump.bin --json

A CSV is judged by ESP-IDF's generator's rules, all of them. A binary table also as the bootloader and apps
judge it at run time. The exit code is 1 where there is an error; warnings do not count.`;

export function partitionCommand(): Command {
  const partition = new Command('partition').description(
    'Show, build and check partition tables: CSV, binary, or in a flash dump; list, read, write and erase partitions of boards.',
  );
  partition.addCommand(showCommand());
  partition.addCommand(buildCommand());
  partition.addCommand(checkCommand());
  for (const command of boardPartitionCommands()) partition.addCommand(command);
  return partition;
}

function showCommand(): Command {
  const command = new Command('show')
    .description('Print a partition table.')
    .argument('<file>', 'CSV, binary table or flash dump; - for standard input');
  return ruleOptions(command)
    .option('--csv', 'print it as CSV')
    .option(...JSON_FLAG)
    .addHelpText('after', SHOW_EXAMPLES)
    .action(showTable);
}

function buildCommand(): Command {
  const command = new Command('build')
    .description('Make a binary partition table of a CSV.')
    .argument('<csv>', 'CSV file; - for standard input')
    .option('-o, --output <FILE>', 'binary table; - for standard output', 'partition-table.bin');
  return ruleOptions(command)
    .option('--no-md5', 'without the checksum row')
    .option(...JSON_FLAG)
    .addHelpText('after', BUILD_EXAMPLES)
    .action(build);
}

function checkCommand(): Command {
  const command = new Command('check')
    .description('Tell everything that is wrong with a partition table.')
    .argument('<file>', 'CSV, binary table or flash dump; - for standard input');
  return ruleOptions(command)
    .option(...JSON_FLAG)
    .addHelpText('after', CHECK_EXAMPLES)
    .action(check);
}

/** The rules by which tables are filled in and judged. */
function ruleOptions(command: Command): Command {
  return command
    .option('--table-offset <ADDR>', 'where the table stands in flash (default: 0x8000)', address)
    .option('--flash-size <SIZE>', 'size of the flash chip, such as 4MB', address)
    .addOption(
      new Option('--secure <SCHEME>', 'Secure Boot, which asks for other sizes').choices([
        'v1',
        'v2',
      ]),
    )
    .option(
      '--bootloader-offset <ADDR>',
      'of the primary bootloader, for tables listing it',
      address,
    )
    .option('--recovery-offset <ADDR>', 'of the recovery bootloader, likewise', address)
    .addOption(
      new Option('--var <NAME=VALUE>', 'value for $NAME in a CSV (repeatable)')
        .argParser(collectVariable)
        .default({}, 'the environment'),
    );
}

function collectVariable(text: string, values: Record<string, string>): Record<string, string> {
  const [, name, value] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('Write NAME=VALUE.');
  return { ...values, [name]: value! };
}

function rulesOf(flags: RuleFlags): PartitionCsvOptions {
  return {
    tableOffset: flags.tableOffset,
    flashSize: flags.flashSize,
    secureBoot: flags.secure,
    primaryBootloaderOffset: flags.bootloaderOffset,
    recoveryBootloaderOffset: flags.recoveryOffset,
    variables: { ...(process.env as Record<string, string>), ...flags.var },
    md5: flags.md5 ?? true,
  };
}

async function showTable(file: string, flags: RuleFlags & { csv?: boolean }): Promise<void> {
  const input = await readPartitions(file, rulesOf(flags));
  if (flags.csv && !flags.json) {
    tellFaults(input);
    process.stdout.write(formatPartitionCsv(input.partitions));
  } else show(input, flags, (page) => fillPartitionPage(page, input));
  if (!input.boots) process.exitCode = 1;
}

async function build(file: string, flags: RuleFlags & { output: string }): Promise<void> {
  const input = await readPartitions(file, rulesOf(flags));
  if (input.kind !== 'csv') {
    throw new Error(`${input.file} is no CSV; ota partition show --csv makes one of it`);
  }
  if (!flags.json) tellFaults(input);
  if (!input.ok) {
    if (flags.json) show(input, flags, () => {});
    process.exitCode = 1;
    return;
  }
  const bytes = buildPartitionTable(input.partitions, { md5: flags.md5 });
  await writeOutput(flags.output, bytes, 'the partition table');
  const { output } = flags;
  show({ ...input, output, size: bytes.length }, flags, (page) => {
    fillPartitionPage(page, { ...input, faults: [] });
    const name = outputName(output);
    const line = `${bytes.length} bytes to ${name}, for flash address ${hexText(input.tableOffset)}`;
    page.lines('Written', [line]);
  });
}

async function check(file: string, flags: RuleFlags): Promise<void> {
  const input = await readPartitions(file, rulesOf(flags));
  show(input, flags, (page) => fillPartitionPage(page, input));
  if (!input.ok) process.exitCode = 1;
}

function tellFaults(input: PartitionInput): void {
  for (const line of faultLines(input, colorsFor(process.stderr))) console.error(line);
}
