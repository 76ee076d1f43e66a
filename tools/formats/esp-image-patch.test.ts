import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { buildAppDesc } from './app-desc.ts';
import { CHIPS, SIMULATOR_CHIP_FLAG } from './chips.ts';
import { buildImage, parseImage, patchImage, SPI_MODES, verifyImage } from './esp-image.ts';
import { fixture, formatErrorOf } from './testing/support.ts';

const app = (chipId: number, hashAppended = true) =>
  buildImage({
    chipId,
    entryAddress: 0x40080000,
    segments: [{ loadAddress: 0x3c000020, data: buildAppDesc({ version: '1' }) }],
    hashAppended,
    alignMapped: false,
  });
const codeOf = (bytes: Uint8Array, options: Parameters<typeof patchImage>[1]) =>
  formatErrorOf(() => patchImage(bytes, options)).code;

describe('patchImage', () => {
  test.each(
    CHIPS.flatMap((chip) =>
      [chip.id, chip.id | SIMULATOR_CHIP_FLAG].map((id) => [chip.name, id, chip] as const),
    ),
  )(
    '%s (%i): every mode, size and clock its header can name, and nothing else changes',
    (_, id, { flashFrequencies }) => {
      const before = app(id);
      for (const [i, spiMode] of SPI_MODES.entries()) {
        for (const [megahertz, code] of Object.entries(flashFrequencies)) {
          const flashFreqMHz = Number(megahertz);
          const after = patchImage(before, { spiMode, flashFreqMHz, flashSizeMB: 2 ** i });
          expect([after[2], after[3]]).toEqual([i, (i << 4) | code]);
          expect(after.with(2, before[2]!).with(3, before[3]!).subarray(0, -32)).toEqual(
            before.subarray(0, -32),
          );
          const hash = createHash('sha256').update(after.subarray(0, -32)).digest('hex');
          expect(Buffer.from(after.subarray(-32)).toString('hex')).toBe(hash);
        }
      }
    },
  );

  test('what is left out stays, and the input is not touched', () => {
    const sample = fixture('sample.bin');
    expect(patchImage(sample, {})).toEqual(sample);
    const patched = patchImage(sample, { flashSizeMB: 16 });
    expect(parseImage(patched)).toMatchObject({ spiMode: 2, spiSpeed: 0, spiSize: 4 });
    expect(sample).toEqual(fixture('sample.bin'));
    expect(verifyImage(patched, { chipId: 0, wholeFile: true }).ok).toBe(true);
  });

  test('a Buffer is taken for its bytes, and left as it is', () => {
    const buffer = Buffer.from(fixture('sample.bin'));
    expect(patchImage(buffer, { spiMode: 'QIO' })[2]).toBe(0);
    expect(buffer.equals(fixture('sample.bin'))).toBe(true);
    const { reserved, hash } = parseImage(buffer);
    buffer.fill(1);
    expect([...reserved]).toEqual([0, 0, 0, 0]);
    expect(hash.stored).toEqual(fixture('sample.bin').subarray(-32));
  });

  test('a code the chip does not have is refused, with those it has', () => {
    expect(formatErrorOf(() => patchImage(app(0x10), { flashFreqMHz: 80 }))).toMatchObject({
      code: 'flash-frequency',
      hint: 'one of 12, 16, 24, 48',
    });
    expect(codeOf(app(0x55), { flashFreqMHz: 40 })).toBe('flash-frequency');
    expect(codeOf(app(0), { flashSizeMB: 5 })).toBe('flash-size');
    expect(codeOf(app(0), { spiMode: 'qio' as 'QIO' })).toBe('flash-mode');
  });

  test('what follows the image stays, and an image without a hash gets none', () => {
    const long = new Uint8Array(512).fill(0xff);
    long.set(app(0, false));
    const patched = patchImage(long, { spiMode: 'QIO' });
    expect(patched).toEqual(long.with(2, 0));
  });

  test('damage is not hidden under a new hash', () => {
    expect(codeOf(app(0).with(60, 9), { spiMode: 'QIO' })).toBe('image-damaged');
    const stale = app(0).with(2, 0);
    expect(codeOf(stale, { spiMode: 'DOUT' })).toBe('image-damaged');
    const mended = patchImage(stale, { spiMode: 'DOUT', allowStaleHash: true });
    expect(verifyImage(mended).ok).toBe(true);
    expect(codeOf(app(0).with(60, 9), { allowStaleHash: true })).toBe('image-damaged');
  });

  test('a signed image is refused, or loses its signature', () => {
    for (const name of ['sample-signed-rsa.bin', 'sample-signed-ec.bin']) {
      const signed = fixture(name);
      expect(formatErrorOf(() => patchImage(signed, { spiMode: 'QIO' }))).toMatchObject({
        code: 'image-signed',
        offset: 0x3000,
      });
      expect(patchImage(signed, { dropSignature: true })).toEqual(fixture('sample.bin'));
    }
    const v1 = new Uint8Array(app(0).length + 68);
    v1.set(app(0));
    expect(codeOf(v1, {})).toBe('image-signed');
  });
});
