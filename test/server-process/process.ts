import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface ServerProcess {
  /** As its banner says. */
  url: string;
  pid: number;
  /** All it printed so far. */
  stdout(): string;
  stderr(): string;
  kill(signal: NodeJS.Signals): void;
  /** Its exit code, or the signal that ended it. */
  exit: Promise<number | string>;
  /** Stops it, if it still runs. */
  stop(): Promise<void>;
}

export interface ServerProcessOptions {
  dataDir: string;
  args?: string[];
  env?: Record<string, string>;
  /** Flags of node itself. */
  node?: string[];
}

/** Settings of the machine that a test must not see. */
const CLEAN: Record<string, string | undefined> = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => /^OTA_|_URL$|^(ADMIN_TOKEN|GATEWAY_KEY|JWT_SECRET|LINK_KEYS)$/.test(name))
    .map((name) => [name, undefined]),
);

/** `ota server start` as a process of its own, on a free port; resolves once it listens. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const { dataDir, args = [], env = {}, node = [] } = options;
  const script = join(ROOT, 'tools/bin/ota.js');
  const start = ['server', 'start', '--port', '0', '--data', dataDir, ...args];
  const child = spawn(process.execPath, [...node, script, ...start], {
    env: { ...process.env, ...CLEAN, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  const exit = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'lost'));
  });
  const url = await listening(child, output, exit);
  return {
    url,
    pid: child.pid as number,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    kill: (signal) => child.kill(signal),
    exit,
    async stop() {
      if (child.exitCode === null) child.kill('SIGKILL');
      await exit;
    },
  };
}

function listening(
  child: ChildProcess,
  output: { stdout: string; stderr: string },
  exit: Promise<unknown>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
        const found = /mock OTA server on (\S+)\n[\s\S]*Ctrl-C/.exec(output[name])?.[1];
        if (found) resolve(found);
      });
    }
    exit.then((code) => reject(new Error(`ended with ${code}: ${output.stderr}`)));
  });
}

/** Resident memory of a process, in MiB. */
export function residentMiB(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1]) / 1024;
}
