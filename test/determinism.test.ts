import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
async function run(clone: Clone, seed: string, days: number, zone: string): Promise<Run> {
  const place = join(temporary, `${seed} ${days}`);
  mkdirSync(place);
  const { code, stdout, stderr } = await runCli(
    ['sim', 'mesh-update', '--json', '--nodes', '3', '--seed', seed],
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
  const server = /on http:\/\/127\.0\.0\.1:(\d+), .* data in (.+)$/m.exec(stderr);
  return { report, port: server![1]!, dataDir: server![2]! };
}

describe('a run', () => {
  let first: Run;

  it('is the same with the same seed: in another folder, at another port, on another day', async () => {
    const [a, b] = await Promise.all([
      run(clones[0]!, 'x', -400, 'Asia/Kolkata'),
      run(clones[1]!, 'x', 1000, 'America/New_York'),
    ]);
    expect(a.report.trace).toMatch(/^[0-9a-f]{64}$/);
    expect(b.report).toEqual(a.report);
    expect(b.dataDir).not.toBe(a.dataDir);
    first = a;
  });

  it('is another one with another seed', async () => {
    // Both at the same time, so that their ports differ for certain.
    const [same, other] = await Promise.all([
      run(clones[0]!, 'x', 0, 'UTC'),
      run(clones[1]!, 'y', 0, 'UTC'),
    ]);
    expect(same.port).not.toBe(other.port);
    expect(same.report).toEqual(first.report);
    expect(other.report.ok).toBe(true);
    expect(other.report.trace).not.toBe(first.report.trace);
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
