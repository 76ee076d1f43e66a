import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { ROOT } from './bench.ts';

export interface CliOptions {
  /** Where the repository's files are; default this one. */
  root?: string;
  cwd?: string;
  env?: Record<string, string>;
  /** What it reads on standard input; nothing without it. */
  input?: Uint8Array;
  /** Called whenever something was printed, with all of it so far. */
  onOutput?: (text: string, send: (signal: NodeJS.Signals) => void) => void;
}

export interface CliResult {
  /** null when a signal ended it. */
  code: number | null;
  stdout: string;
  /** Standard output as it is, where it is not text. */
  bytes: Uint8Array;
  stderr: string;
  /** Whether any process that it started is still there. */
  orphans: boolean;
}

/** Runs `ota …` as its own process group, as a shell does, with this very Node. */
export function runCli(args: string[], options: CliOptions = {}): Promise<CliResult> {
  const root = options.root ?? ROOT;
  const env = { ...process.env, NO_COLOR: '1', OTA_DEBUG: '', ...options.env };
  const child = spawn(process.execPath, [join(root, 'tools/bin/ota.js'), ...args], {
    cwd: options.cwd ?? root,
    env,
    detached: true,
    stdio: [options.input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  // A command that does not read its input closes the pipe early.
  child.stdin?.on('error', () => {}).end(options.input);
  const chunks: Buffer[] = [];
  const text = { stdout: '', stderr: '' };
  // Ctrl-C in a terminal goes to every process of the group.
  const send = (signal: NodeJS.Signals) => process.kill(-child.pid!, signal);
  for (const name of ['stdout', 'stderr'] as const) {
    const decoder = new StringDecoder('utf8');
    child[name]!.on('data', (piece: Buffer) => {
      if (name === 'stdout') chunks.push(piece);
      text[name] += decoder.write(piece);
      options.onOutput?.(text.stdout + text.stderr, send);
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const bytes = new Uint8Array(Buffer.concat(chunks));
      resolve({ code, ...text, bytes, orphans: groupAlive(child.pid!) });
    });
  });
}

function groupAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}
