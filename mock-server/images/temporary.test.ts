import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { removeLeftovers, temporaryName } from './temporary.ts';

const DAY = 24 * 60 * 60 * 1000;
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ota-temporary-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Writes a temporary file as another process would name it; `age` in milliseconds. */
async function leave(change: (name: string) => string, age = 0): Promise<string> {
  const name = change(temporaryName());
  await writeFile(join(dir, name), 'x');
  await utimes(join(dir, name), new Date(), new Date(Date.now() - age));
  return name;
}

const ofProcess = (pid: number) => (name: string) =>
  name.replace(/-\d+-[0-9a-f]{8}/, `-${pid}-00000000`);
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;

it('gives no name twice', () => {
  const names = Array.from({ length: 100 }, temporaryName);
  expect(new Set(names).size).toBe(100);
});

it('removes what a dead process of this machine left, with what stands beside it', async () => {
  const dead = await leave(ofProcess(deadPid()));
  const beside = await leave((name) => `${ofProcess(deadPid())(name)}.link`);
  expect((await removeLeftovers(dir, Date.now())).sort()).toEqual([dead, beside].sort());
  expect(await readdir(dir)).toEqual([]);
});

it('keeps what this process, another living one, and another machine are writing', async () => {
  const own = await leave((name) => name, 2 * DAY);
  const parent = await leave(ofProcess(process.ppid), DAY / 2);
  const elsewhere = await leave((name) => `other-${name}`, DAY / 2);
  const earlier = await leave(ofProcess(process.pid), DAY / 2);
  expect(await removeLeftovers(dir, Date.now())).toEqual([]);
  expect((await readdir(dir)).sort()).toEqual([own, parent, elsewhere, earlier].sort());
});

it('removes after a day what cannot be asked whether it lives', async () => {
  await leave((name) => `other-${name}`, DAY + 1000);
  await leave(ofProcess(process.pid), DAY + 1000);
  await leave(() => 'what is this', DAY + 1000);
  expect(await removeLeftovers(dir, Date.now())).toHaveLength(3);
});
