import { expect, test } from 'vitest';
import { imageLength, verifyImage } from './esp-image.ts';
import { readImage } from './esp-image-region.ts';
import { memoryFlash } from './flash-region.ts';
import { fixture, survives } from './testing/support.ts';

const sample = fixture('sample.bin');
function flashOf(bytes: Uint8Array, size = 0x4000) {
  const flash = memoryFlash(size);
  flash.bytes.set(bytes.subarray(0, size));
  return flash;
}

test('the image, and nothing behind it', () => {
  expect(readImage(flashOf(sample))).toEqual(sample);
  expect(readImage(flashOf(fixture('sample-signed-rsa.bin')))).toEqual(sample);
  expect(imageLength(sample)).toBe(sample.length);
  // Any flag but zero appends a hash, to the bootloader as to the parser.
  expect(readImage(flashOf(sample.with(23, 2))).length).toBe(sample.length);
});

test('where its lengths lead nowhere, enough to say so', () => {
  expect(verifyImage(readImage(flashOf(sample, 0x2000))).problems[0]?.code).toBe('image-truncated');
  expect(verifyImage(readImage(memoryFlash(0x1000))).problems[0]?.code).toBe('image-magic');
  expect(verifyImage(readImage(memoryFlash(0))).problems[0]?.code).toBe('image-empty');
});

test('survives damaged bytes, reading no more than the region has', () => {
  survives(
    sample,
    (bytes) => {
      expect(readImage(flashOf(bytes)).length).toBeLessThanOrEqual(0x4000);
    },
    500,
  );
});
