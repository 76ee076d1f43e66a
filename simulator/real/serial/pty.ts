import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Duplex } from 'node:stream';
import type { SerialBench } from './bench.ts';
import type { Door } from './door.ts';
import { carry } from './raw-socket.ts';

const START_MS = 10_000;
const LOOK_MS = 20;

/** The program that makes pseudo-terminals for us; undefined where it is not installed. */
export function findSocat(path = process.env.PATH ?? ''): string | undefined {
  return path
    .split(delimiter)
    .map((folder) => join(folder, 'socat'))
    .find((file) => existsSync(file));
}

/**
 * A board's port as a pseudo-terminal with the name `link`, through socat. It has no lines, so the board starts in its loader
 * (or in its app), and its rate is not enforced. The port belongs to the terminal until the door closes.
 * @throws Error when socat is missing or does not come up
 */
export async function servePty(
  bench: SerialBench,
  name: string,
  link: string,
  first: 'loader' | 'app' = 'loader',
): Promise<Door> {
  const socat = findSocat();
  if (!socat)
    throw new Error(
      'a pseudo-terminal needs socat, which is not installed: apt-get install socat, or use --rfc2217',
    );
  if (existsSync(link)) throw new Error(`${link} exists already: name a file that does not`);
  const connector = bench.claim(name);
  let child: ChildProcess;
  let closing = false;
  let start = first;
  const run = () => {
    child = spawn(socat, [`PTY,link=${link},rawer`, 'STDIO'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const stream = Duplex.from({ readable: child.stdout, writable: child.stdin } as never);
    child.once('exit', () => stream.destroy());
    // socat ends when its user hangs up; the next one finds a new terminal, and the board as the last one left it.
    carry(bench, connector, stream, start, () => (closing ? bench.release(name) : run()));
    start = 'app';
  };
  run();
  await appears(link);
  return {
    url: link,
    close: async () => {
      closing = true;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
    },
  };
}

async function appears(link: string): Promise<void> {
  for (let waited = 0; waited < START_MS; waited += LOOK_MS) {
    try {
      readlinkSync(link);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
  throw new Error(`socat made no pseudo-terminal at ${link}`);
}
