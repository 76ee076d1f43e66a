import { expect, it, vi } from 'vitest';
import { knownBytes, remembered } from './known-bytes.ts';

const bytesOf = (...values: number[]) => Uint8Array.from(values);

it('is one array for the same bytes, of its own', () => {
  const given = bytesOf(1, 2, 3);
  const known = knownBytes(given);
  expect(known).toEqual(given);
  expect(knownBytes(bytesOf(1, 2, 3))).toBe(known);
  given[0] = 9;
  expect(known).toEqual(bytesOf(1, 2, 3));
  expect(knownBytes(given)).not.toBe(known);
});

it('is another one for bytes of which one is the beginning of the other', () => {
  expect(knownBytes(bytesOf(1, 2))).toEqual(bytesOf(1, 2));
  expect(knownBytes(bytesOf(1, 2, 0))).toEqual(bytesOf(1, 2, 0));
});

it('is right for more than it remembers, and keeps what is asked for', () => {
  const often = knownBytes(bytesOf(7, 7, 7));
  for (let i = 0; i < 200; i++) {
    expect(knownBytes(bytesOf(i, 1))).toEqual(bytesOf(i, 1));
    expect(knownBytes(bytesOf(7, 7, 7))).toBe(often);
  }
});

it('works an answer out once for each array', () => {
  const sum = vi.fn((bytes: Uint8Array) => bytes.reduce((a, b) => a + b, 0));
  const sumOf = remembered(sum);
  const bytes = bytesOf(1, 2);
  expect([sumOf(bytes), sumOf(bytes), sumOf(bytes.slice())]).toEqual([3, 3, 3]);
  expect(sum).toHaveBeenCalledTimes(2);
});
