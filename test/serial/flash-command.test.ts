import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SerialBench, serveRfc2217 } from '../../simulator/real/serial/index.ts';
import { type OtaResult, ota as run } from '../../tools/commands/testing/ota.ts';
import { SIMULATOR_CHIP_FLAG } from '../../tools/formats/chips.ts';
import { parseOtadata } from '../../tools/formats/otadata.ts';
import { appImage, bootloader, partitionTable } from './support/firmware.ts';

const folder = mkdtempSync(join(tmpdir(), 'ota-flash-'));
const at = (name: string): string => join(folder, name);
let bench: SerialBench;
let first: string;
let second: string;
const doors: { close(): Promise<void> }[] = [];

function put(name: string, bytes: Uint8Array | string): string {
  writeFileSync(at(name), bytes);
  return at(name);
}

async function ota(...args: string[]): Promise<OtaResult> {
  const result = await run(args);
  expect(result.out + result.err, 'no stack trace').not.toMatch(/\n\s+at /);
  return result;
}

const parts = () => [
  `0x1000:${at('bootloader.bin')}`,
  `0x8000:${at('table.bin')}`,
  `0x10000:${at('app.bin')}`,
];

beforeAll(async () => {
  bench = SerialBench.open({ boards: [{ name: 'lamp' }, { name: 'door', chip: 'esp32s3' }] });
  for (const name of ['lamp', 'door']) doors.push(await serveRfc2217(bench, name, { port: 0 }));
  [first, second] = doors.map((door) => (door as unknown as { url: string }).url) as [
    string,
    string,
  ];
  put('bootloader.bin', bootloader());
  put('table.bin', partitionTable());
  put('app.bin', appImage());
  process.env.XDG_CACHE_HOME = at('cache');
});

afterAll(async () => {
  for (const door of doors) await door.close();
  await bench.close();
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  const faults = await bench.soon(() => bench.port('lamp').faults);
  for (const key of Object.keys(faults)) delete (faults as Record<string, unknown>)[key];
});

describe('ota flash', () => {
  test('writes, verifies, and writes nothing the second time', async () => {
    const { code, out, err } = await ota('flash', ...parts(), '--port', first, '--no-cache');
    expect([code, out]).toEqual([0, expect.stringMatching(/0x10000 .*app\.bin +written/)]);
    expect(err).toContain(`${first}  connecting`.slice(0, first.length));
    const flash = await bench.flash('lamp');
    const app = appImage();
    expect(flash.subarray(0x10000, 0x10000 + app.length)).toEqual(app);
    const again = JSON.parse((await ota('flash', ...parts(), '--port', first, '--json')).out);
    expect(again).toMatchObject({ ok: true, boards: [{ chip: 'ESP32', port: first }] });
    const actions = again.boards[0].regions.map((region: { action: string }) => region.action);
    expect(actions).toEqual(['skipped', 'skipped', 'skipped']);
  });

  test('--diff writes the sectors that changed, --dry-run nothing at all', async () => {
    const app = appImage();
    app[0x5123]! ^= 1;
    const file = put('changed.bin', app);
    const args = ['flash', `0x10000:${file}`, '--diff', '--force', '--json', '--port', first];
    const dry = JSON.parse((await ota(...args, '--dry-run')).out);
    expect(dry.boards[0].regions[0]).toMatchObject({ action: 'patched', written: 4096 });
    expect((await bench.flash('lamp'))[0x10000 + 0x5123]).not.toBe(app[0x5123]);
    const { boards } = JSON.parse((await ota(...args)).out);
    expect(boards[0].regions[0]).toMatchObject({ action: 'patched', written: 4096 });
    expect((await bench.flash('lamp'))[0x10000 + 0x5123]).toBe(app[0x5123]);
  });

  test('--erase takes names of the table being flashed', async () => {
    await bench.soon(() => bench.board('lamp').flash.write(0x9000, Uint8Array.of(0)));
    const { code, out } = await ota('flash', ...parts(), '--erase', 'nvs', '--port', first);
    expect([code, out]).toEqual([0, expect.stringContaining('nvs: 20480 bytes at 0x9000')]);
    expect((await bench.flash('lamp'))[0x9000]).toBe(0xff);
    const wrong = await ota('flash', ...parts(), '--erase', 'nvx', '--port', first);
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('it has nvs, otadata')]);
  });

  test('several boards at once: one that must not take the image stops no other', async () => {
    const { code, out, err } = await ota('flash', ...parts(), '--port', first, '--port', second);
    expect(code).toBe(1);
    expect(out).toContain(`${first}: ESP32 v3.1`);
    expect(err).toContain('the image is for ESP32, the board is ESP32-S3');
    expect(err).toContain('hint: --force flashes it all the same');
  });

  test('a web manifest: each board gets the build of its chip', async () => {
    put('s3.bin', appImage({ chipId: 9 }));
    const build = (chipFamily: string, path: string) => ({
      chipFamily,
      parts: [{ path, offset: 0x10000 }],
    });
    const manifest = {
      name: 'x',
      builds: [build('ESP32', 'app.bin'), build('ESP32-S3', 's3.bin')],
    };
    const file = put('manifest.json', JSON.stringify(manifest));
    const { code } = await ota('flash', file, '--port', first, '--port', second);
    expect(code).toBe(0);
    const flash = await bench.flash('door');
    expect(flash.subarray(0x10000, 0x10400)).toEqual(appImage({ chipId: 9 }).subarray(0, 0x400));
  });

  test('simulated boards take simulator images, without force', async () => {
    const file = put('sim.bin', appImage({ chipId: SIMULATOR_CHIP_FLAG }));
    const { code, err } = await ota('flash', `0x10000:${file}`, '--port', first);
    expect([code, err]).toEqual([0, expect.not.stringContaining('simulated')]);
  });

  test('an app alone goes where the board’s table boots first', async () => {
    await ota('flash', ...parts(), '--port', first);
    const app = appImage({ version: '2.0.0', seed: 2 });
    const { code, out } = await ota('flash', put('two.bin', app), '--port', first);
    expect([code, out]).toEqual([0, expect.stringMatching(/0xe000 .*otadata/)]);
    const flash = await bench.flash('lamp');
    expect(flash.subarray(0x10000, 0x10000 + app.length)).toEqual(app);
    expect(parseOtadata(flash.subarray(0xe000, 0x10000))[0].seq).toBe(1);
  });

  test('--no-stub and --no-compress do the same', async () => {
    const app = appImage({ size: 9000, seed: 3 });
    const file = put('small.bin', app);
    for (const how of [['--no-stub'], ['--no-stub', '--no-compress'], ['--no-compress']]) {
      await ota('erase', '0x10000:0x4000', '--port', first);
      const { code, err } = await ota('flash', `0x10000:${file}`, ...how, '--port', first);
      expect([code, err]).toEqual([0, expect.any(String)]);
      expect((await bench.flash('lamp')).subarray(0x10000, 0x10000 + app.length)).toEqual(app);
    }
  });

  test('a wrong sum is exit code 3, no board 2', async () => {
    await bench.soon(() => Object.assign(bench.port('lamp').faults, { wrongMd5: true }));
    const { code, err } = await ota('flash', ...parts(), '--port', first);
    expect([code, err]).toEqual([3, expect.stringContaining('does not hold what was written')]);
    const none = await ota('flash', ...parts(), '--port', '/dev/ttyNONE7');
    expect([none.code, none.err]).toEqual([2, expect.stringContaining('no port /dev/ttyNONE7')]);
    const busy = await ota('chip', '--port', 'rfc2217://127.0.0.1:1');
    expect([busy.code, busy.err]).toEqual([2, expect.stringContaining('nobody listens there')]);
  });
});

describe('the other verbs', () => {
  test('ota chip', async () => {
    const { code, out } = await ota('chip', '--port', first, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out).boards[0]).toMatchObject({
      chip: 'ESP32',
      simulated: true,
      revision: 301,
      mac: '7c:df:a1:10:20:30',
      crystalMHz: 40,
      flash: { sizeBytes: 0x400000 },
    });
    const page = await ota('chip', '--port', second);
    expect(page.out).toMatch(/Secure Boot +off/);
  });

  test('ota read, verify, erase', async () => {
    await ota('flash', ...parts(), '--port', first);
    const read = await ota('read', '0x8000', '0xc00', '-o', at('back.bin'), '--port', first);
    expect([read.code, new Uint8Array(readFileSync(at('back.bin')))]).toEqual([
      0,
      partitionTable(),
    ]);
    expect((await ota('verify', ...parts(), '--port', first)).code).toBe(0);
    expect((await ota('erase', 'app0', '--port', first)).code).toBe(0);
    const { code, out } = await ota('verify', ...parts(), '--port', first);
    expect([code, out]).toEqual([
      3,
      expect.stringMatching(/app\.bin +15 of 15 sectors differ, from 0x10000/),
    ]);
    const odd = await ota('erase', '0x9001:0x1000', '--port', first);
    expect([odd.code, odd.err]).toEqual([1, expect.stringContaining('sectors of 0x1000')]);
  });

  test('ota partition list, read, write, erase', async () => {
    await ota('flash', ...parts(), '--port', first);
    const list = await ota('partition', 'list', '--port', first);
    expect(list.out).toMatch(/app1 +app +ota_1 +0x110000 +1M/);
    const small = put('nvs.bin', new Uint8Array(0x1000).fill(0x5a));
    await bench.soon(() => bench.board('lamp').flash.write(0xb000, Uint8Array.of(0)));
    const written = await ota('partition', 'write', 'nvs', small, '--port', first);
    expect([written.code, written.out]).toEqual([0, expect.stringContaining('4096 bytes to nvs')]);
    const back = await ota('partition', 'read', 'nvs', '-o', at('nvs-back.bin'), '--port', first);
    expect(back.code).toBe(0);
    const bytes = readFileSync(at('nvs-back.bin'));
    expect([bytes.length, bytes[0], bytes[0x2000]]).toEqual([0x5000, 0x5a, 0xff]);
    const large = put('large.bin', new Uint8Array(0x6000));
    const refused = await ota('partition', 'write', 'nvs', large, '--port', first);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('has 20480')]);
    expect((await ota('partition', 'erase', 'nvs', '--port', first)).code).toBe(0);
    expect((await bench.flash('lamp'))[0x9000]).toBe(0xff);
  });

  test('ota otadata read, switch, erase', async () => {
    await ota('flash', ...parts(), '--erase', 'otadata', '--port', first);
    const refused = await ota('otadata', 'switch', 'ota_1', '--port', first);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('ota_1 of')]);
    await ota('partition', 'write', 'app1', at('app.bin'), '--port', first);
    // Left in the loader, as the bootloader would count the first boot.
    const stay = ['--after', 'no-reset', '--port', first];
    const switched = await ota('otadata', 'switch', 'app1', ...stay);
    expect([switched.code, switched.out]).toEqual([0, expect.stringContaining('number 2, NEW')]);
    const read = JSON.parse((await ota('otadata', 'read', '--json', '--port', first)).out);
    expect(read).toMatchObject({ slots: 2, selected: { slot: 'ota_1' } });
    expect((await ota('otadata', 'erase', '--port', first)).code).toBe(0);
    expect((await bench.flash('lamp')).subarray(0xe000, 0x10000).every((b) => b === 0xff)).toBe(
      true,
    );
  });

  test('ota reset leads into the app, --bootloader into the loader', async () => {
    expect((await ota('reset', '--bootloader', '--port', first)).code).toBe(0);
    const left = await ota('reset', '--port', first);
    expect([left.code, left.out]).toEqual([0, expect.stringContaining('reset')]);
  });
});
