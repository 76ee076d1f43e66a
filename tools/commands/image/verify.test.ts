import { expect, test } from 'vitest';
import { buildImage } from '../../formats/esp-image.ts';
import { fixture } from '../../formats/testing/support.ts';
import { fixturePath, ota } from '../testing/ota.ts';

const sample = fixturePath('sample.bin');

test('a sound image, with all that is known of the board', async () => {
  const board = ['--chip', 'esp32', '--revision', '3.1', '--partition-size', '1M'];
  const { code, out } = await ota(['image', 'verify', sample, ...board]);
  expect(code).toBe(0);
  expect(out).toMatch(
    /is {7}app for ESP32, 9344 bytes\n {2}version {2}sample_app 2\.1\.0\n {2}verdict {2}ok\n$/,
  );
});

test.each([
  [['--chip', 'ESP32-C3'], 'the image is for ESP32, the board is ESP32-C3'],
  [['--revision', '4.0'], 'runs up to chip revision v3.99'],
  [['--partition-size', '8K'], 'the partition holds 8192'],
  [['--at', '0x11000'], 'is mapped at'],
  [['--key', fixturePath('ec-public.pem')], 'the image is not signed'],
])('%j: refused with the reason', async (options, reason) => {
  const { code, out } = await ota(['image', 'verify', sample, ...options]);
  expect(code).toBe(1);
  expect(out).toContain('verdict  refused');
  expect(out).toContain(reason);
});

test('the signatures of espsecure hold, by the key they were made with', async () => {
  for (const kind of ['rsa', 'ec']) {
    const key = fixturePath(`${kind}-public.pem`);
    const args = ['image', 'verify', fixturePath(`sample-signed-${kind}.bin`), '--key', key];
    const { code, out } = await ota([...args, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ ok: true, signatures: [{ trusted: true, ok: true }] });
  }
});

test('damage from standard input, as JSON', async () => {
  const { code, out } = await ota(
    ['image', 'verify', '-', '--json'],
    fixture('sample.bin').with(99, 1),
  );
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    file: 'standard input',
    ok: false,
    problems: [{ code: 'checksum' }, { code: 'hash' }],
  });
});

test('a bootloader that does not say so is refused as an app, with a hint', async () => {
  const segments = [{ loadAddress: 0x3fff0000, data: new Uint8Array(64) }];
  const old = buildImage({ chipId: 0, entryAddress: 0x40080400, segments });
  const { code, out } = await ota(['image', 'verify', '-'], old);
  expect([code, out]).toEqual([1, expect.stringContaining('before 5.2')]);
  expect((await ota(['image', 'verify', '-', '--bootloader'], old)).code).toBe(0);
  const damaged = await ota(['image', 'verify', '-'], old.with(40, 1));
  expect(damaged.out).not.toContain('before 5.2');
});

test('no image: a reason and exit code 1', async () => {
  const { code, out } = await ota(['image', 'verify', fixturePath('nvs-sample.bin')]);
  expect([code, out]).toEqual([1, expect.stringContaining('this is no ESP image')]);
});

test('an option that means nothing is named', async () => {
  const { code, err } = await ota(['image', 'verify', sample, '--chip', 'esp8266']);
  expect([code, err]).toEqual([1, expect.stringContaining('Give a chip such as esp32')]);
});
