import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ota } from '../tools/commands/testing/ota.ts';
import { ROOT } from './support/bench.ts';
import { runCli } from './support/cli.ts';
import { type Clone, cloneRepository } from './support/clone.ts';
import { prepare } from './support/mesh-bench.ts';

const SIM = ['sim', 'mesh-update', '--nodes', '3'];

let temporary: string;
let cold: Clone;
beforeAll(async () => {
  await prepare(
    ['pir'],
    ['led'],
    ['pir', '1.1.0'],
    ['pir_crash', '1.2.0'],
    ['pir_no_join', '1.3.0'],
  );
  temporary = mkdtempSync(join(tmpdir(), 'cli-'));
  cold = cloneRepository('cold', false);
});
afterAll(() => {
  rmSync(temporary, { recursive: true, force: true });
  cold.remove();
});

/** What the run left in the folder for temporary files. */
const leftovers = () => readdirSync(temporary);
const env = () => ({ TMPDIR: temporary });

/** Presses Ctrl-C (or sends another signal) `delayMs` after the output says `when`. */
function interruptedAt(
  when: RegExp,
  signal: NodeJS.Signals = 'SIGINT',
  { root, delayMs = 0 }: { root?: string; delayMs?: number } = {},
) {
  let pressed = false;
  return runCli(SIM, {
    root,
    env: env(),
    onOutput(text, send) {
      if (pressed || !when.test(text)) return;
      pressed = true;
      setTimeout(() => send(signal), delayMs);
    },
  });
}

/** What it prints with --json, and what it leaves with --keep, is in determinism.test.ts, which has such runs. */
describe('ota sim mesh-update', () => {
  it('ends with 0 when everything was observed, prints its table, and leaves nothing behind', async () => {
    const { code, stdout, stderr, orphans } = await runCli(SIM, { env: env() });
    expect([code, stderr, orphans]).toEqual([0, '', false]);
    expect(stdout).toMatch(/✓ all PIR nodes run 1\.1\.0 from flash, confirmed/);
    expect(stdout).not.toContain('✗');
    expect(stdout).toMatch(
      /node .*role .*hops .*before .*after .*parts .*retries .*reboots .*time/,
    );
    expect(stdout).toMatch(/seed\s+1\ntrace\s+[0-9a-f]{64}/);
    expect(leftovers()).toEqual([]);
  });

  it.each([
    ['while the mesh forms', /the mesh forms/, 'SIGINT'],
    ['in the middle of an update', /goes over the mesh/, 'SIGINT'],
    ['by SIGTERM', /shared state flows/, 'SIGTERM'],
  ] as const)('ends with 130 on Ctrl-C %s: data gone, no process left', async (_, when, signal) => {
    const { code, stderr, orphans } = await interruptedAt(when, signal);
    expect([code, stderr, orphans]).toEqual([130, 'stopped\n', false]);
    expect(leftovers()).toEqual([]);
  });

  it('ends as SIGPIPE would end it, its data gone, where nobody reads on', () => {
    const run = [process.execPath, join(ROOT, 'tools/bin/ota.js'), ...SIM];
    const { stdout, stderr } = spawnSync(
      'sh',
      ['-c', '{ "$@"; echo "code $?" >&2; } | head -2', 'sh', ...run],
      { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', ...env() } },
    );
    expect([stdout.split('\n').length, stderr]).toEqual([3, 'code 141\n']);
    expect(leftovers()).toEqual([]);
  });

  it('ends with 130 on Ctrl-C while it compiles', async () => {
    // Three seconds later its compilers are at work.
    const { code, stderr, orphans } = await interruptedAt(/to compile/, 'SIGINT', {
      root: cold.dir,
      delayMs: 3000,
    });
    expect([code, orphans]).toEqual([130, false]);
    expect(stderr).toMatch(/stopped\n$/);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(leftovers()).toEqual([]);
  });

  it.each([
    [['--nodes', '2'], /Give a number from 3 to 200/],
    [['--nodes', '-1'], /Give a number from 3 to 200/],
    [['--nodes', 'many'], /Give a number from 3 to 200/],
    [['--colour'], /unknown option '--colour'/],
    [['and', 'more'], /too many arguments/],
  ])('answers %j with one sentence and 1', async (args, message) => {
    const { code, out, err } = await ota(['sim', 'mesh-update', ...args]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n {4}at /);
  });

  it('says in one sentence that it has no place for its data', async () => {
    const { code, stderr } = await runCli(SIM, { env: { TMPDIR: join(temporary, 'nowhere') } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^ota: .*nowhere/m);
    expect(stderr).not.toMatch(/\n {4}at /);
  });
});

describe('a run that does not observe what it should', () => {
  let clone: Clone;
  beforeAll(() => {
    clone = cloneRepository('mutant', true);
    // The image that is to crash does not.
    const sketch = join(clone.dir, 'test/fixtures/sketches/pir_crash/pir_crash.ino');
    const text = readFileSync(sketch, 'utf8');
    writeFileSync(sketch, text.replace('abort()', 'millis()'));
  });
  afterAll(() => clone.remove());

  it('ends with 1, and says what it saw instead', async () => {
    const { code, stdout, stderr } = await runCli(SIM, { root: clone.dir, env: env() });
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ the server does not call 1\.2\.0 completed.*completed/);
    expect(stderr).toMatch(/\d+ of \d+ observations did not hold/);
    expect(leftovers()).toEqual([]);
  });
});
