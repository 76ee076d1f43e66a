import { Command, Option } from 'commander';
import type { SpiMode } from '../../formats/esp-image-header.ts';
import { patchImage } from '../../formats/esp-image-patch.ts';
import { folderCache } from '../../serial/flasher/deflate-cache.ts';
import { Deflater } from '../../serial/flasher/deflater.ts';
import { type FlashInput, readFlashInput } from '../../serial/flasher/input.ts';
import type { FlashEvent, FlashReport } from '../../serial/flasher/run.ts';
import { STUB_BLOCK } from '../../serial/loader/loader.ts';
import { SerialError } from '../../serial/trouble.ts';
import { baudOf } from '../serial/board-port.ts';
import { Bars } from './bars.ts';
import { flashOne } from './flash-one.ts';
import { fillFlashPage } from './flash-page.ts';
import { type BoardFlags, boardOptions } from './options.ts';
import { onEach, portsOf, showBoards, withBoard } from './session.ts';
import { boardAction } from './trouble.ts';

export interface FlashFlags extends BoardFlags {
  force?: boolean;
  diff?: boolean;
  always?: boolean;
  compress: boolean;
  eraseAll?: boolean;
  erase?: string[];
  dryRun?: boolean;
  flashMode?: string;
  flashFreq?: string;
  flashSize?: string;
  tableOffset?: number;
  env?: string;
  fqbn?: string;
  build: boolean;
  cache: boolean;
  monitor?: boolean;
  monitorBaud: number;
  elf?: string;
}

const EXAMPLES = `
Examples:
  $ ota flash                                      an ESP-IDF or PlatformIO project here: built, then flashed
  $ ota flash my_sketch --fqbn esp32:esp32:esp32s3 --monitor
  $ ota flash build/flasher_args.json --diff       only the sectors that changed
  $ ota flash 0x0:bootloader.bin 0x8000:partitions.bin 0x10000:app.bin --port /dev/ttyUSB0
  $ ota flash manifest.json --all                  every board, each with its chip's build
  $ ota flash merged.bin --erase nvs,otadata --dry-run

What is in flash already is not written again (--always does). Every region is verified by MD5. An image for
another chip, revision or flash size, or for simulated boards, is refused without --force.
Exit codes: 0 done, 1 refused or wrong input, 2 no board could be worked with, 3 flash does not hold what was written.`;

export function flashCommand(): Command {
  const command = new Command('flash')
    .description('Bring firmware onto boards over their serial ports.')
    .argument(
      '[inputs...]',
      'address:file pairs, flasher_args.json, an ESP Web Tools manifest, a build or project folder (default: this one), a merged image, Intel HEX, or an app',
    );
  return buildOptions(contentOptions(boardOptions(command)))
    .option('--monitor', 'go on to the console afterwards')
    .option('--monitor-baud <RATE>', 'bits a second of the console', baudOf, 115_200)
    .option('--elf <FILE>', 'for the console: decodes backtraces')
    .addHelpText('after', EXAMPLES)
    .action(boardAction(flash));
}

function contentOptions(command: Command): Command {
  return command
    .option('--diff', 'write only the sectors that differ')
    .option('--always', 'write also what is in flash already')
    .option('--no-compress', 'send bytes as they are')
    .option('--erase-all', 'erase all of flash first')
    .option('--erase <NAMES>', 'erase partitions first: nvs,otadata', (text: string) =>
      text.split(',').map((name) => name.trim()),
    )
    .option('--dry-run', 'look at the board and say what would be done')
    .option('--force', 'flash also what was refused')
    .addOption(
      new Option('--flash-mode <MODE>', 'in the bootloader’s header (default: as built)').choices([
        'qio',
        'qout',
        'dio',
        'dout',
      ]),
    )
    .option('--flash-freq <MHZ>', 'likewise: 80m, 40m …')
    .option('--flash-size <SIZE>', 'likewise: 4MB …, or detect');
}

function buildOptions(command: Command): Command {
  return command
    .option('--no-build', 'flash what is built already')
    .option('--env <NAME>', 'environment of a PlatformIO project')
    .option('--fqbn <BOARD>', 'board of a sketch, for arduino-cli: esp32:esp32:esp32s3')
    .option('--no-cache', 'keep no compressed images in the cache folder');
}

async function flash(inputs: string[], flags: FlashFlags): Promise<void> {
  const ports = await portsOf(flags);
  const [port, second] = ports;
  if (flags.monitor && second) throw new SerialError('input', '--monitor works with one port');
  const input = await readFlashInput(inputs, flags);
  const deflater = new Deflater(flags.cache ? folderCache() : undefined);
  const bars = new Bars(process.stderr, ports);
  try {
    if (flags.compress && !flags.diff) prepare(input, deflater);
    const outcomes = await onEach(ports, async (name) => {
      try {
        return await withBoard(name, flags, async (board) => {
          const tell = (event: FlashEvent) =>
            bars.update(name, `${VERBS[event.phase]} ${event.name}`, event.done, event.total);
          const report = await flashOne(board, input, flags, deflater, tell);
          bars.finish(name, summary(report, flags.dryRun ?? false));
          return report;
        });
      } catch (error) {
        bars.finish(name, 'failed');
        throw error;
      }
    });
    const ok = outcomes.every((outcome) => outcome.ok);
    showBoards(
      outcomes,
      flags,
      { ok, dryRun: flags.dryRun ?? false, boards: outcomes.map(asJson) },
      (page) => fillFlashPage(page, outcomes, flags.dryRun ?? false),
    );
    if (flags.monitor && ok) await monitor(port!, flags);
  } finally {
    await deflater.close();
  }
}

const VERBS = { erase: 'erasing', check: 'checking', write: 'writing', verify: 'verifying' };

/** The compressor starts while the board is still being reset. What the header's options change is
 * small: the bootloader. */
function prepare(input: FlashInput, deflater: Deflater): void {
  if (input.kind !== 'parts') return;
  for (const { data, offset } of input.parts) {
    if (data.length % 4 === 0 && offset % 0x1000 === 0) deflater.prepare(data, STUB_BLOCK);
  }
}

function summary({ regions, ms }: FlashReport, dryRun: boolean): string {
  const written = regions.reduce((sum, region) => sum + region.written, 0);
  const seconds = (ms / 1000).toFixed(1);
  if (written === 0) return `up to date (${seconds} s)`;
  return dryRun ? `${written} bytes to write` : `${written} bytes written in ${seconds} s`;
}

function asJson<T extends { port: string; ok: boolean }>(outcome: T): object {
  const { result, ...rest } = outcome as T & { result?: object };
  return { ...rest, ...result };
}

async function monitor(port: string, flags: FlashFlags): Promise<void> {
  const { runMonitor } = await import('../monitor/run.ts');
  await runMonitor(port, { baud: flags.monitorBaud, elf: flags.elf });
}

/** A bootloader with the flash settings asked for. @throws FormatError */
export function withSettings(
  bootloader: Uint8Array,
  flags: Pick<FlashFlags, 'flashMode' | 'flashFreq' | 'flashSize'>,
  flashBytes: number | undefined,
): Uint8Array {
  const { flashMode, flashFreq, flashSize } = flags;
  if (!flashMode && !flashFreq && !flashSize) return bootloader;
  const size = flashSize === 'detect' ? (flashBytes ?? 0) / 1024 / 1024 : flashSize;
  return patchImage(bootloader, {
    spiMode: flashMode?.toUpperCase() as SpiMode | undefined,
    flashFreqMHz: flashFreq === undefined ? undefined : Number.parseInt(flashFreq, 10),
    flashSizeMB: size === undefined ? undefined : Number.parseInt(String(size), 10),
    allowStaleHash: true,
  });
}
