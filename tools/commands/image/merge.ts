import { Command, Option } from 'commander';
import { buildIntelHex, isIntelHex, parseIntelHex } from '../../formats/flash-image/intel-hex.ts';
import { type FlashPart, mergeParts, sortParts } from '../../formats/flash-image/merge.ts';
import { address } from '../support/address.ts';
import { inputName, readInput } from '../support/input.ts';
import { outputName, writeOutput } from '../support/output.ts';
import { reportingFaults } from '../support/problems.ts';
import { JSON_FLAG, show } from '../support/show.ts';
import { hexText, printable } from '../support/text.ts';
import { mergeWarnings } from './merge-warnings.ts';

interface MergeFlags {
  output: string;
  format?: 'raw' | 'hex';
  base?: number;
  padTo?: number;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  $ ota image merge 0x1000:bootloader.bin 0x8000:partitions.bin 0x10000:app.bin -o flash.bin
  $ ota image merge 0x1000:bootloader.bin factory.hex --pad-to 4M -o flash.bin
  $ cat app.bin | ota image merge 0x0:bootloader.bin 0x10000:- --format hex -o - > flash.hex

Raw output begins at flash address 0 (or --base), with 0xFF between the parts; Intel HEX holds the parts
alone. The exit code is 1 where parts overlap.`;

export function mergeCommand(): Command {
  return new Command('merge')
    .description('Put parts of a flash into one file, raw or Intel HEX.')
    .argument('<parts...>', 'ADDRESS:FILE, or an Intel HEX file; - for standard input')
    .requiredOption('-o, --output <FILE>', 'merged file; - for standard output')
    .addOption(
      new Option('--format <FORMAT>', 'raw or hex (default: hex for a file named .hex)').choices([
        'raw',
        'hex',
      ]),
    )
    .addOption(
      new Option(
        '--base <ADDRESS>',
        'flash address where raw output begins (default: 0x0)',
      ).argParser(address),
    )
    .addOption(
      new Option('--pad-to <ADDRESS>', 'fill raw output with 0xFF up to here').argParser(address),
    )
    .option(...JSON_FLAG)
    .addHelpText('after', EXAMPLES)
    .action((parts: string[], flags: MergeFlags) =>
      reportingFaults(flags, () => merge(parts, flags)),
    );
}

async function merge(specs: string[], flags: MergeFlags): Promise<void> {
  const format = flags.format ?? (/\.i?hex$/i.test(flags.output) ? 'hex' : 'raw');
  if (format === 'hex' && (flags.base !== undefined || flags.padTo !== undefined)) {
    throw new Error('--base and --pad-to are for raw output: Intel HEX carries addresses');
  }
  const parts: FlashPart[] = [];
  for (const spec of specs) parts.push(...(await readPart(spec)));
  const sorted = sortParts(parts);
  const bytes = format === 'hex' ? buildIntelHex(sorted) : mergeParts(sorted, flags);
  await writeOutput(flags.output, bytes, 'the merged file');
  const report = {
    ok: true,
    output: flags.output,
    format,
    size: bytes.length,
    parts: sorted.map(({ offset, data, name }) => ({ name, offset, length: data.length })),
    problems: mergeWarnings(sorted),
  };
  show(report, flags, (page) => {
    const to = outputName(flags.output);
    const how = format === 'hex' ? 'Intel HEX' : `for flash address ${hexText(flags.base ?? 0)}`;
    page.table(
      `${to}: ${bytes.length} bytes, ${how}`,
      [
        { title: 'from', cell: (part) => hexText(part.offset), right: true },
        { title: 'to', cell: (part) => hexText(part.offset + part.length), right: true },
        { title: 'part', cell: (part) => printable(part.name ?? '') },
      ],
      report.parts,
    );
    page.problems(report.problems);
  });
}

/** ADDRESS:FILE for raw bytes, FILE for Intel HEX, which carries its own addresses. */
async function readPart(spec: string): Promise<FlashPart[]> {
  const [, place, file = spec] = /^(0x[0-9a-f]+|\d+[km]?):([\s\S]+)$/i.exec(spec) ?? [];
  const name = inputName(file);
  const data = await readInput(file);
  if (data.length === 0) throw new Error(`${name} is empty`);
  const isHex = isIntelHex(data);
  if (place === undefined) {
    if (!isHex)
      throw new Error(`${name} is no Intel HEX file: write where it goes, ADDRESS:${file}`);
    return parseIntelHex(data).map((part) => ({ ...part, name }));
  }
  if (isHex)
    throw new Error(`${name} is an Intel HEX file with its own addresses: give ${file} alone`);
  return [{ offset: address(place), data, name }];
}
