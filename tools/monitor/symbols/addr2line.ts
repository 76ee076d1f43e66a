import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { MACHINE } from './elf.ts';
import type { Frame, Symbolizer } from './frame.ts';

const VENDOR: Record<number, string[]> = {
  [MACHINE.xtensa]: [
    'xtensa-esp-elf-addr2line',
    'xtensa-esp32-elf-addr2line',
    'xtensa-esp32s3-elf-addr2line',
    'xtensa-esp32s2-elf-addr2line',
  ],
  [MACHINE.riscv]: ['riscv32-esp-elf-addr2line'],
};
/** LLVM's reads the debug information of any machine. */
const ANY = ['llvm-addr2line'];
/** Where ESP-IDF, PlatformIO and the Arduino IDE keep their toolchains, below the home folder. */
const HOMES = [
  '.espressif/tools/*/*/*/bin',
  '.platformio/packages/toolchain-*/bin',
  '.arduino15/packages/*/tools/*/*/bin',
  'Library/Arduino15/packages/*/tools/*/*/bin',
  'AppData/Local/Arduino15/packages/*/tools/*/*/bin',
];
const LIMIT_MS = 20_000;

export interface ToolSearch {
  path?: string;
  home?: string;
}

/** The addr2line for a machine: `OTA_ADDR2LINE`, on the PATH, or in a vendor's folder; undefined where there is none. */
export function findAddr2line(machine: number, search: ToolSearch = {}): string | undefined {
  if (process.env.OTA_ADDR2LINE) return process.env.OTA_ADDR2LINE;
  const path = (search.path ?? process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const home = search.home ?? homedir();
  const folders = [...path, ...HOMES.map((pattern) => join(home, pattern))];
  for (const name of [...(VENDOR[machine] ?? []), ...ANY]) {
    for (const folder of folders) {
      const [found] = globSync(join(folder, `${name}{,.exe}`).replaceAll('\\', '/'));
      if (found) return found;
    }
  }
  return undefined;
}

/** Names addresses with a toolchain's addr2line: functions with source lines, inlined ones too. */
export function addr2lineSymbolizer(tool: string, elf: string): Symbolizer {
  return {
    source: `${elf} by ${tool}`,
    async resolve(addresses) {
      if (addresses.length === 0) return [];
      const words = addresses.map((address) => `0x${address.toString(16)}`);
      return parseAddr2line(await run(tool, ['-afiC', '-e', elf, ...words]));
    },
  };
}

function run(tool: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(tool, args, { timeout: LIMIT_MS }, (error, stdout) => {
      if (error) reject(new Error(`${tool} could not name the addresses: ${error.message}`));
      else resolve(stdout);
    });
  });
}

/** The output of `addr2line -afiC`: an address, then a function and its place, once more for each that it was inlined into. */
export function parseAddr2line(text: string): Frame[] {
  const frames: Frame[] = [];
  const lines = text.split(/\r?\n/);
  for (let i = 0; i < lines.length; ) {
    if (!/^0x[0-9a-f]+$/i.test(lines[i]!)) {
      i++;
      continue;
    }
    const address = Number.parseInt(lines[i++]!, 16);
    const chain: Frame[] = [];
    while (i + 1 < lines.length && !/^0x[0-9a-f]+$/i.test(lines[i]!)) {
      chain.push(frameOf(address, lines[i]!, lines[i + 1]!));
      i += 2;
    }
    const outer = chain.pop();
    if (!outer || outer.function === '??') continue;
    frames.push(chain.length > 0 ? { ...outer, inlined: chain } : outer);
  }
  return frames;
}

function frameOf(address: number, name: string, place: string): Frame {
  const match = /^(.*?):(\d+)(?: \(discriminator \d+\))?$/.exec(place);
  if (!match || match[1] === '??' || match[2] === '0') return { address, function: name };
  return { address, function: name, file: match[1]!, line: Number(match[2]) };
}
