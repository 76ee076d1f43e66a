import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type ChipModel, chipModel, ESP32 } from '../../simulator/board/chip-model.ts';
import {
  BuildError,
  type BuildOptions,
  buildFirmware,
  closeCompilers,
  isIdfProject,
  packageRoot,
} from '../firmware/index.ts';
import { retargetGuest } from '../formats/guest-payload.ts';
import { formatDiagnostics } from './firmware-diagnostics.ts';
import { writeBootableFlash } from './firmware-flash.ts';
import { BuildProgress } from './firmware-progress.ts';
import { describeBuild, reportLine } from './firmware-report.ts';
import { writeFile } from './support/output.ts';

interface BuildFlags {
  version?: string;
  build?: number;
  set: Record<string, string>;
  define: Record<string, string>;
  library: string[];
  hal?: string;
  output?: string;
  flash?: string;
  chip: ChipModel;
  json?: boolean;
  cache: boolean;
}

const EXAMPLES = `
Examples:
  $ ota firmware build blink --version 1.0.0
  $ ota firmware build ~/Arduino/door/door.ino --version 2.1.0 --library ~/Arduino/libraries -o door.bin
  $ ota firmware build node --define ROLE=\\"pir\\" --define DEBUG --json
  $ ota firmware build firmware-c --version 1.2.0 --build 7 --set OTA_SERVER_URL=http://ota.test
  $ ota firmware build blink --chip esp32s3 --flash blink.flash

FIRMWARE_VERSION is the version as a string literal. It and --define reach the sketch's own files, not
libraries, so that one compiled library serves every version. A project takes its version from --version,
else from its own files (PROJECT_VER, version.txt, project()). Images are for virtual boards only: their
chip id is one that no ESP chip has. --flash adds bootloader and partition table (partitions.csv of the project). SOURCE_DATE_EPOCH sets the date in an image; without it, it is 1970.`;

export function buildCommand(): Command {
  return new Command('build')
    .description('Compile a sketch or an ESP-IDF project and wrap it as an ESP app image.')
    .argument('<path>', 'sketch folder, .ino file, or folder of an ESP-IDF project')
    .option('--version <X.Y.Z>', 'version of the firmware')
    .option('--build <N>', 'build number, which ends the version as +N', parseBuild)
    .addOption(
      new Option('--set <K=V>', "option of an ESP-IDF project's Kconfig (repeatable)")
        .argParser(collectSetting)
        .default({}, 'none'),
    )
    .addOption(
      new Option('--define <K[=V]>', 'preprocessor macro for the sketch or project (repeatable)')
        .argParser(collectDefine)
        .default({}, 'none'),
    )
    .addOption(
      new Option('--library <DIR>', 'Arduino library, or folder of libraries (repeatable)')
        .argParser(collect)
        .default([], 'those in this package'),
    )
    .addOption(new Option('--hal <DIR>', 'another HAL: a folder with a hal.json').hideHelp())
    .option('-o, --output <FILE>', 'image file (default: <sketch>-<version>.bin)')
    .option(
      '--flash <FILE>',
      'also the flash of a virtual board that boots it: sim://NAME?flash=FILE',
    )
    .addOption(
      new Option('--chip <CHIP>', 'chip of that board: esp32, esp32s3, esp32c3, esp32c6, esp32p4')
        .argParser(parseChip)
        .default(ESP32, 'esp32'),
    )
    .option('--json', 'print the result, or the errors, as JSON')
    .option('--no-cache', 'compile everything again and keep nothing')
    .addHelpText('after', EXAMPLES)
    .action(build);
}

async function build(sketch: string, flags: BuildFlags, command: Command): Promise<void> {
  if (isIdfProject(sketch) && flags.library.length > 0)
    command.error(
      'error: --library is for sketches; an ESP-IDF project names its components in EXTRA_COMPONENT_DIRS',
    );
  const started = process.hrtime.bigint();
  const progress = new BuildProgress(process.stderr);
  try {
    const result = await buildFirmware({
      ...optionsOf(sketch, flags),
      onProgress: (event) => progress.show(event),
    });
    progress.end();
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    const file = flags.output ?? `${result.project}${flags.version ? `-${flags.version}` : ''}.bin`;
    // The module is the same for every chip, and so is what is cached.
    const image = flags.chip === ESP32 ? result.image : retargetGuest(result.image, flags.chip.id);
    writeFile(file, image, 'the image');
    if (flags.flash !== undefined) writeBootableFlash(flags.flash, sketch, image, flags.chip);
    const report = describeBuild(file, { ...result, image }, seconds);
    if (result.warnings.length > 0 && !flags.json)
      console.error(formatDiagnostics(result.warnings, process.stderr));
    console.log(flags.json ? JSON.stringify(report, null, 2) : reportLine(report));
  } catch (error) {
    progress.end();
    if (!(error instanceof BuildError)) throw error;
    if (flags.json) console.log(JSON.stringify({ errors: error.diagnostics }, null, 2));
    else console.error(formatDiagnostics(error.diagnostics, process.stderr));
    process.exitCode = 1;
  } finally {
    closeCompilers();
  }
}

function optionsOf(sketch: string, flags: BuildFlags): BuildOptions {
  const root = packageRoot();
  const bundled = join(root, 'gateway-arduino', 'libraries');
  return {
    sketch,
    version: flags.version,
    build: flags.build,
    settings: flags.set,
    defines: flags.define,
    // The user's own first: a library of the same name takes the place of ours.
    libraries: existsSync(bundled) ? [...flags.library, bundled] : flags.library,
    halDir: flags.hal ?? join(root, 'simulator', 'hal'),
    cacheDir: flags.cache ? undefined : false,
  };
}

function collectSetting(text: string, settings: Record<string, string>): Record<string, string> {
  const [, name, value] = /^((?:CONFIG_)?\w+)=([\s\S]*)$/.exec(text) ?? [];
  if (!name)
    throw new InvalidArgumentError('Write NAME=VALUE; y or n for an option that is on or off.');
  return { ...settings, [name]: value! };
}

function parseChip(text: string): ChipModel {
  try {
    return chipModel(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function parseBuild(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a number from 1.');
  return Number(text);
}

function collect(value: string, list: string[]): string[] {
  return [...list, value];
}

function collectDefine(value: string, defines: Record<string, string>): Record<string, string> {
  const [, name, , text] = /^([A-Za-z_]\w*)(=([\s\S]*))?$/.exec(value) ?? [];
  if (!name) throw new InvalidArgumentError('Write NAME or NAME=VALUE.');
  return { ...defines, [name]: text ?? '1' };
}
