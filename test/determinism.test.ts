import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from './support/bench.ts';
import { runCli } from './support/cli.ts';
import { type Clone, cloneRepository } from './support/clone.ts';
import { prepare } from './support/mesh-bench.ts';

const PRELOAD = pathToFileURL(join(ROOT, 'test/support/shifted-clock.ts')).href;

interface Run {
  /** The report, but for what tells of the wall clock. */
  report: Record<string, unknown>;
  port: string;
  dataDir: string;
}

const clones: Clone[] = [];
let temporary: string;
beforeAll(async () => {
  // Both clones share what has been compiled here: that they find it there shows that neither folder nor day goes into an
  // image's key. That the same key gives the same bytes is tested where images are built.
  await prepare(
    ['pir'],
    ['led'],
    ['pir', '1.1.0'],
    ['pir_crash', '1.2.0'],
    ['pir_no_join', '1.3.0'],
  );
  clones.push(cloneRepository('bench', true), cloneRepository('elsewhere/other name', true));
  temporary = mkdtempSync(join(tmpdir(), 'determinism-'));
});
afterAll(() => {
  for (const clone of clones) clone.remove();
  rmSync(temporary, { recursive: true, force: true });
});

/** `ota sim mesh-update` in a clone, on a day and in a zone of its own, with temporary files in a place of its own. */
async function run(
  clone: Clone,
  seed: string,
  days: number,
  zone: string,
  more: string[] = [],
): Promise<Run> {
  const place = join(temporary, `${seed} ${days}`);
  mkdirSync(place);
  const { code, stdout, stderr } = await runCli(
    ['sim', 'mesh-update', '--json', '--nodes', '3', '--seed', seed, ...more],
    {
      root: clone.dir,
      env: {
        NODE_OPTIONS: `--import=${PRELOAD}`,
        CLOCK_SHIFT_DAYS: String(days),
        TZ: zone,
        TMPDIR: place,
      },
    },
  );
  expect(stderr).not.toMatch(/^ota: /m);
  expect(code).toBe(0);
  expect(stderr).toMatch(/6 images by .*, cached in/);
  const { wallSeconds, speedUp, ...report } = JSON.parse(stdout);
  expect([wallSeconds, speedUp]).toEqual([expect.any(Number), expect.any(Number)]);
  expect(report).toMatchObject({ ok: true, seed, trace: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(report.nodes).toHaveLength(4);
  const server = /on http:\/\/127\.0\.0\.1:(\d+), .* data in (.+)$/m.exec(stderr);
  const [, port, dataDir] = server!;
  if (more.includes('--keep')) expect(stderr).toContain(`kept ${dataDir}`);
  // Whatever else it had there is gone.
  expect(readdirSync(place)).toEqual(more.includes('--keep') ? [basename(dataDir!)] : []);
  return { report, port: port!, dataDir: dataDir! };
}

describe('a run', () => {
  let first: Run;

  it('is the same with the same seed: in another folder, at another port, on another day', async () => {
    // Both at the same time, so that their ports differ for certain.
    const [a, b] = await Promise.all([
      run(clones[0]!, 'x', -400, 'Asia/Kolkata'),
      run(clones[1]!, 'x', 1000, 'America/New_York'),
    ]);
    expect(b.report).toEqual(a.report);
    expect(b.port).not.toBe(a.port);
    expect(b.dataDir).not.toBe(a.dataDir);
    first = a;
  });

  it("is another one with another seed, and keeps the server's data where it is asked to", async () => {
    const { report, dataDir } = await run(clones[0]!, 'y', 0, 'UTC', ['--keep']);
    expect(report.trace).not.toBe(first.report.trace);
    expect(existsSync(join(dataDir, 'ota.sqlite'))).toBe(true);
    const images = readdirSync(join(dataDir, 'images'), { recursive: true });
    expect(images.filter((name) => String(name).endsWith('.bin')).length).toBe(3);
  });

  it('is on the day that it is told, here', () => {
    const year = (days: number) => {
      const env = { ...process.env, CLOCK_SHIFT_DAYS: String(days) };
      const args = ['--import', PRELOAD, '-p', 'new Date().getUTCFullYear()'];
      return Number(execFileSync(process.execPath, args, { env, encoding: 'utf8' }));
    };
    expect(year(3660) - year(0)).toBe(10);
  });
});
