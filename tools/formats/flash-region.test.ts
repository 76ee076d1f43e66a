import { expect, test } from 'vitest';
import { memoryFlash } from './flash-region.ts';
import { formatErrorOf } from './testing/support.ts';

test('programming only clears bits, erasing sets them again', () => {
  const flash = memoryFlash(0x2000);
  flash.write(0xffe, Uint8Array.of(0xf0, 0x0f, 0xaa));
  flash.write(0xffe, Uint8Array.of(0x3c, 0xff));
  expect([...flash.read(0xffd, 5)]).toEqual([0xff, 0x30, 0x0f, 0xaa, 0xff]);
  flash.erase(0, 0x1000);
  expect([...flash.read(0xffd, 5)]).toEqual([0xff, 0xff, 0xff, 0xaa, 0xff]);
});

test('what is read is a copy, and so is what it was made from', () => {
  const origin = new Uint8Array(0x1000);
  const flash = memoryFlash(origin);
  flash.read(0, 4).fill(9);
  origin.fill(7);
  expect([...flash.read(0, 2)]).toEqual([0, 0]);
});

test('refuses what lies outside, unaligned erases and odd sizes', () => {
  const flash = memoryFlash(0x1000);
  for (const call of [
    () => flash.read(0xfff, 2),
    () => flash.read(-1, 1),
    () => flash.write(0x1000, Uint8Array.of(1)),
    () => flash.read(Number.NaN, 1),
    () => flash.erase(0, 0x2000),
  ]) {
    expect(formatErrorOf(call).code).toBe('flash-out-of-range');
  }
  expect(formatErrorOf(() => flash.erase(1, 0x100)).code).toBe('flash-unaligned-erase');
  expect(formatErrorOf(() => memoryFlash(1000)).code).toBe('flash-size');
});

test('strict mode names a write that would need an erase', () => {
  const flash = memoryFlash(0x1000, { strict: true });
  flash.write(4, Uint8Array.of(0x0f));
  flash.write(4, Uint8Array.of(0x0e));
  expect(formatErrorOf(() => flash.write(3, Uint8Array.of(0xff, 0x1e)))).toMatchObject({
    code: 'flash-not-erased',
    offset: 4,
  });
});
