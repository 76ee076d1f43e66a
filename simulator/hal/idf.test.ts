import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serial, world } from '../../test/support/bench.ts';
import { RESET } from '../board/reset-reason.ts';
import { appImage, stopCompilers } from './testing/build.ts';

const SECOND = 1_000_000;
const images = new Map<string, Uint8Array>();
beforeAll(async () => {
  for (const app of ['tasks', 'watchdog', 'network', 'storage'])
    images.set(app, await appImage(`./apps/${app}`));
}, 300_000);
afterAll(stopCompilers);

/** An ESP-IDF app on one board, run for `seconds`, with `number` in binary on pins 12 to 14. */
async function run(app: string, seconds: number, number = 0) {
  const image = images.get(app)!;
  const bench = world([{ name: 'board', image }]);
  const board = bench.board('board');
  for (const bit of [0, 1, 2]) board.gpio.drive(12 + bit, ((number >> bit) & 1) as 0 | 1);
  bench.powerOn();
  await bench.run(seconds * SECOND);
  return { text: serial(board), resets: board.resets.map((reset) => reset.reason) };
}

describe('FreeRTOS for an ESP-IDF app', () => {
  it('tasks, priorities, suspension, event groups, notifications, software timers, static forms', async () => {
    const { text, resets } = await run('tasks', 5);
    expect(text.match(/^FAIL .*$/gm)).toBeNull();
    expect(text).toMatch(/^DONE 41 checks, 0 failures$/m);
    // app_main has returned, and the chip goes on.
    expect(resets).toEqual([RESET.POWERON]);
  });
});

describe('the task watchdog', () => {
  const CASE = { spinMain: 1, spinCore1: 2, forget: 3, feed: 4, warn: 5, user: 6, crash: 7 };
  const watchdog = (name: keyof typeof CASE) => run('watchdog', 12, CASE[name]);

  it('bites when app_main spins: the idle task of core 0 starves', async () => {
    const { text, resets } = await watchdog('spinMain');
    expect(resets).toEqual([RESET.POWERON, RESET.TASK_WDT]);
    expect(text).toContain('task_wdt:  - IDLE0 (CPU 0)');
    expect(text).toContain('Tasks currently running: main');
    expect(text).toContain('reset reason 6');
  });
  it('does not see core 1, which this configuration does not watch', async () => {
    const { text, resets } = await watchdog('spinCore1');
    expect(resets).toEqual([RESET.POWERON]);
    expect(text).toMatch(/^end$/m);
  });
  it('bites a subscribed task that forgets it, by name', async () => {
    const { text, resets } = await watchdog('forget');
    expect(text).toContain('add 0, twice 258');
    expect(text).toContain('task_wdt:  - main');
    expect(resets).toEqual([RESET.POWERON, RESET.TASK_WDT]);
  });
  it('lets one live that resets it', async () => {
    const { text, resets } = await watchdog('feed');
    expect(text).toMatch(/^end$/m);
    expect(resets).toEqual([RESET.POWERON]);
  });
  it('only warns, again and again, when it is told not to panic', async () => {
    const { text, resets } = await watchdog('warn');
    expect(text.match(/Task watchdog got triggered/g)).toHaveLength(4);
    expect(resets).toEqual([RESET.POWERON]);
  });
  it('knows users that are no tasks', async () => {
    const { text, resets } = await watchdog('user');
    expect(text).toContain('task_wdt:  - pump');
    expect(resets).toEqual([RESET.POWERON, RESET.TASK_WDT]);
  });
  it('a task that crashes is named in the panic report', async () => {
    const { text, resets } = await watchdog('crash');
    expect(text).toContain('Task: crasher');
    expect(text).toContain('InstrFetchProhibited');
    expect(resets).toEqual([RESET.POWERON, RESET.PANIC]);
  });
});

describe('events and the WiFi station', () => {
  it('loops, failures by reason, an address, a lost access point, the way back', async () => {
    const image = images.get('network')!;
    const bench = world([{ name: 'board', image }]);
    const board = bench.board('board');
    bench.powerOn();
    const asked = () => serial(board).includes('cut me off');
    expect(await bench.runUntil(asked, 60 * SECOND)).toBe(true);
    bench.medium.cut('router', 'board');
    await bench.run(10 * SECOND);
    bench.medium.heal('router', 'board');
    await bench.run(60 * SECOND);
    const text = serial(board);
    expect(text.match(/^FAIL .*$/gm)).toBeNull();
    expect(text).toMatch(/^DONE 44 checks, 0 failures$/m);
    expect(text).toContain('got 192.168.4.2 gateway 192.168.4.1 (new)');
  });
});

describe('what an app keeps, and across a restart', () => {
  it('NVS, heap, log levels, clock, hashes, slots: copied, resumed, booted, confirmed', async () => {
    const failAllocation = (_nth: number, bytes: number) => bytes >= 7777 && bytes < 7800;
    const bench = world([{ name: 'board', image: images.get('storage')!, failAllocation }]);
    const board = bench.board('board');
    bench.timeServer = () => (bench.kernel.now > 12 * SECOND ? bench.clock.now() : undefined);
    bench.powerOn();
    await bench.run(60 * SECOND);
    const text = serial(board);
    expect(text.match(/^FAIL .*$/gm)).toBeNull();
    expect(text.match(/^DONE .*$/gm)).toEqual([
      'DONE 61 checks, 0 failures',
      'DONE 10 checks, 0 failures',
    ]);
    expect(text).not.toContain('not to be seen');
    expect(text).toMatch(/^E \(\d+\) quiet: an error$/m);
    expect(text).toMatch(/^shutdown handler$/m);
    expect(board.resets.map((reset) => reset.reason)).toEqual([RESET.POWERON, RESET.SW]);
  });
});

describe('a run of ESP-IDF apps', () => {
  const digest = async (seed: string) => {
    const image = images.get('network')!;
    const boards = ['one', 'two'].map((name) => ({ name, image }));
    const bench = world(boards, { seed });
    bench.powerOn();
    await bench.run(30 * SECOND);
    return bench.kernel.trace.digest();
  };
  it('depends on its seed alone', async () => {
    expect(await digest('1')).toBe(await digest('1'));
    expect(await digest('1')).not.toBe(await digest('2'));
  });
  it('lets any allocation fail, the n-th by script: never more than a reset', async () => {
    for (const fails of [3, 9, 20, 40]) {
      const failAllocation = (nth: number) => nth === fails;
      const bench = world([{ name: 'board', image: images.get('network')!, failAllocation }]);
      bench.powerOn();
      await bench.run(5 * SECOND);
      const board = bench.board('board');
      expect(serial(board)).toContain('PASS');
      expect(board.state).not.toBe('halted');
    }
  });
});
