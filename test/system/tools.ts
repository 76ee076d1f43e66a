import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program that npm does not bring, and that the second list of tests needs. */
export interface SystemTool {
  command: string;
  /** Its package in Debian. */
  debian: string;
  use: string;
}

export const SYSTEM_TOOLS: readonly SystemTool[] = [
  { command: 'gcc', debian: 'gcc', use: 'the core of the C client, with sanitizers' },
  { command: 'cmake', debian: 'cmake', use: "the C client's host build" },
  { command: 'clang', debian: 'clang', use: 'libFuzzer on what a server may send to the C client' },
  { command: 'llvm-cov', debian: 'llvm', use: 'line and branch coverage of the C client' },
  { command: 'clang-tidy', debian: 'clang-tidy', use: 'static checks of the C client' },
  { command: 'cppcheck', debian: 'cppcheck', use: 'static checks of the C client' },
  { command: 'socat', debian: 'socat', use: 'virtual boards behind a pseudo terminal' },
  {
    command: 'tshark',
    debian: 'tshark',
    use: 'captures of simulated traffic as Wireshark reads them',
  },
  { command: 'chromium', debian: 'chromium', use: 'pages as a browser shows them' },
];

/** Those that no folder of the PATH holds. */
export function missingTools(
  path = process.env.PATH ?? '',
  tools: readonly SystemTool[] = SYSTEM_TOOLS,
): SystemTool[] {
  const folders = path.split(delimiter).filter(Boolean);
  return tools.filter(({ command }) => !folders.some((folder) => runs(join(folder, command))));
}

/** The line that brings them on Debian and its kin. */
export function aptLine(tools: readonly SystemTool[]): string {
  const packages = [...new Set(tools.map(({ debian }) => debian))];
  return `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
