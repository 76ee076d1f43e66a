import { main } from '../../tools/cli.ts';

export interface CallResult {
  code: number;
  stdout: string;
  stderr: string;
  /** Standard output as it is, where it is not text. */
  bytes: Uint8Array;
}

class Exit extends Error {}

/**
 * Runs `ota …` within this process: much cheaper than runCli, for commands that end by themselves and read no standard
 * input. One call at a time; paths are absolute, as the folder stays.
 */
export async function callCli(args: string[]): Promise<CallResult> {
  const written = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  const restore = [capture('stdout', written.stdout), capture('stderr', written.stderr)];
  const { log, error } = console;
  console.log = (text = '') => void process.stdout.write(`${text}\n`);
  console.error = (text = '') => void process.stderr.write(`${text}\n`);
  const { exit, exitCode } = process;
  process.exitCode = undefined;
  let code: number | undefined;
  // Commander ends the process by itself where it prints help or refuses an option.
  process.exit = ((given?: number) => {
    code ??= given ?? 0;
    throw new Exit();
  }) as typeof process.exit;
  try {
    await main(['node', 'ota', ...args]);
  } finally {
    code ??= Number(process.exitCode ?? 0);
    process.exit = exit;
    process.exitCode = exitCode;
    Object.assign(console, { log, error });
    for (const undo of restore) undo();
  }
  const stderr = Buffer.concat(written.stderr)
    .toString()
    .replace(/^ota: \n/m, '');
  const bytes = new Uint8Array(Buffer.concat(written.stdout));
  return { code, stdout: new TextDecoder().decode(bytes), stderr, bytes };
}

function capture(name: 'stdout' | 'stderr', into: Uint8Array[]): () => void {
  const stream = process[name];
  const listeners = stream.listeners('error');
  const write = stream.write;
  stream.write = ((piece: string | Uint8Array, ...rest: unknown[]) => {
    into.push(typeof piece === 'string' ? Buffer.from(piece) : piece);
    const done = rest.find((part) => typeof part === 'function') as (() => void) | undefined;
    done?.();
    return true;
  }) as typeof stream.write;
  return () => {
    stream.write = write;
    for (const listener of stream.listeners('error')) {
      if (!listeners.includes(listener)) stream.off('error', listener as () => void);
    }
  };
}
