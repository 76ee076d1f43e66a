/** The fixtures in runs of their own, of tests that must fail: what the person at the desk is told. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIXTURES, firmware, ROOT } from '../support/bench.ts';

const TESTS = `
import { expect, test } from '${ROOT}test/hil/index.ts';

test('crashes', async ({ board }) => {
  const one = await board('a');
  await one.flash('crashing');
  await one.expect(/never/, { timeout: 600_000 });
});
test('is tolerant', async ({ board }) => {
  const one = await board('a');
  one.tolerateCrashes();
  await one.reset();
  await one.expect(/abort\\(\\) was called[^]*Rebooting/, { timeout: 600_000 });
  await one.expect(/^rst:/m);
  const [crash] = await one.crashes();
  expect(crash.frames.map((frame) => frame.function).join()).toMatch(/readSensor.*loop/);
});
test('measures', async ({ measure }) => {
  await measure('boot', 320, { max: 500, unit: 'ms' });
  await measure('heap', 10, { min: 20 });
});
let tries = 0;
test('is tried again', { retry: 1 }, async ({ board }) => {
  const one = await board('b');
  if (tries++ === 0) await one.flash('sound');
  await one.expect('trial 1.0.0');
  expect(tries).toBe(2);
});
`;
const CONFIG = `
export default {
  boards: [{ name: 'a' }, { name: 'b' }],
  firmware: {
    crashing: { sketch: '${FIXTURES}/trial', version: '2.0.0', defines: { TRIAL: '2' } },
    sound: { sketch: '${FIXTURES}/trial', version: '1.0.0' },
  },
};
`;

let folder: string;
beforeAll(async () => {
  await firmware('trial', '2.0.0', { TRIAL: '2' });
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  folder = mkdtempSync(join(ROOT, '.cache/hil-run-'));
  writeFileSync(join(folder, 'story.test.ts'), TESTS);
  writeFileSync(join(folder, 'bench.config.ts'), CONFIG);
  writeFileSync(join(folder, 'vitest.config.mjs'), 'export default { test: {} };');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(env: Record<string, string>) {
  const args = ['run', '--root', folder, '--reporter=junit', '--outputFile=junit.xml'];
  const bin = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const { status } = spawnSync(process.execPath, [bin, ...args, '--testTimeout=120000'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...env, VITEST: undefined, VITEST_WORKER_ID: undefined },
  });
  return { status, junit: readFileSync(join(folder, 'junit.xml'), 'utf8') };
}

/** The part of a report that is about one test. */
const caseOf = (junit: string, name: string): string =>
  junit.split('<testcase ').find((part) => part.includes(`name="${name}"`)) ?? '';

describe('a run on simulated boards', () => {
  it('fails at a crash with its functions, and only there', () => {
    const { status, junit } = run({ OTA_BENCH: 'sim' });
    expect(status).toBe(1);
    const crash = caseOf(junit, 'crashes');
    expect(crash).toMatch(/BoardTrouble: a: abort: abort\(\) was called/);
    expect(crash).toMatch(/0x[0-9a-f]{8} readSensor\(char const\*\)\s+0x[0-9a-f]{8} loop\(\)/);
    expect(caseOf(junit, 'is tolerant')).not.toMatch(/<failure/);
    const measured = caseOf(junit, 'measures');
    expect(measured).toMatch(/name="measurement" value="boot: 320 ms \(at most 500\)"/);
    expect(measured).toMatch(/heap is 10, not at least 20/);
    expect(caseOf(junit, 'is tried again')).not.toMatch(/<failure/);
    const log = join(folder, 'hil-logs/story/crashes/a.log');
    expect(readFileSync(log, 'utf8')).toMatch(
      / --- a: abort: abort\(\) was called\n[\s\S]*readSensor/,
    );
    const again = join(folder, 'hil-logs/story/is-tried-again/b.retry-1.log');
    expect(readFileSync(again, 'utf8')).toMatch(/trial 1\.0\.0/);
  });
});

describe('a run on hardware without boards', () => {
  it('fails, and says what is missing', () => {
    const { status, junit } = run({ OTA_BENCH: 'hardware' });
    expect(status).toBe(1);
    expect(junit).toMatch(/bench.config.ts says of no board where it is/);
    expect(junit).not.toMatch(/<skipped/);
  });
});
