import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/ota.js', import.meta.url));
const OUTPUT_MAX = 64 * 1024 * 1024;

export interface OtaResult {
  code: number;
  out: string;
  err: string;
  /** Standard output as it came. */
  bytes: Uint8Array;
}

/** Runs `ota …` in a process of its own, its output piped, its colours as the pipe has them. */
export function ota(args: string[], input?: Uint8Array): Promise<OtaResult> {
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

/** Path of a file in test/fixtures/formats. */
export const fixturePath = (name: string): string =>
  fileURLToPath(new URL(`../../../test/fixtures/formats/${name}`, import.meta.url));
