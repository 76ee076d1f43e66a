import { Command, InvalidArgumentError } from 'commander';
import { parseBootloaderConfig } from '../../../simulator/board/bootloader-image.ts';
import { CHIPS, findChipByName } from '../../formats/chips.ts';
import { FormatError } from '../../formats/errors.ts';
import { parseImage } from '../../formats/esp-image.ts';
import { type FlashReport, inspectFlash } from '../../formats/flash-image/inspect.ts';
import { address } from '../support/address.ts';
import { inputName, readInput } from '../support/input.ts';
import { JSON_FLAG, show } from '../support/show.ts';
import { type DumpReport, fillDumpPage } from './page.ts';

interface InspectFlags {
  chip?: number;
  tableOffset?: number;
  rollback?: boolean;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  $ esptool read-flash 0 ALL dump.bin && ota flash-dump inspect dump.bin
  $ ota flash-dump inspect - --json < dump.bin

The chip is that of the bootloader in the dump. Whether a bootloader was built with app rollback cannot be
seen: it is assumed, but for virtual boards, whose bootloaders say so. The exit code is 1 where there is no
sound partition table, or nothing would boot.`;

export function inspectCommand(): Command {
  return new Command('inspect')
    .description('Print the table, the images, otadata, and what boots next and why.')
    .argument('<file>', 'flash dump from address 0; - for standard input')
    .option('--chip <NAME>', 'chip, such as esp32s3, where the dump has no bootloader', chip)
    .option(
      '--table-offset <ADDR>',
      'where the partition table stands (default: 0x8000, else searched)',
      address,
    )
    .option('--no-rollback', 'for a bootloader built without app rollback')
    .option(...JSON_FLAG)
    .addHelpText('after', EXAMPLES)
    .action(inspect);
}

function chip(name: string): number {
  const found = findChipByName(name);
  if (found) return found.id;
  throw new InvalidArgumentError(`Known chips: ${CHIPS.map((known) => known.name).join(', ')}.`);
}

async function inspect(file: string, flags: InspectFlags): Promise<void> {
  const dump = await readInput(file);
  const { tableOffset, chip: chipId } = flags;
  const report = inspectFlash(dump, { tableOffset, chipId, rollback: flags.rollback });
  const given = flags.rollback === false;
  const own = given ? undefined : virtualRollback(dump, report);
  const shown: DumpReport = {
    file: inputName(file),
    ...(own === false ? inspectFlash(dump, { tableOffset, chipId, rollback: own }) : report),
    rollbackFrom: given ? 'given' : own === undefined ? 'assumed' : 'bootloader',
  };
  show(shown, flags, (page) => fillDumpPage(page, shown));
  if (!shown.table.boots || !shown.boot.boots) process.exitCode = 1;
}

/** What the bootloader of a virtual board says of itself; undefined for silicon's. */
function virtualRollback(dump: Uint8Array, { bootloader }: FlashReport): boolean | undefined {
  if (!bootloader) return undefined;
  try {
    return parseBootloaderConfig(parseImage(dump.subarray(bootloader.offset)))?.rollback;
  } catch (error) {
    if (error instanceof FormatError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
