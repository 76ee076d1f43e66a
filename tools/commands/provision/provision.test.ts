import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { memoryFlash } from '../../formats/flash-region.ts';
import { openNvs } from '../../formats/nvs/nvs-store.ts';
import { readSettings } from '../../provision/index.ts';
import { fixturePath, ota } from '../testing/ota.ts';

const folder = mkdtempSync(join(tmpdir(), 'ota-provision-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const bytesOf = (name: string) => new Uint8Array(readFileSync(at(name)));

describe('ota provision --file', () => {
  it('writes an empty partition, from options, files and JSON, and prints no secret', async () => {
    writeFileSync(at('nvs.bin'), new Uint8Array(0x5000).fill(0xff));
    writeFileSync(at('token'), 'eyJhbGciOi.secret.sig\nsecond line\n');
    writeFileSync(at('board.json'), '{"wifi_ssid": "lab", "device_id": 1}');
    const { code, out, err } = await ota([
      ...['provision', '--file', at('nvs.bin'), '--settings', at('board.json'), '--device-id'],
      ...['123', '--token', `@${at('token')}`, '--server', 'http://10.0.0.2:8000'],
    ]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/device_id +123\n +token +set, 21 characters\n +server +http:\/\/10/);
    expect(out).not.toMatch(/secret/);
    expect(readSettings(bytesOf('nvs.bin'))).toEqual({
      device_id: 123,
      token: 'eyJhbGciOi.secret.sig',
      server: 'http://10.0.0.2:8000',
      wifi_ssid: 'lab',
    });
  });

  it('keeps other keys, removes what it is told to, and leaves its input alone with -o', async () => {
    const region = memoryFlash(new Uint8Array(0x5000).fill(0xff));
    const store = openNvs(region);
    store.set('mine', 'boots', 'u32', 7);
    store.set('ota', 'api_key', 'str', 'k');
    writeFileSync(at('a.bin'), region.bytes);
    const { code, out } = await ota([
      ...['provision', '--file', at('a.bin'), '-o', at('b.bin'), '--device-id', '5'],
      ...['--unset', 'api_key,token', '--json'],
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(out).settings).toEqual({ device_id: 5 });
    expect(bytesOf('a.bin')).toEqual(region.bytes);
    expect(openNvs(memoryFlash(bytesOf('b.bin'))).get('mine', 'boots', 'u32')).toBe(7);
  });

  it.each([
    [
      ['--port', 'a', '--file', 'b', '--wifi', 'lab'],
      /^ota: give --port with the board, or --file/,
    ],
    [['--file', 'x'], /^ota: nothing to write: give --device-id/],
    [['--file', 'x', '--device-id', '-1'], /^ota: device_id: give a whole number/],
    [['--file', 'x', '--unset', 'tokens'], /^ota: there is no setting "tokens"/],
    [['--file', 'x', '--unset', 'token', '--token', 'a'], /^ota: token is given, and named by/],
    [['--file', 'x', '--token', '@/nowhere'], /^ota: cannot read \/nowhere: there is no such file/],
    [['--file', fixturePath('sample.bin'), '--wifi', 'a', '--erase'], /^ota: .*whole/],
    [['--port', '/dev/nowhere', '--wifi', 'lab'], /^ota: there is no port \/dev\/nowhere\nhint: /],
  ])('says in one sentence what is wrong: %j', async (words, sentence) => {
    const { code, err } = await ota(['provision', ...words]);
    expect(err).toMatch(sentence);
    expect(code).toBe(1);
  });

  it('refuses a file that is none of NVS', async () => {
    writeFileSync(
      at('noise.bin'),
      Uint8Array.from({ length: 0x3000 }, (_, i) => (i * 31) & 255),
    );
    const { code, err } = await ota(['provision', '--file', at('noise.bin'), '--wifi', 'lab']);
    expect(err).toMatch(/noise.bin has 3 pages that are none of NVS, and would be lost\nhint: /);
    expect(code).toBe(1);
  });
});
