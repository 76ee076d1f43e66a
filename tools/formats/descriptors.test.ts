import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildAppDesc, parseAppDesc } from './app-desc.ts';
import { buildBootloaderDesc, parseBootloaderDesc } from './bootloader-desc.ts';
import { fixture, formatErrorOf, SEED, survives } from './testing/support.ts';

const text = (max: number) => fc.string({ unit: 'grapheme-ascii', maxLength: max });

describe('app descriptor', () => {
  test('of the sample image', () => {
    expect(parseAppDesc(fixture('sample.bin').subarray(32))).toMatchObject({
      secureVersion: 3,
      version: '2.1.0',
      projectName: 'sample_app',
      time: '12:00:00',
      date: 'Nov 21 2026',
      idfVersion: 'v6.0',
      appElfSha256: new Uint8Array(32).fill(0x11),
      minEfuseBlkRevFull: 0,
      maxEfuseBlkRevFull: 199,
      mmuPageSize: 16,
      spiFlashMode: 0,
    });
  });

  test('parse of build is the identity, and build of parse gives the same bytes', () => {
    const sample = fixture('sample.bin').slice(32, 288);
    expect(buildAppDesc(parseAppDesc(sample))).toEqual(sample);
    const desc = fc.record({
      secureVersion: fc.nat({ max: 0xffffffff }),
      version: text(31),
      projectName: text(31),
      time: text(15),
      date: text(15),
      idfVersion: text(31),
      appElfSha256: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      minEfuseBlkRevFull: fc.nat({ max: 0xffff }),
      maxEfuseBlkRevFull: fc.nat({ max: 0xffff }),
      mmuPageSize: fc.nat({ max: 255 }),
      spiFlashMode: fc.nat({ max: 255 }),
      reserved: fc.uint8Array({ minLength: 82, maxLength: 82 }),
    });
    fc.assert(
      fc.property(desc, (value) => {
        expect(parseAppDesc(buildAppDesc(value))).toEqual(value);
      }),
      { seed: SEED },
    );
  });

  test('names what is wrong', () => {
    expect(formatErrorOf(() => parseAppDesc(new Uint8Array(255))).code).toBe('app-desc-truncated');
    expect(formatErrorOf(() => parseAppDesc(new Uint8Array(256))).code).toBe('app-desc-magic');
    expect(formatErrorOf(() => buildAppDesc({ version: 'x'.repeat(32) })).code).toBe(
      'text-too-long',
    );
    expect(formatErrorOf(() => buildAppDesc({ appElfSha256: new Uint8Array(31) })).code).toBe(
      'app-desc-field',
    );
    expect(formatErrorOf(() => buildAppDesc({ secureVersion: -1 })).code).toBe('out-of-range');
  });

  test('survives damaged bytes', () => survives(buildAppDesc({ version: '1' }), parseAppDesc));
});

describe('bootloader descriptor', () => {
  const value = {
    secureVersion: 2,
    version: 1,
    idfVersion: 'v6.0',
    dateTime: 'Nov 21 2026 12:00:00',
  };

  test('stands at the offsets of ESP_FORMATS §3.2', () => {
    const bytes = buildBootloaderDesc(value);
    expect(bytes.length).toBe(80);
    expect([bytes[0], bytes[3], bytes[4]]).toEqual([0x50, 2, 1]);
    expect(new TextDecoder().decode(bytes.subarray(8, 12))).toBe('v6.0');
    expect(new TextDecoder().decode(bytes.subarray(40, 43))).toBe('Nov');
    expect(parseBootloaderDesc(bytes)).toEqual(value);
  });

  test('names what is wrong', () => {
    expect(formatErrorOf(() => parseBootloaderDesc(new Uint8Array(80))).code).toBe(
      'bootloader-desc-magic',
    );
    expect(formatErrorOf(() => parseBootloaderDesc(new Uint8Array(8))).code).toBe(
      'bootloader-desc-truncated',
    );
  });

  test('survives damaged bytes', () => survives(buildBootloaderDesc(value), parseBootloaderDesc));
});
