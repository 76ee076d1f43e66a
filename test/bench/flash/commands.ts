import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const OTA = fileURLToPath(new URL('../../../tools/bin/ota.js', import.meta.url));

/** How esptool.py is run here, and which it is. */
export interface Esptool {
  command: string[];
  version: string;
  /** 4.x has underscores in its verbs and modes. */
  old: boolean;
}

/** Looks for esptool.py: on the PATH, or as a module of Python (PYTHONPATH counts). */
export async function findEsptool(): Promise<Esptool | undefined> {
  for (const command of [['esptool'], ['esptool.py'], ['python3', '-m', 'esptool']]) {
    const { code, output } = await runTimed([...command, 'version']).catch(() => NOT_RUN);
    const version = /(\d+)\.\d+[\w.]*/.exec(output);
    if (code === 0 && version) return { command, version: version[0], old: Number(version[1]) < 5 };
  }
  return undefined;
}

const NOT_RUN = { code: -1, output: '', seconds: 0 };

/** Wall time of a whole command, from its start to its end.
 * @throws Error with what it said, where it failed */
export async function timeCommand(words: readonly string[]): Promise<number> {
  const { code, output, seconds } = await runTimed(words);
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}:\n${output}`);
  return seconds;
}

export function esptoolFlash(
  { command, old }: Esptool,
  url: string,
  baudRate: number,
  pairs: readonly [number, string][],
): string[] {
  const write = old ? 'write_flash' : 'write-flash';
  const words = pairs.flatMap(([offset, file]) => [`0x${offset.toString(16)}`, file]);
  return [
    ...command,
    '--chip',
    'esp32',
    '--port',
    url,
    '--baud',
    String(baudRate),
    write,
    ...words,
  ];
}

export function otaFlash(
  url: string,
  baudRate: number,
  pairs: readonly [number, string][],
  ...more: string[]
): string[] {
  const words = pairs.map(([offset, file]) => `0x${offset.toString(16)}:${file}`);
  const flags = ['--port', url, '--baud', String(baudRate), '--force', ...more];
  return [process.execPath, OTA, 'flash', ...words, ...flags];
}

function runTimed(words: readonly string[]): Promise<typeof NOT_RUN> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const [command, ...args] = words;
    const child = spawn(command!, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        output += data;
      });
    }
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code: code ?? -1, output, seconds: (performance.now() - start) / 1000 }),
    );
  });
}
