import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Door, SerialBench, servePty } from '../../simulator/real/serial/index.ts';
import { ota } from '../../tools/commands/testing/ota.ts';

/** A device of the system: serialport's own binding, which nothing else here opens. */

const folder = mkdtempSync(join(tmpdir(), 'ota-pty-'));
const device = join(folder, 'ttyBOARD');
let bench: SerialBench;
let door: Door;

beforeAll(async () => {
  bench = SerialBench.open({ boards: [{ name: 'a', chip: 'esp32c3' }] });
  door = await servePty(bench, 'a', device);
});

afterAll(async () => {
  await door.close();
  await bench.close();
  rmSync(folder, { recursive: true });
});

test('that it cannot be reset is told with what to do', async () => {
  const { code, err } = await ota(['chip', '--port', device]);
  expect([code, err]).toEqual([2, expect.stringContaining('--before no-reset')]);
});

test('a device that is not there names those that are', async () => {
  const { code, err } = await ota(['chip', '--port', `${device}-none`]);
  expect([code, err]).toEqual([2, expect.stringContaining(`there is no port ${device}-none`)]);
});
