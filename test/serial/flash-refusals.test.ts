import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import {
  type Door,
  SerialBench,
  type SerialBenchOptions,
  serveRfc2217,
  serveSocket,
} from '../../simulator/real/serial/index.ts';
import { ota } from '../../tools/commands/testing/ota.ts';
import { SIMULATOR_CHIP_FLAG } from '../../tools/formats/chips.ts';
import { parseImage } from '../../tools/formats/esp-image.ts';
import { appImage, bootloader } from './support/firmware.ts';

const folder = mkdtempSync(join(tmpdir(), 'ota-refused-'));
let bench: SerialBench;
let door: Door;

afterEach(async () => {
  await door.close();
  await bench.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

function put(name: string, bytes: Uint8Array): string {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

async function openBoard(
  serve: typeof serveRfc2217,
  options?: SerialBenchOptions,
): Promise<string> {
  bench = SerialBench.open({ boards: [{ name: 'a' }], ...options });
  door = await serve(bench, 'a', { port: 0 });
  return door.url;
}

describe('a port that does not say that its board is simulated', () => {
  test('takes no simulator image, unless forced', async () => {
    const url = await openBoard(serveSocket);
    const image = appImage({ chipId: SIMULATOR_CHIP_FLAG, size: 5000 });
    const file = put('sim.bin', image);
    const port = ['--port', url, '--before', 'no-reset', '--after', 'no-reset'];
    const refused = await ota(['flash', `0x10000:${file}`, ...port]);
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringContaining('made for simulated boards'),
    ]);
    expect((await bench.flash('a'))[0x10000]).toBe(0xff);
    const forced = await ota(['flash', `0x10000:${file}`, '--force', ...port]);
    expect([forced.code, forced.out]).toEqual([0, expect.stringContaining('Forced')]);
    expect((await bench.flash('a')).subarray(0x10000, 0x10000 + image.length)).toEqual(image);
  });
});

describe('a board that is not in download mode', () => {
  test('is told from one that is silent, with what to do by hand', async () => {
    const url = await openBoard((a, b, place) => serveSocket(a, b, place, 'app'));
    const { code, err } = await ota(['chip', '--port', url, '--before', 'no-reset']);
    expect([code, err]).toEqual([2, expect.stringContaining('instead of waiting for a download')]);
    expect(err).toContain('hold BOOT');
  });
});

describe('while it is written', () => {
  test('a board that is unplugged is told at once, as that', async () => {
    const url = await openBoard(serveRfc2217, { line: 'paced' });
    const file = put('app.bin', appImage({ size: 400_000 }));
    const flashing = ota(['flash', `0x10000:${file}`, '--port', url, '--no-cache']);
    const written = () => bench.soon(() => bench.board('a').flash.operations > 0);
    while (!(await written())) await new Promise((done) => setTimeout(done, 20));
    await bench.soon(() => bench.port('a').unplug());
    const { code, err } = await flashing;
    expect([code, err]).toEqual([2, expect.stringContaining('went away')]);
  });
});

describe('what is asked for', () => {
  test('--erase-all erases all, and flash settings keep the image’s hash right', async () => {
    const url = await openBoard(serveRfc2217);
    await bench.soon(() => bench.board('a').flash.write(0x3ff000, Uint8Array.of(0)));
    const file = put('bootloader.bin', bootloader());
    const settings = ['--flash-size', '2MB', '--flash-mode', 'dout', '--flash-freq', '80m'];
    const { code, out } = await ota([
      'flash',
      `0x1000:${file}`,
      '--erase-all',
      ...settings,
      '--port',
      url,
    ]);
    expect([code, out]).toEqual([0, expect.stringContaining('all: 4194304 bytes')]);
    const flash = await bench.flash('a');
    expect(flash[0x3ff000]).toBe(0xff);
    const image = parseImage(flash.subarray(0x1000, 0x1000 + bootloader().length));
    expect([image.spiMode, image.spiSize, image.spiSpeed]).toEqual([3, 1, 0xf]);
    expect([image.checksum.ok, image.hash.ok]).toEqual([true, true]);
  });

  test('several ports where one is needed, and inputs that are none, stop before any board is touched', async () => {
    const url = await openBoard(serveRfc2217);
    const app = put('app.bin', appImage({ size: 5000 }));
    for (const [args, sentence] of [
      [['read', '-o', '-', '--port', url, '--port', 'b'], 'one board at a time'],
      [['erase', '--port', url], 'say what to erase'],
      [['flash', '--port', url, '--reset-sequence', 'X'], 'is no step of a reset sequence'],
      [['flash', '0x0:/none', '--port', url], 'there is no such file'],
      [['flash', '0x0:/dev/zero', '--port', url], 'it is larger than any flash'],
      [['flash', app, '--erase-all', '--port', url], 'erases bootloader and partition table too'],
      [['flash', app, '--monitor', '--monitor-baud', 'x', '--port', url], 'no baud rate'],
      [['otadata', 'erase', 'x.bin', '--port', url], 'give a file, or --port'],
    ] as const) {
      const { code, err } = await ota([...args]);
      expect([code, err]).toEqual([1, expect.stringContaining(sentence)]);
    }
    expect(await bench.soon(() => bench.board('a').flash.operations)).toBe(0);
  });
});
