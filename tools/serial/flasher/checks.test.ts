import { describe, expect, test } from 'vitest';
import { appImage, bootloader, partitionTable } from '../../../test/serial/support/firmware.ts';
import { SIMULATOR_CHIP_FLAG } from '../../formats/chips.ts';
import { patchImage } from '../../formats/esp-image-patch.ts';
import { type BoardFacts, refusals } from './checks.ts';

const board: BoardFacts = {
  chipId: 0,
  revision: 301,
  flashBytes: 4 * 1024 * 1024,
  bootloaderOffset: 0x1000,
  isVirtual: false,
  secureBoot: false,
  flashEncryption: false,
};
const region = (offset: number, data: Uint8Array) => ({ offset, data, name: 'x.bin' });
const app = appImage();

describe('what must not go onto a board', () => {
  test('nothing speaks against what is made for it', () => {
    const regions = [
      region(0x1000, bootloader()),
      region(0x8000, partitionTable()),
      region(0x10000, app),
    ];
    expect(refusals({ ...board, isVirtual: true }, regions)).toEqual([]);
  });

  test.each([
    [
      'another chip',
      {},
      0x10000,
      appImage({ chipId: 9 }),
      /image is for ESP32-S3, the board is ESP32/,
    ],
    [
      'a later revision',
      {},
      0x10000,
      appImage({ minRevision: 400 }),
      /needs chip revision v4\.0 or later/,
    ],
    ['the end of flash', {}, 0x3f8000, app, /reaches to 0x4[0-9a-f]+, beyond the flash of 4 MB/],
    [
      'a table for a larger flash',
      { flashBytes: 0x100000 },
      0x8000,
      partitionTable(),
      /app1 ends at 0x210000/,
    ],
    [
      'a damaged image',
      {},
      0x10000,
      app.map((byte, i) => (i === 9000 ? byte ^ 1 : byte)),
      /x\.bin: .*(checksum|SHA)/,
    ],
    [
      'a simulator image',
      {},
      0x10000,
      appImage({ chipId: SIMULATOR_CHIP_FLAG }),
      /made for simulated boards/,
    ],
    [
      'a bootloader for a larger flash',
      {},
      0x1000,
      patchImage(bootloader(), { flashSizeMB: 8 }),
      /flash of 8 MB, the board has 4 MB|simulated/,
    ],
  ] as const)('%s', (_, facts, offset, data, sentence) => {
    expect(refusals({ ...board, ...facts }, [region(offset, data)]).join('\n')).toMatch(sentence);
  });

  test('an app that does not fit its partition, also where the table comes beside it', () => {
    const table = partitionTable('app0,app,factory,0x10000,0x10000\n');
    const large = appImage({ size: 70_000 });
    const found = refusals(board, [region(0x8000, table), region(0x10000, large)]);
    expect(found.join('\n')).toMatch(/x\.bin \(app0\): .*65536/);
  });

  test('images within a merged one are found by its table', () => {
    const merged = new Uint8Array(0x20000).fill(0xff);
    merged.set(partitionTable(), 0x8000);
    merged.set(appImage({ chipId: 5, size: 3000 }), 0x10000);
    expect(refusals(board, [region(0, merged)]).join()).toMatch(
      /\(app0\): the image is for ESP32-C3/,
    );
  });

  test('boards that are locked', () => {
    const boot = patchImage(bootloader(), { flashSizeMB: 2 });
    const virtual = { ...board, isVirtual: true };
    const locked = refusals({ ...virtual, secureBoot: true }, [region(0x1000, boot)]);
    expect(locked).toEqual([expect.stringContaining('Secure Boot')]);
    expect(refusals({ ...virtual, secureBoot: true }, [region(0x10000, app)])).toEqual([]);
    const encrypted = refusals({ ...virtual, flashEncryption: true }, [region(0x10000, app)]);
    expect(encrypted).toEqual([expect.stringContaining('encrypts its flash')]);
  });

  test('bytes that are no image pass: a file system may hold anything', () => {
    const noise = new Uint8Array(5000).fill(0x50);
    noise[0] = 0xaa;
    expect(refusals(board, [region(0x8000, noise), region(0x200000, new Uint8Array(9))])).toEqual(
      [],
    );
  });
});
