import { execFileSync, spawn } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOtaServer, type FaultPlan, serve } from '../../mock-server/index.ts';
import { form, testImage } from '../../mock-server/test-support.ts';
import { COMPONENT } from './sources.ts';

/** What the client says after a round; `begun` counts how often the other slot was opened for writing. */
export interface Round {
  result: string;
  version: string;
  state: string;
  sound: boolean;
  boots: number;
  begun: number;
  waiting: boolean;
  failures: number;
}

const TYPE = 'scales_bridge_tab5';

/** The core on real sockets, by gcc with AddressSanitizer and UBSan, beside a server on a port. */
export async function socketBench() {
  const folder = mkdtempSync(join(tmpdir(), 'ota-sockets-'));
  const program = join(folder, 'client');
  compile(program);
  const server = await createOtaServer({ logError: () => {} });
  const listening = await serve(server, { port: 0, graceMs: 50 });
  const image = (version: string) => testImage({ version, project: 'scales', codeSize: 12_000 });
  for (const version of ['1.0.0', '2.0.0'])
    writeFileSync(join(folder, `${version}.bin`), image(version));
  const admin = (path: string, init: RequestInit) =>
    fetch(`${listening.url}/api/ota/admin${path}`, { method: 'POST', ...init });

  return {
    server,
    url: listening.url,
    size: image('2.0.0').length,
    /** 2.0.0 is published anew: no logs, no faults. */
    async reset(file: Uint8Array<ArrayBuffer> = image('2.0.0')): Promise<void> {
      server.faults.clear();
      await server.reset();
      const fields = { device_type: TYPE, version: '2.0.0', build_number: '2', allow_raw: 'true' };
      const uploaded = await admin('/upload', { body: form(file, fields) });
      const stored = (await uploaded.json()) as Record<string, unknown>;
      const registered = await admin('/firmware', {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...stored, ...fields, build_number: 2, is_stable: true }),
      });
      if (registered.status !== 201) throw new Error(await registered.text());
    },
    use: (...plans: FaultPlan[]) => server.use(...plans),
    /** Statuses of the device's log rows, oldest first. */
    async statuses(): Promise<string[]> {
      const answer = await fetch(`${listening.url}/api/ota/admin/logs?device_id=7`);
      return ((await answer.json()) as { status: string }[]).map(({ status }) => status).reverse();
    },
    run: (rounds: number, url = listening.url): Promise<{ rounds: Round[]; ms: number }> =>
      run(program, [url, String(rounds), join(folder, '1.0.0.bin'), join(folder, '2.0.0.bin')]),
    async close(): Promise<void> {
      await listening.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type SocketBench = Awaited<ReturnType<typeof socketBench>>;

function compile(program: string): void {
  const files = globSync(['src/*.c', 'test/host/*.c', 'test/world/*.c'], { cwd: COMPONENT });
  const include = ['include', 'src', 'test', 'test/world', 'test/host'].map((dir) => `-I${dir}`);
  const flags = [
    '-std=c99',
    '-O1',
    '-g',
    '-fsanitize=address,undefined',
    '-fno-sanitize-recover=all',
  ];
  execFileSync('gcc', [...flags, ...include, ...files.sort(), '-o', program], { cwd: COMPONENT });
}

/** A client that hangs fails the test by its own limit. */
function run(program: string, args: string[]): Promise<{ rounds: Round[]; ms: number }> {
  const begun = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  const log: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => log.push(bytes));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const text = Buffer.concat(out).toString('utf8').trim();
      if (code !== 0)
        reject(new Error(`client: ${signal ?? code}\n${text}\n${Buffer.concat(log)}`));
      const rounds = text.split('\n').map((line) => JSON.parse(line) as Round);
      resolve({ rounds, ms: performance.now() - begun });
    });
  });
}
