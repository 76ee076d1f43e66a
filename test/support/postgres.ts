import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface RunningPostgres {
  /** Of a superuser; the password is in it. */
  url: string;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

const KEEPER = fileURLToPath(new URL('postgres-keeper.ts', import.meta.url));

/**
 * A real PostgreSQL for tests, from the npm package alone, in about a second; works as root and from a checkout that is closed to
 * others. Where OTA_TEST_POSTGRES names a server, that one is used and left running. Rejects with what PostgreSQL said.
 */
export async function startPostgres(env = process.env): Promise<RunningPostgres> {
  const given = env.OTA_TEST_POSTGRES;
  if (given) return { url: given, stop: async () => {} };
  const keeper = spawn(process.execPath, [KEEPER], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const gone = new Promise<void>((resolve) => keeper.once('exit', () => resolve()));
  let said = '';
  keeper.stderr.on('data', (text) => (said += text));
  const line = await Promise.race([firstLine(keeper.stdout), gone.then(() => undefined)]);
  if (line === undefined) throw new Error(said || 'PostgreSQL for the tests did not start.');
  const { url } = JSON.parse(line) as { url: string };
  return {
    url,
    async stop() {
      keeper.stdin.end();
      await gone;
    },
  };
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string | undefined> {
  for await (const line of createInterface({ input: stream })) return line;
  return undefined;
}
