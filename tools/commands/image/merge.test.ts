import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { buildBootloaderDesc } from '../../formats/bootloader-desc.ts';
import { buildImage, parseImage } from '../../formats/esp-image.ts';
import { parseIntelHex } from '../../formats/flash-image/intel-hex.ts';
import { readHex } from '../../formats/testing/independent/intel-hex.ts';
import { fixture } from '../../formats/testing/support.ts';
import { fixturePath, ota } from '../testing/ota.ts';

const folder = mkdtempSync(join(tmpdir(), 'ota-merge-'));
const at = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

const bootloader = (chipId: number) =>
  buildImage({
    chipId,
    entryAddress: 0,
    segments: [{ loadAddress: 0x3fff0000, data: buildBootloaderDesc({ version: 1 }) }],
  });
writeFileSync(at('boot.bin'), bootloader(0));
writeFileSync(at('boot-c3.bin'), bootloader(5));
writeFileSync(at('empty.bin'), '');
const table = fixturePath('partition-table-factory-two-ota.bin');
const app = fixturePath('sample.bin');
const PARTS = [`0x1000:${at('boot.bin')}`, `0x8000:${table}`, `64K:${app}`];

function expected(): Uint8Array {
  const flash = new Uint8Array(0x10000 + 9344).fill(0xff);
  flash.set(bootloader(0), 0x1000);
  flash.set(fixture('partition-table-factory-two-ota.bin'), 0x8000);
  flash.set(fixture('sample.bin'), 0x10000);
  return flash;
}

describe('ota image merge', () => {
  test('raw: parts at their places, 0xFF between them', async () => {
    const { code, out } = await ota(['image', 'merge', ...PARTS, '-o', at('flash.bin')]);
    expect([code, out]).toEqual([
      0,
      expect.stringContaining(': 74880 bytes, for flash address 0x0'),
    ]);
    expect(new Uint8Array(readFileSync(at('flash.bin')))).toEqual(expected());
    const more = ['--base', '0x1000', '--pad-to', '2M', '-o', at('long.bin')];
    await ota(['image', 'merge', ...PARTS, ...more]);
    const long = new Uint8Array(readFileSync(at('long.bin')));
    expect(long.length).toBe(0x200000 - 0x1000);
    expect(long.subarray(0, 0x10000 - 0x1000 + 9344)).toEqual(expected().subarray(0x1000));
  });

  test('Intel HEX by the name of the output; HEX goes in as well', async () => {
    await ota(['image', 'merge', ...PARTS, '-o', at('flash.hex')]);
    const text = readFileSync(at('flash.hex'), 'utf8');
    const memory = readHex(text);
    const flash = expected();
    expect([...memory].filter(([address, byte]) => flash[address] !== byte)).toEqual([]);
    expect(memory.size).toBe(bootloader(0).length + 3072 + 9344);
    const { code, bytes } = await ota(['image', 'merge', at('flash.hex'), '-o', '-']);
    expect(code).toBe(0);
    expect(bytes).toEqual(expected());
  });

  test('a part from standard input, the report on standard error', async () => {
    const args = ['image', 'merge', '0x10000:-', `0x1000:${at('boot.bin')}`, '--format', 'hex'];
    const { code, bytes, err } = await ota([...args, '-o', '-', '--json'], fixture('sample.bin'));
    expect(code).toBe(0);
    expect(parseIntelHex(bytes).map((part) => part.offset)).toEqual([0x1000, 0x10000]);
    expect(JSON.parse(err)).toMatchObject({
      format: 'hex',
      parts: [{ offset: 0x1000 }, { name: 'standard input', offset: 0x10000, length: 9344 }],
      problems: [],
    });
  });

  test('overlapping parts are refused, naming both', async () => {
    const parts = [...PARTS, `0x12000:${at('boot.bin')}`];
    const { code, out } = await ota(['image', 'merge', ...parts, '-o', at('never.bin')]);
    expect(code).toBe(1);
    expect(out).toMatch(
      /sample\.bin \(0x10000 to 0x12480\) and \S+boot\.bin \(0x12000 to 0x\w+\) overlap/,
    );
    expect(() => readFileSync(at('never.bin'))).toThrow(/ENOENT/);
  });

  test('what would not boot is merged with a warning', async () => {
    const parts = [`0x1000:${at('boot-c3.bin')}`, `0x8000:${table}`, `0x20000:${app}`];
    const { code, out } = await ota(['image', 'merge', ...parts, '-o', at('odd.bin')]);
    expect(code).toBe(0);
    expect(out).toContain('ESP32-C3 looks for the bootloader at 0x0, not at 0x1000');
    expect(out).toContain('no app partition begins at 0x20000');
  });

  test.each([
    [[app], 'is no Intel HEX file: write where it goes, ADDRESS:'],
    [[`0x0:${at('empty.bin')}`], 'is empty'],
    [['0x0:/nowhere'], 'cannot read /nowhere: there is no such file'],
    [[`0xfffffffff:${app}`], 'Give a number such as 0x9000'],
    [[`0xf0000000:${app}`, `0:${app}`], 'more than any flash holds'],
    [[`0:${app}`, '--format', 'hex', '--pad-to', '4M'], 'for raw output'],
  ])('%j: a sentence', async (args, reason) => {
    const { code, out, err } = await ota(['image', 'merge', ...args, '-o', at('x.bin')]);
    expect(code).toBe(1);
    expect(out + err).toContain(reason);
  });
});

describe('ota image patch', () => {
  test('writes the codes of the image’s chip and a new hash', async () => {
    const options = ['--mode', 'qio', '--freq', '80m', '--size', '16MB', '-o', at('patched.bin')];
    const { code, out } = await ota(['image', 'patch', app, ...options]);
    expect(code).toBe(0);
    expect(out).toMatch(/flash mode +DIO → QIO\n.*40 MHz → 80 MHz\n.*4 MB → 16 MB/);
    expect(parseImage(new Uint8Array(readFileSync(at('patched.bin'))))).toMatchObject({
      spiMode: 0,
      spiSpeed: 0xf,
      spiSize: 4,
      hash: { ok: true },
    });
  });

  test('pipes, and says in JSON what it changed', async () => {
    const args = ['image', 'patch', '-', '--size', '8MB', '-o', '-', '--json'];
    const { code, bytes, err } = await ota(args, fixture('sample.bin'));
    expect([code, parseImage(bytes).spiSize]).toEqual([0, 3]);
    expect(JSON.parse(err)).toMatchObject({ before: { size: '4 MB' }, after: { size: '8 MB' } });
  });

  test.each([
    [['--freq', '60m'], 'ESP32 has no header value for a flash clock of 60 MHz'],
    [['--size', '5MB'], 'a flash of 5 MB cannot be written'],
    [['--mode', 'fast'], 'Give qio'],
    [[], 'nothing to patch'],
  ])('%j: a sentence', async (options, reason) => {
    const { code, out, err } = await ota(['image', 'patch', app, ...options, '-o', at('y')]);
    expect(code).toBe(1);
    expect(out + err).toContain(reason);
  });

  test('a signed image loses its signature on demand only', async () => {
    const signed = fixturePath('sample-signed-ec.bin');
    const args = ['image', 'patch', signed, '--mode', 'dout', '-o', at('z.bin')];
    expect((await ota(args)).out).toContain('problem: the image is signed');
    expect((await ota([...args, '--drop-signature'])).code).toBe(0);
    expect(readFileSync(at('z.bin')).length).toBe(9344);
  });
});
