/** The stories of test/hardware as they run on a desk: OTA_BENCH=hardware, two workers, boards at the end of a cable. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ESP32 } from '../../simulator/board/chip-model.ts';
import { factoryFlash } from '../../simulator/board/factory-flash.ts';
import { SerialBench, serveRfc2217 } from '../../simulator/real/serial/index.ts';
import { firmware, partitionTable, ROOT } from '../support/bench.ts';

const NAMES = ['pir-1', 'pir-2'];
const folder = mkdtempSync(join(tmpdir(), 'ota-cable-'));
let bench: SerialBench;
let doors: Awaited<ReturnType<typeof serveRfc2217>>[];

beforeAll(async () => {
  const { image } = await firmware('trial', '1.0.0', { TRIAL: '1' });
  const flash = factoryFlash(ESP32, { partitionTable: partitionTable(), app: image }).dump();
  const put = (name: string, offset: number, bytes: Uint8Array) => {
    writeFileSync(join(folder, name), bytes);
    return `0x${offset.toString(16)}:${join(folder, name)}`;
  };
  // Not one merged file: NVS lies in between, and is to be kept.
  const hardware = [
    put('bootloader.bin', 0x1000, flash.subarray(0x1000, 0x2000)),
    put('table.bin', 0x8000, flash.subarray(0x8000, 0x9000)),
    put('otadata.bin', 0xe000, new Uint8Array(0x2000).fill(0xff)),
    put('app.bin', 0x10000, image),
  ];
  bench = SerialBench.open({ boards: NAMES.map((name) => ({ name, wiring: 'direct' })) });
  doors = [];
  for (const name of NAMES) doors.push(await serveRfc2217(bench, name, { port: 0 }));
  const boards = NAMES.map((name, i) => ({ name, port: doors[i]!.url }));
  const config = { boards, firmware: { hello: { sketch: 'none', hardware } }, logs: 'logs' };
  writeFileSync(join(folder, 'bench.config.mjs'), `export default ${JSON.stringify(config)};`);
  writeFileSync(
    join(folder, 'vitest.config.mjs'),
    'export default { test: { testTimeout: 300_000, maxWorkers: 2 } };',
  );
});
afterAll(async () => {
  for (const door of doors ?? []) await door.close();
  await bench?.close();
  rmSync(folder, { recursive: true });
});

/** Not spawnSync: the boards live in this process. */
function run(...args: string[]): Promise<{ code: number; out: string }> {
  const env = {
    ...process.env,
    OTA_BENCH: 'hardware',
    OTA_BENCH_CONFIG: join(folder, 'bench.config.mjs'),
    NO_COLOR: '1',
    VITEST: undefined,
    VITEST_WORKER_ID: undefined,
  };
  const words = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--root', ROOT, ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, words, { env, cwd: ROOT }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out: out + err }),
    );
  });
}

it('they pass there as they do in the simulator, and take turns at a board', async () => {
  const { code, out } = await run(
    ...['--config', join(folder, 'vitest.config.mjs')],
    ...['test/hardware/power', 'test/hardware/flash'],
  );
  expect(out).toMatch(/Tests +5 passed/);
  expect(code).toBe(0);
});
