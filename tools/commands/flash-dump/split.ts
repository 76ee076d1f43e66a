import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { type DumpPart, splitDump } from '../../formats/flash-image/split.ts';
import { address } from '../support/address.ts';
import { inputName, readInput, reasonOf } from '../support/input.ts';
import { writeFile } from '../support/output.ts';
import type { Column } from '../support/page.ts';
import { JSON_FLAG, show } from '../support/show.ts';
import { hexText, printable } from '../support/text.ts';

interface SplitFlags {
  output: string;
  tableOffset?: number;
  json?: boolean;
}

const EXAMPLES = `
Example:
  $ ota flash-dump split dump.bin -o parts

Writes bootloader, partition table and each partition that is not empty to a file named by its address.
Erased flash behind images is left off. ota image merge makes a dump of them again.`;

export function splitCommand(): Command {
  return new Command('split')
    .description('Write the parts of a dump to files of their own.')
    .argument('<file>', 'flash dump from address 0; - for standard input')
    .requiredOption('-o, --output <DIR>', 'folder for the parts; made where it is missing')
    .option(
      '--table-offset <ADDR>',
      'where the partition table stands (default: 0x8000, else searched)',
      address,
    )
    .option(...JSON_FLAG)
    .addHelpText('after', EXAMPLES)
    .action(split);
}

/** A part as `--json` has it. */
interface PartReport {
  name: string;
  kind: DumpPart['kind'];
  offset: number;
  /** Bytes in flash, and those written. */
  size: number;
  written: number;
  file?: string;
}

async function split(file: string, flags: SplitFlags): Promise<void> {
  const dump = await readInput(file);
  const parts = splitDump(dump, { tableOffset: flags.tableOffset });
  makeFolder(flags.output);
  const reports = parts.map((part) => writePart(part, flags.output));
  const { json, output } = flags;
  show({ file: inputName(file), folder: output, parts: reports }, { json }, (page) => {
    page.table(`Parts of ${printable(inputName(file))}, in ${printable(output)}`, COLUMNS, reports);
  });
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new Error(`the folder ${folder} cannot be made: ${reasonOf(error)}`, { cause: error });
  }
}

function writePart(
  { name, kind, offset, size, data, erased, fileName }: DumpPart,
  folder: string,
): PartReport {
  if (erased) return { name, kind, offset, size, written: 0 };
  const file = join(folder, fileName);
  writeFile(file, data, `the part ${name}`);
  return { name, kind, offset, size, written: data.length, file: fileName };
}

const COLUMNS: Column<PartReport>[] = [
  { title: 'part', cell: (p) => p.name },
  { title: 'offset', cell: (p) => hexText(p.offset), right: true },
  { title: 'bytes', cell: (p) => String(p.written), right: true },
  { title: 'file', cell: (p) => p.file ?? 'empty, not written' },
];
