import { describe, expect, it } from 'vitest';
import { memoryFlash } from '../formats/flash-region.ts';
import { openNvs } from '../formats/nvs/nvs-store.ts';
import { tableOfCsv } from '../formats/table-of-csv.ts';
import { type FlashAccess, provisionBoard } from './board.ts';
import { checkSettings, readSettings, writeSettings } from './settings.ts';

const NVS_SIZE = 0x5000;
const NVS_AT = 0x9000;
const EMPTY = new Uint8Array(NVS_SIZE).fill(0xff);
const ALL = {
  device_id: 123,
  token: 'eyJ.a.b',
  server: 'http://192.168.1.10:8000',
  wifi_ssid: 'lab: 2',
  wifi_pass: 'secret-pass',
  api_key: 'k',
};

describe('settings in an NVS partition', () => {
  it('are there as firmware reads them, beside every key that was there', () => {
    const region = memoryFlash(EMPTY);
    const store = openNvs(region);
    store.set('meshswarm', 'boots', 'u32', 7);
    store.set('ota', 'mine', 'u8', 1);
    store.set('ota', 'server', 'str', 'http://old');
    const after = openNvs(memoryFlash(writeSettings(region.bytes, ALL)));
    expect(after.get('ota', 'device_id', 'u32')).toBe(123);
    expect(after.get('ota', 'server', 'str')).toBe(ALL.server);
    expect(after.get('meshswarm', 'boots', 'u32')).toBe(7);
    expect(after.get('ota', 'mine', 'u8')).toBe(1);
  });

  it('change one by one, and go when told', () => {
    const once = writeSettings(EMPTY, ALL);
    const twice = writeSettings(once, { device_id: 9 }, ['token', 'api_key']);
    const { token: _, api_key: __, ...rest } = ALL;
    expect(readSettings(twice)).toEqual({ ...rest, device_id: 9 });
    expect(readSettings(once)).toEqual(ALL);
  });

  it('of a wrong type are replaced', () => {
    const region = memoryFlash(EMPTY);
    openNvs(region).set('ota', 'device_id', 'str', 'seven');
    expect(readSettings(region.bytes)).toEqual({});
    expect(readSettings(writeSettings(region.bytes, { device_id: 7 }))).toEqual({ device_id: 7 });
  });

  it('survive a thousand changes of the same partition', () => {
    let bytes: Uint8Array = EMPTY;
    for (let i = 1; i <= 1000; i++) bytes = writeSettings(bytes, { device_id: i });
    expect(readSettings(bytes)).toEqual({ device_id: 1000 });
  });

  it.each([
    [{ device_id: 0 }, /device_id: give a whole number from 1 to 4294967295/],
    [{ device_id: 2 ** 32 }, /device_id/],
    [{ server: 'ftp://x' }, /server: "ftp:\/\/x" is no address/],
    [{ server: '192.168.1.10' }, /server/],
    [{ wifi_ssid: '' }, /wifi_ssid: a network's name has 1 to 32 bytes/],
    [{ wifi_ssid: 'ü'.repeat(17) }, /these are 34/],
    [{ wifi_pass: 'short' }, /wifi_pass: a password has 8 to 63/],
    [{ token: 'a\nb' }, /token: only printable ASCII/],
    [{ api_key: 'x'.repeat(4000) }, /api_key: NVS keeps up to 3999/],
    [{ wifi_ssid: 'a\0b' }, /NUL/],
    [{ tokens: 'x' } as object, /there is no setting "tokens"/],
    [{ token: 5 } as object, /token: it is text/],
  ])('that no board could use are refused: %j', (settings, sentence) => {
    expect(() => checkSettings(settings)).toThrow(sentence);
  });
});

/** A board's flash with our partition table; `cutAfter` writes the cable is pulled. */
function board(nvs: Uint8Array, cutAfter = Number.POSITIVE_INFINITY) {
  const csv = 'nvs,data,nvs,0x9000,0x5000\nkeep,data,nvs,0xe000,0x3000\napp0,app,ota_0,0x20000,1M';
  const bytes = new Uint8Array(0x20000).fill(0xff);
  bytes.set(tableOfCsv(csv), 0x8000);
  bytes.set(nvs, NVS_AT);
  const writes: number[] = [];
  const access: FlashAccess = {
    readFlash: async (offset, length) => bytes.slice(offset, offset + length),
    writeFlash: async (offset, part) => {
      if (writes.length >= cutAfter) throw new Error('the board was unplugged');
      expect([offset % 4096, part.length % 4096]).toEqual([0, 0]);
      writes.push(offset);
      bytes.set(part, offset);
    },
  };
  return { access, bytes, writes, nvs: () => bytes.slice(NVS_AT, NVS_AT + NVS_SIZE) };
}

describe('a board', () => {
  it('gets its settings in the sectors that change, and they are read back', async () => {
    const one = board(EMPTY);
    const first = await provisionBoard(one.access, ALL);
    expect(first).toMatchObject({ partition: { label: 'nvs', offset: NVS_AT }, settings: ALL });
    expect(one.writes).toEqual([NVS_AT]);
    expect((await provisionBoard(one.access, ALL)).sectors).toBe(0);
    await provisionBoard(one.access, { device_id: 5 }, { partition: 'keep' });
    expect(one.writes).toEqual([NVS_AT, 0xe000]);
    expect(readSettings(one.nvs())).toEqual(ALL);
  });

  it('with something else in its partition keeps that, unless told to begin anew', async () => {
    const noise = Uint8Array.from(EMPTY, (_, i) => (i * 31) & 255);
    const one = board(noise);
    await expect(provisionBoard(one.access, ALL)).rejects.toThrow(
      /partition "nvs" of the board has 5 pages that are none of NVS/,
    );
    expect(one.nvs()).toEqual(noise);
    expect((await provisionBoard(one.access, ALL, { erase: true })).settings).toEqual(ALL);
  });

  it('unplugged in the middle leaves its old content in our hands', async () => {
    const one = board(EMPTY, 0);
    const rescued: Uint8Array[] = [];
    const rescue = (old: Uint8Array) => rescued.push(old);
    await expect(provisionBoard(one.access, ALL, { rescue })).rejects.toThrow('unplugged');
    expect(rescued).toEqual([EMPTY]);
  });

  it('that does not keep what is written is found out', async () => {
    const one = board(EMPTY);
    one.access.writeFlash = async () => {};
    await expect(provisionBoard(one.access, ALL)).rejects.toThrow(/reads back other than/);
  });

  it('without the partition, or without a table, is told so', async () => {
    const one = board(EMPTY);
    await expect(provisionBoard(one.access, ALL, { partition: 'none' })).rejects.toThrow(
      /has no NVS partition named "none"/,
    );
    await expect(provisionBoard(one.access, ALL, { tableOffset: 0x10000 })).rejects.toThrow(
      /no partition table/,
    );
  });
});
