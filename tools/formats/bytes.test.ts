import { expect, test } from 'vitest';
import { checkUint, equalBytes, hex, isFilled, readText, utf8, writeText } from './bytes.ts';
import { formatErrorOf } from './testing/support.ts';

test('text ends at the first NUL, or fills its field', () => {
  expect(readText(utf8('ab\0cd'), 0, 5)).toBe('ab');
  expect(readText(utf8('abcde'), 0, 5)).toBe('abcde');
  expect(readText(utf8('xxé\0'), 2, 3)).toBe('é');
  expect(readText(utf8('\ufeffx'), 0, 4)).toBe('\ufeffx');
});

test('text that does not fit is refused, and so is a NUL in it', () => {
  const field = new Uint8Array(8);
  writeText(field, 2, 'né', 3, 'name');
  expect(hex(field)).toBe('00006ec3a9000000');
  expect(formatErrorOf(() => writeText(field, 0, 'néé', 4, 'name')).code).toBe('text-too-long');
  expect(formatErrorOf(() => writeText(field, 0, 'a\0b', 4, 'name')).code).toBe('text-has-nul');
});

test('numbers are checked before they are written', () => {
  expect(checkUint(255, 255, 'x')).toBe(255);
  for (const bad of [-1, 256, 1.5, Number.NaN]) {
    expect(formatErrorOf(() => checkUint(bad, 255, 'x')).code).toBe('out-of-range');
  }
});

test('comparison and filling', () => {
  expect(equalBytes(utf8('ab'), utf8('ab'))).toBe(true);
  expect(equalBytes(utf8('ab'), utf8('abc'))).toBe(false);
  expect(isFilled(Uint8Array.of(255, 255), 255)).toBe(true);
  expect(isFilled(Uint8Array.of(255, 254), 255)).toBe(false);
});
