import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkConfig, loadConfig } from './config.ts';
import { benchKind } from './fixtures.ts';
import { HardwareDesk } from './hardware-desk.ts';
import { lock } from './lock.ts';
import { logFileFor } from './log-place.ts';
import { judge } from './measure.ts';

const folder = mkdtempSync(join(tmpdir(), 'ota-hil-'));
afterAll(() => rmSync(folder, { recursive: true }));
const config = (boards: object[], more: object = {}) =>
  checkConfig({ boards, ...more }, join(folder, 'bench.config.ts'));

describe('bench.config.ts', () => {
  it('is found above the test, and every fault in it is named at once', async () => {
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    writeFileSync(
      join(folder, 'bench.config.ts'),
      'export default { boards: [{ name: "door" as string }], logs: "out" };',
    );
    expect(await loadConfig(join(folder, 'a/b'))).toMatchObject({
      boards: [{ name: 'door' }],
      logs: 'out',
      root: folder,
      simulator: { speed: 10, seed: '1' },
    });
    expect(() => config([{ name: 'a b' }, { name: 'c', mac: '12:34', colour: 1 }])).toThrow(
      /bench.config.ts is wrong:\n.*boards.0.name: letters.*\n.*boards.1.mac: six bytes.*\n.*colour/s,
    );
    expect(() => config([{ name: 'a' }, { name: 'a' }])).toThrow(/two boards named a/);
  });

  it('that is missing means eight simulated boards', async () => {
    const { boards } = await loadConfig(tmpdir());
    expect(boards.map(({ name }) => name)).toHaveLength(8);
  });
});

describe('OTA_BENCH', () => {
  it('is sim or hardware', () => {
    expect([benchKind(''), benchKind('sim'), benchKind('hardware')]).toEqual([
      'sim',
      'sim',
      'hardware',
    ]);
    expect(() => benchKind('hw')).toThrow('OTA_BENCH is sim or hardware, not hw');
  });

  it('hardware without boards says what is missing, at whatever step', async () => {
    expect(() => new HardwareDesk(config([{ name: 'a' }]))).toThrow(
      /says of no board where it is: give each a port, mac or serialNumber/,
    );
    const lockFolder = join(folder, 'locks');
    const desk = new HardwareDesk(
      config([{ name: 'a' }, { name: 'b', serialNumber: 'nobody-has-this' }]),
      { lockFolder },
    );
    expect(desk.names).toEqual(['b']);
    await expect(desk.claim('a')).rejects.toThrow(/does not say where board a is/);
    await expect(desk.claim('b')).rejects.toThrow(/board b \(nobody-has-this\) is not connected; /);
    await expect(desk.claim('c')).rejects.toThrow('bench.config.ts has no board c; it has b');
    await expect(desk.startServer()).rejects.toThrow(/needs wifi .* and server/);
  });
});

describe('a lock', () => {
  const options = { folder: join(folder, 'locks'), timeoutMs: 60_000 };

  it('is one at a time, in turn', async () => {
    const order: string[] = [];
    const release = await lock('/dev/ttyUSB0', options);
    const second = lock('/dev/ttyUSB0', options).then((give) => {
      order.push('second');
      give();
    });
    await lock('/dev/ttyUSB1', options);
    order.push('first');
    release();
    await second;
    expect(order).toEqual(['first', 'second']);
  });

  it('names its holder when the wait is over', async () => {
    const release = await lock('busy', options);
    await expect(lock('busy', { ...options, timeoutMs: 0 })).rejects.toThrow(
      `busy is in use by process ${process.pid}; it was waited for 0 s`,
    );
    release();
  });

  it('of a process that has died is free', async () => {
    writeFileSync(join(folder, 'locks/dead.lock'), '999999999');
    (await lock('dead', options))();
  });
});

describe('reports', () => {
  it('put the log of a board where its test can be found', () => {
    const owner = { file: '/x/door.test.ts', test: 'opens: "/dev"?', retry: 0 };
    expect(logFileFor(folder, owner, 'a')).toBe(join(folder, 'door/opens-dev/a.log'));
    expect(logFileFor(folder, { ...owner, retry: 2 }, 'a')).toMatch(/a\.retry-2\.log$/);
  });

  it('judge a value by its limits', () => {
    expect(judge('boot', 312.44, { max: 400, unit: 'ms' })).toEqual({
      text: 'boot: 312.4 ms (at most 400)',
      wrong: undefined,
    });
    expect(judge('boot', 3, { min: 4, max: 5 }).wrong).toBe(
      'boot is 3, not at least 4 and at most 5',
    );
    expect(judge('boot', Number.NaN, { min: 0 }).wrong).toMatch(/boot is NaN/);
  });
});
