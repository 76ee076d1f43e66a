import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildAppDesc } from './app-desc.ts';
import { buildBootloaderDesc } from './bootloader-desc.ts';
import { CHIPS } from './chips.ts';
import { type BuildImageOptions, buildImage, parseImage, parseImageHeader } from './esp-image.ts';
import { fixture, formatErrorOf, SEED, survives } from './testing/support.ts';

const drom = (size = 256, version = '1.0.0') => {
  const data = new Uint8Array(size);
  data.set(buildAppDesc({ version, projectName: 'demo' }));
  return { loadAddress: 0x3f400020, data };
};
const words = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 31) & 0xff);
const small = (): BuildImageOptions => ({
  chipId: 0,
  entryAddress: 0x40080400,
  segments: [drom(), { loadAddress: 0x40080000, data: words(24) }],
});

describe('parseImage', () => {
  test('reads the sample image to its last byte', () => {
    const bytes = fixture('sample.bin');
    const image = parseImage(bytes);
    expect(image).toMatchObject({
      magic: 0xe9,
      segmentCount: 2,
      spiMode: 2,
      spiSpeed: 0,
      spiSize: 2,
      entryAddr: 0x40081000,
      wpPin: 0xee,
      chipId: 0,
      minChipRev: 0,
      minChipRevFull: 0,
      maxChipRevFull: 399,
      hashAppended: 1,
      length: 9344,
      checksum: { ok: true },
      hash: { appended: true, ok: true, offset: 9312 },
    });
    expect(image.segments.map((s) => [s.loadAddress, s.data.length, s.fileOffset, s.kind])).toEqual(
      [
        [0x3f400020, 0x100, 0x20, 'drom'],
        [0x400d0020, 9000, 0x128, 'irom'],
      ],
    );
    expect(image.appDesc?.version).toBe('2.1.0');
  });

  test('signed files carry the same image, with more behind it', () => {
    for (const name of ['sample-signed-rsa.bin', 'sample-signed-ec.bin']) {
      expect(parseImage(fixture(name))).toMatchObject({ length: 9344, hash: { ok: true } });
    }
  });

  test('tells a bootloader by its descriptor', () => {
    const data = new Uint8Array(96);
    data.set(buildBootloaderDesc({ version: 7 }));
    const bytes = buildImage({
      chipId: 0,
      entryAddress: 0,
      segments: [{ loadAddress: 0x3fff0000, data }],
    });
    expect(parseImage(bytes).bootloaderDesc?.version).toBe(7);
    data[70] = 1;
    const other = buildImage({
      chipId: 0,
      entryAddress: 0,
      segments: [{ loadAddress: 0x3fff0000, data }],
    });
    expect(parseImage(other).bootloaderDesc).toBeUndefined();
  });

  test('shows a damaged image, with what was stored and what is right', () => {
    const bytes = buildImage(small());
    const good = parseImage(bytes);
    bytes[300] = bytes[300]! ^ 0x10;
    const image = parseImage(bytes);
    expect(image.checksum).toMatchObject({ ok: false, computed: good.checksum.stored ^ 0x10 });
    expect(image.hash).toMatchObject({ ok: false, stored: good.hash.computed });
  });

  test('refuses what cannot be followed, by name and place', () => {
    const bytes = buildImage(small());
    expect(formatErrorOf(() => parseImage(new Uint8Array())).code).toBe('image-empty');
    expect(formatErrorOf(() => parseImage(new Uint8Array(64).fill(0xff)))).toMatchObject({
      code: 'image-magic',
      offset: 0,
      hint: expect.stringContaining('erased'),
    });
    expect(formatErrorOf(() => parseImage(bytes.with(1, 17)))).toMatchObject({
      code: 'image-segment-count',
      offset: 1,
    });
    for (const cut of [1, 23, 24, 31, 100, bytes.length - 33, bytes.length - 1]) {
      expect(formatErrorOf(() => parseImage(bytes.subarray(0, cut)))).toMatchObject({
        code: 'image-truncated',
        offset: cut,
      });
    }
    const endless = bytes.slice();
    endless.fill(0xff, 28, 32);
    expect(formatErrorOf(() => parseImage(endless)).code).toBe('image-truncated');
  });

  test('recognises ESP8266 images and refuses them by name', () => {
    // Headers of esptool's test images for the ESP8266.
    for (const start of [
      'e9030000940210400000104074050000',
      'e90102409cf2104000f0104068050000',
      'e902002008801040008010401c000000',
      'ea04000094021040000000001c000000',
    ]) {
      const bytes = Uint8Array.from({ length: 64 }, (_, i) =>
        Number.parseInt(start.slice(i * 2, i * 2 + 2) || '0', 16),
      );
      expect(formatErrorOf(() => parseImageHeader(bytes)).code).toBe('image-esp8266');
    }
  });

  test('survives damaged bytes', () => survives(buildImage(small()), parseImage));
});

describe('buildImage', () => {
  test('rebuilds the sample image byte for byte', () => {
    const sample = fixture('sample.bin');
    const image = parseImage(sample);
    const rebuilt = buildImage({
      ...image,
      entryAddress: image.entryAddr,
      spiMode: 'DIO',
      flashSizeMB: 4,
      flashFreqMHz: 40,
      hashAppended: true,
      alignMapped: false,
    });
    expect(rebuilt).toEqual(sample);
  });

  test('parse gives back what was built, for every chip', () => {
    const segment = fc.record({
      loadAddress: fc.nat({ max: 0xffffffff }),
      data: fc
        .array(fc.nat({ max: 0xffffffff }), { maxLength: 40 })
        .map((list) => new Uint8Array(Uint32Array.from(list).buffer)),
    });
    const options = fc.record({
      chipId: fc.constantFrom(...CHIPS.flatMap(({ id }) => [id, id | 0x8000])),
      entryAddress: fc.nat({ max: 0xffffffff }),
      segments: fc.array(segment, { maxLength: 16 }),
      minChipRevFull: fc.nat({ max: 0xffff }),
      maxChipRevFull: fc.nat({ max: 0xffff }),
      hashAppended: fc.boolean(),
    });
    fc.assert(
      fc.property(options, (value) => {
        const bytes = buildImage({ ...value, alignMapped: false });
        const image = parseImage(bytes);
        expect(image).toMatchObject({
          chipId: value.chipId,
          entryAddr: value.entryAddress,
          minChipRevFull: value.minChipRevFull,
          maxChipRevFull: value.maxChipRevFull,
          length: bytes.length,
          checksum: { ok: true },
          hash: { ok: true, appended: value.hashAppended },
        });
        expect(image.segments.map(({ loadAddress, data }) => ({ loadAddress, data }))).toEqual(
          value.segments,
        );
        expect((image.checksum.offset + 1) % 16).toBe(0);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  test('the appended hash is the SHA-256 of all bytes before it', () => {
    const bytes = buildImage(small());
    const expected = createHash('sha256').update(bytes.subarray(0, -32)).digest('hex');
    expect(Buffer.from(bytes.subarray(-32)).toString('hex')).toBe(expected);
  });

  test('pads so that every mapped segment stands where the MMU can map it', () => {
    for (const before of [256, 260, 65536 - 64, 65536 - 60, 65536 - 40, 65536 - 32]) {
      const image = parseImage(
        buildImage({
          ...small(),
          segments: [drom(before), { loadAddress: 0x400d0020, data: words(8) }],
        }),
      );
      for (const { kind, fileOffset, loadAddress } of image.segments) {
        if (kind !== 'padding') expect(fileOffset % 0x10000).toBe(loadAddress % 0x10000);
      }
      expect(image.segments.at(-1)).toMatchObject({ loadAddress: 0x400d0020, kind: 'irom' });
    }
  });

  test('writes flash settings by the chip', () => {
    const header = (options: Partial<BuildImageOptions>) =>
      parseImageHeader(buildImage({ ...small(), ...options }));
    expect(header({})).toMatchObject({ spiMode: 2, spiSpeed: 0xf, spiSize: 2, wpPin: 0xee });
    expect(header({ spiMode: 'QIO', flashSizeMB: 16, flashFreqMHz: 26 })).toMatchObject({
      spiMode: 0,
      spiSpeed: 1,
      spiSize: 4,
    });
    expect(header({ chipId: 0x10, alignMapped: false })).toMatchObject({ spiSpeed: 0xf });
    expect(header({ chipId: 0x0d, flashFreqMHz: 80 })).toMatchObject({ spiSpeed: 0 });
  });

  test('refuses what cannot be written', () => {
    const code = (options: Partial<BuildImageOptions>) =>
      formatErrorOf(() => buildImage({ ...small(), ...options })).code;
    expect(code({ flashSizeMB: 3 })).toBe('flash-size');
    expect(code({ chipId: 0x10, flashFreqMHz: 80 })).toBe('flash-frequency');
    expect(code({ segments: [{ loadAddress: 0, data: words(3) }] })).toBe('segment-length');
    expect(code({ segments: [{ loadAddress: 0x3f400021, data: words(4) }] })).toBe(
      'segment-mapping',
    );
    expect(code({ segments: Array.from({ length: 17 }, () => drom()) })).toBe('segment-count');
    expect(code({ chipId: 0x10000 })).toBe('out-of-range');
    expect(code({ reserved: new Uint8Array(3) })).toBe('image-field');
  });
});
