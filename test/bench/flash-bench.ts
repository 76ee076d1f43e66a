import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBoard } from './flash/board.ts';
import {
  type Esptool,
  esptoolFlash,
  findEsptool,
  otaFlash,
  timeCommand,
} from './flash/commands.ts';
import { machineCode } from './flash/payload.ts';
import { wireFigure } from './flash/wire.ts';

/** At least so much of the time the line is busy. */
const WIRE_GOALS = new Map([
  [460_800, 0.95],
  [921_600, 0.95],
  [2_000_000, 0.9],
]);
/** At least so many times faster than esptool.py, whole commands. */
const COMMAND_GOALS = { first: 1, changed: 4, same: 10 };
const WIRE_TRIES = 3;
const IMAGE_BYTES = 1024 * 1024;
const SECTOR = 4096;
const CHANGED_SHARE = 0.05;
const COMMAND_BAUD = 460_800;
const APP_OFFSET = 0x10000;

/** `npm run bench flash [-- --repeat N]`: how busy the flasher keeps the line, and whole commands beside
 * esptool.py's where that is found. Exit code 1 where a goal is missed. */
export async function run(args: readonly string[]): Promise<void> {
  const repeat = Number(args[args.indexOf('--repeat') + 1]) || 1;
  const image = machineCode(IMAGE_BYTES);
  await wire(image, Math.max(repeat, WIRE_TRIES));
  const esptool = await findEsptool();
  if (esptool) await commands(image, esptool, repeat);
  else {
    console.log(
      'esptool.py is not found here: whole commands are not compared (set PYTHONPATH to it)',
    );
  }
}

/** The best of some tries, as a busy machine slows the board's process too. */
async function wire(image: Uint8Array, tries: number): Promise<void> {
  console.log(`wire: ${image.length} bytes of machine code written and verified`);
  for (const [baudRate, goal] of WIRE_GOALS) {
    let best = await wireFigure(image, baudRate);
    for (let i = 1; i < tries && best.efficiency < goal; i++) {
      const next = await wireFigure(image, baudRate);
      if (next.efficiency > best.efficiency) best = next;
    }
    const { efficiency, seconds, wireBytes } = best;
    judge(
      `${baudRate} baud: ${wireBytes} bytes in ${seconds.toFixed(2)} s, efficiency ${efficiency.toFixed(3)}`,
      efficiency >= goal,
      `goal ${goal}`,
    );
  }
}

/** Each tool flashes a board of its own: first, then a build with some sectors changed, then the same. */
async function commands(image: Uint8Array, esptool: Esptool, repeat: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ota-flash-bench-'));
  try {
    const first = join(folder, 'first.bin');
    const second = join(folder, 'second.bin');
    writeFileSync(first, image);
    writeFileSync(second, changedBuild(image));
    console.log(`commands: esptool.py ${esptool.version} at ${COMMAND_BAUD} baud, ${repeat} times`);
    process.env.XDG_CACHE_HOME = join(folder, 'cache');
    const theirs = await timeSteps(repeat, [first, second, second], (url, file) =>
      esptoolFlash(esptool, url, COMMAND_BAUD, [[APP_OFFSET, file]]),
    );
    const ours = await timeSteps(repeat, [first, second, second], (url, file, step) => {
      const diff = step === 1 ? ['--diff'] : [];
      return otaFlash(url, COMMAND_BAUD, [[APP_OFFSET, file]], '--no-cache', ...diff);
    });
    Object.entries(COMMAND_GOALS).forEach(([name, goal], step) => {
      const ratio = theirs[step]! / ours[step]!;
      const times = `esptool.py ${theirs[step]!.toFixed(2)} s, ota ${ours[step]!.toFixed(2)} s`;
      judge(
        `${NAMES[name]}: ${times}, ${ratio.toFixed(1)} times as fast`,
        ratio >= goal,
        `goal ${goal}`,
      );
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const NAMES: Record<string, string> = {
  first: 'first flash',
  changed: `${CHANGED_SHARE * 100} % of the sectors changed, --diff`,
  same: 'the same build again',
};

/** Least seconds of each step over the repeats; each repeat on a fresh board. */
async function timeSteps(
  repeat: number,
  files: readonly string[],
  command: (url: string, file: string, step: number) => string[],
): Promise<number[]> {
  const least = files.map(() => Number.POSITIVE_INFINITY);
  for (let i = 0; i < repeat; i++) {
    const { url, stop } = await startBoard();
    for (const [step, file] of files.entries()) {
      least[step] = Math.min(least[step]!, await timeCommand(command(url, file, step)));
    }
    await stop();
  }
  return least;
}

/** Every twentieth sector with other bytes in it; the first among them, as it holds a build's hash. */
function changedBuild(image: Uint8Array): Uint8Array {
  const changed = image.slice();
  for (let at = 0; at < changed.length; at += SECTOR / CHANGED_SHARE) {
    for (let i = 0; i < 64; i++) changed[at + 32 * i]! ^= 0x5a;
  }
  return changed;
}

function judge(text: string, good: boolean, goal: string): void {
  console.log(`  ${good ? '✓' : '✗'} ${text} (${goal})`);
  if (!good) process.exitCode = 1;
}
