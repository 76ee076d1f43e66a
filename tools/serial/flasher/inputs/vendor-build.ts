import { SerialError } from '../../trouble.ts';

/** A vendor's build tool. */
export interface VendorTool {
  /** What messages call it. */
  name: string;
  command: string;
  /** Where to get it. */
  install: string;
}

export const TOOLS = {
  idf: {
    name: 'ESP-IDF',
    command: 'idf.py',
    install: 'install ESP-IDF and run its export script in this shell (. $IDF_PATH/export.sh)',
  },
  arduino: {
    name: 'arduino-cli',
    command: 'arduino-cli',
    install: 'install arduino-cli, then: arduino-cli core install esp32:esp32',
  },
  platformio: {
    name: 'PlatformIO',
    command: 'pio',
    install: 'install PlatformIO Core, such as with: pipx install platformio',
  },
} satisfies Record<string, VendorTool>;

/**
 * Runs a vendor's tool in a folder, its output shown on standard error.
 * @throws SerialError `tool-missing`, `build-failed`
 */
export async function runVendorTool(
  tool: VendorTool,
  args: readonly string[],
  folder: string,
): Promise<void> {
  const { $, which } = await import('zx');
  const program = await which(tool.command, { nothrow: true });
  if (!program) {
    throw new SerialError(
      'tool-missing',
      `${folder} must be built first, and ${tool.name} (${tool.command}) is not installed here`,
      { hint: `${tool.install}; or build it elsewhere and give the build folder` },
    );
  }
  // What the tool says goes straight to our standard error: reports have standard output for themselves.
  const shell = $({ cwd: folder, nothrow: true, quiet: true, stdio: ['ignore', 2, 2] });
  const { exitCode } = await shell`${program} ${args}`;
  if (exitCode === 0) return;
  throw new SerialError(
    'build-failed',
    `${tool.command} ${args.join(' ')} failed with exit code ${exitCode}`,
    { hint: 'what it said stands above' },
  );
}
