import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { main } from '../../cli.ts';

const BIN = fileURLToPath(new URL('../../bin/ota.js', import.meta.url));
const OUTPUT_MAX = 64 * 1024 * 1024;

export interface OtaResult {
  code: number;
  out: string;
  err: string;
  /** Standard output as it came. */
  bytes: Uint8Array;
}

/**
 * Runs `ota …`, its output piped and without colour settings. With input in a process of its own; else
 * in this one, which takes a tenth of the time.
 */
export function ota(args: string[], input?: Uint8Array): Promise<OtaResult> {
  return input ? inChild(args, input) : here(args);
}

function inChild(args: string[], input: Uint8Array): Promise<OtaResult> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env };
    delete env.NO_COLOR;
    delete env.FORCE_COLOR;
    const options = { env, encoding: 'buffer' as const, maxBuffer: OUTPUT_MAX };
    const child = execFile(process.execPath, [BIN, ...args], options, (error, out, err) => {
      if (error && typeof error.code !== 'number') return reject(error);
      const code = Number(error?.code ?? 0);
      resolve({ code, out: out.toString(), err: err.toString(), bytes: new Uint8Array(out) });
    });
    // A command that does not read its input closes the pipe early.
    child.stdin?.on('error', () => {}).end(input);
  });
}

class Exit extends Error {}

/** The command line's own `main`, with what it prints and its exit code caught. */
async function here(args: string[]): Promise<OtaResult> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const before = process.exitCode;
  const listeners = process.stdout.listeners('error');
  process.exitCode = 0;
  let exit: number | undefined;
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(writer(out)),
    vi.spyOn(process.stderr, 'write').mockImplementation(writer(err)),
    vi.spyOn(console, 'log').mockImplementation((text: unknown) => {
      out.push(Buffer.from(`${text}\n`));
    }),
    vi.spyOn(console, 'error').mockImplementation((text: unknown) => {
      // What main says about the exit is no output of the command.
      if (exit === undefined) err.push(Buffer.from(`${text}\n`));
    }),
    vi.spyOn(process, 'exit').mockImplementation((code) => {
      exit ??= Number(code ?? 0);
      throw new Exit();
    }),
  ];
  try {
    await main(['node', 'ota', ...args]);
    const bytes = new Uint8Array(Buffer.concat(out));
    const code = exit ?? Number(process.exitCode);
    return { code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString(), bytes };
  } finally {
    for (const spy of spies) spy.mockRestore();
    for (const listener of process.stdout.listeners('error')) {
      if (!listeners.includes(listener)) process.stdout.off('error', listener as () => void);
    }
    process.exitCode = before;
  }
}

/** As a stream's `write`, in all its forms. */
function writer(chunks: Buffer[]) {
  return (data: Uint8Array | string, ...rest: unknown[]): boolean => {
    chunks.push(Buffer.from(data as string));
    const done = rest.find((argument) => typeof argument === 'function');
    (done as (() => void) | undefined)?.();
    return true;
  };
}

/** Path of a file in test/fixtures/formats. */
export const fixturePath = (name: string): string =>
  fileURLToPath(new URL(`../../../test/fixtures/formats/${name}`, import.meta.url));
