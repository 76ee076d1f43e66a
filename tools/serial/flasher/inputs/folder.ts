import { basename, join, resolve } from 'node:path';
import { SerialError } from '../../trouble.ts';
import { arduinoBuildsOf, isArduinoBuild, readArduinoBuild } from './arduino.ts';
import { exists, hasText, namesIn } from './files.ts';
import { readFlasherArgs } from './flasher-args.ts';
import { builtEnvironments, isEnvironment, readEnvironment, readPlatformio } from './platformio.ts';
import type { FlashInput } from './types.ts';
import { runVendorTool, TOOLS, type VendorTool } from './vendor-build.ts';
import { readWebManifest } from './web-manifest.ts';

export interface FolderOptions {
  /** PlatformIO's environment. */
  env?: string;
  /** Board of arduino-cli, such as esp32:esp32:esp32s3. */
  fqbn?: string;
  /** False: flash what is built already. Default: projects are built first. */
  build?: boolean;
  /** Runs the vendor's tool; for tests. */
  run?: (tool: VendorTool, args: readonly string[], folder: string) => Promise<void>;
}

/** A build folder, or a project, which its vendor's tool builds first. @throws SerialError */
export async function readFolder(folder: string, options: FolderOptions = {}): Promise<FlashInput> {
  const found = readBuildFolder(folder);
  if (found) return found;
  const { run = runVendorTool } = options;
  const build = options.build ?? true;
  if (exists(join(folder, 'platformio.ini'))) {
    const args = ['run', ...(options.env ? ['-e', options.env] : [])];
    if (build) await run(TOOLS.platformio, args, folder);
    return readPlatformio(folder, options.env ?? (await defaultEnvironment(folder)));
  }
  if (isIdfProject(folder)) {
    if (build) await run(TOOLS.idf, ['build'], folder);
    return readFlasherArgs(join(folder, 'build', 'flasher_args.json'));
  }
  if (isSketch(folder)) return readSketch(folder, { ...options, build, run });
  throw new SerialError(
    'input',
    `${folder} is neither a build folder nor a project that is known here`,
    {
      hint: 'give an ESP-IDF, Arduino or PlatformIO project or build folder, a manifest.json, or address:file pairs',
    },
  );
}

function readBuildFolder(folder: string): FlashInput | undefined {
  const idf = join(folder, 'flasher_args.json');
  if (exists(idf)) return readFlasherArgs(idf);
  if (isEnvironment(folder)) return readEnvironment(folder);
  if (isArduinoBuild(folder)) return readArduinoBuild(folder);
  const manifest = join(folder, 'manifest.json');
  if (exists(manifest)) return readWebManifest(manifest);
  return undefined;
}

/** What platformio.ini names as the only default, where several are built. */
async function defaultEnvironment(project: string): Promise<string | undefined> {
  const built = builtEnvironments(project);
  return built.length === 1 ? built[0] : undefined;
}

function isIdfProject(folder: string): boolean {
  return hasText(join(folder, 'CMakeLists.txt'), /IDF_PATH|project\.cmake/);
}

function isSketch(folder: string): boolean {
  return namesIn(folder).includes(`${basename(resolve(folder))}.ino`);
}

async function readSketch(
  folder: string,
  { fqbn, build, run }: Required<Pick<FolderOptions, 'build' | 'run'>> & FolderOptions,
): Promise<FlashInput> {
  if (!build) {
    const [built, second] = arduinoBuildsOf(folder);
    if (built && !second) return readArduinoBuild(built);
    throw new SerialError(
      'input',
      built ? `${folder} is built for several boards` : `${folder} is not built`,
      {
        hint: 'give the build folder itself',
      },
    );
  }
  if (!fqbn) {
    throw new SerialError(
      'input',
      `which board is the sketch ${folder} for? arduino-cli must know`,
      {
        hint: 'give --fqbn, such as --fqbn esp32:esp32:esp32s3',
      },
    );
  }
  const output = join(folder, 'build', fqbn.replaceAll(':', '.'));
  await run(
    TOOLS.arduino,
    ['compile', '--fqbn', fqbn, '--output-dir', output, '.'],
    resolve(folder),
  );
  return readArduinoBuild(output);
}
