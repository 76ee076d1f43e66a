import { Command, InvalidArgumentError, Option } from 'commander';
import { chipName, findChip } from '../../formats/chips.ts';
import {
  type EspImageHeader,
  parseImageHeader,
  patchImage,
  SPI_MODES,
  type SpiMode,
} from '../../formats/esp-image.ts';
import { inputName, readInput } from '../support/input.ts';
import { outputName, writeOutput } from '../support/output.ts';
import type { Row } from '../support/page.ts';
import { reportingFaults } from '../support/problems.ts';
import { JSON_FLAG, show } from '../support/show.ts';
import { printable } from '../support/text.ts';

interface PatchFlags {
  mode?: SpiMode;
  freq?: number;
  size?: number;
  allowStaleHash?: boolean;
  dropSignature?: boolean;
  output: string;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  $ ota image patch bootloader.bin --mode qio --freq 80m --size 16MB -o bootloader-qio.bin
  $ ota image patch - --size 8MB -o - < bootloader.bin > bootloader-8mb.bin

What is not given stays. The header's codes are those of the image's own chip, and an appended SHA-256 is
made anew. The exit code is 1 where the image is damaged or signed, or the chip knows no such clock.`;

export function patchCommand(): Command {
  return new Command('patch')
    .description('Change flash mode, clock and size in an image’s header.')
    .argument('<file>', 'app or bootloader image; - for standard input')
    .addOption(new Option('--mode <MODE>', 'qio, qout, dio or dout').argParser(modeFlag))
    .addOption(new Option('--freq <MHZ>', 'flash clock, such as 80m').argParser(clockFlag))
    .addOption(new Option('--size <MB>', 'flash size, 1MB to 128MB').argParser(sizeFlag))
    .option(
      '--allow-stale-hash',
      'take an image whose SHA-256 is wrong, where its checksum is right',
    )
    .option('--drop-signature', 'take a signed image, and leave its signature off')
    .requiredOption('-o, --output <FILE>', 'patched image; - for standard output')
    .option(...JSON_FLAG)
    .addHelpText('after', EXAMPLES)
    .action((file: string, flags: PatchFlags) => reportingFaults(flags, () => patch(file, flags)));
}

async function patch(file: string, flags: PatchFlags): Promise<void> {
  const { mode, freq, size, allowStaleHash, dropSignature, output } = flags;
  if (mode === undefined && freq === undefined && size === undefined) {
    throw new Error('nothing to patch: give --mode, --freq or --size');
  }
  const before = await readInput(file);
  const options = { spiMode: mode, flashFreqMHz: freq, flashSizeMB: size };
  const after = patchImage(before, { ...options, allowStaleHash, dropSignature });
  await writeOutput(output, after, 'the patched image');
  const report = {
    ok: true,
    file: inputName(file),
    output,
    before: flashOf(parseImageHeader(before)),
    after: flashOf(parseImageHeader(after)),
  };
  show(report, flags, (page) => {
    const names = ['mode', 'frequency', 'size'] as const;
    const rows = names.map((name): Row => {
      const [old, now] = [report.before[name], report.after[name]];
      return [
        `flash ${name}`,
        old === now ? `${now}, as before` : `${old} → ${page.color.green(now)}`,
      ];
    });
    page.section(printable(outputName(output)), rows);
  });
}

function flashOf({ chipId, spiMode, spiSpeed, spiSize }: EspImageHeader) {
  const clocks = Object.entries(findChip(chipId)?.flashFrequencies ?? {})
    .filter(([, code]) => code === spiSpeed)
    .map(([megahertz]) => `${megahertz} MHz`);
  return {
    chip: chipName(chipId),
    mode: SPI_MODES[spiMode] ?? `unknown (${spiMode})`,
    frequency: clocks.join(' or ') || `unknown (${spiSpeed})`,
    size: `${2 ** spiSize} MB`,
  };
}

function modeFlag(text: string): SpiMode {
  const mode = SPI_MODES.slice(0, 4).find((name) => name === text.toUpperCase());
  if (!mode) throw new InvalidArgumentError('Give qio, qout, dio or dout.');
  return mode;
}

function clockFlag(text: string): number {
  const [, digits] = /^(\d{1,3})(?:m|mhz)?$/i.exec(text) ?? [];
  if (!digits) throw new InvalidArgumentError('Give a clock such as 80m.');
  return Number(digits);
}

function sizeFlag(text: string): number {
  const [, digits] = /^(\d{1,3})(?:mb?)?$/i.exec(text) ?? [];
  if (!digits) throw new InvalidArgumentError('Give a size such as 4MB.');
  return Number(digits);
}
