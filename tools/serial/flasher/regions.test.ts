import { describe, expect, test } from 'vitest';
import { regionsOf } from './regions.ts';

const kept = async (_: number, length: number) => new Uint8Array(length).fill(0x77);
const bytes = (length: number, value: number) => new Uint8Array(length).fill(value);

describe('regions', () => {
  test('are sorted and filled up to words; empty parts vanish', async () => {
    const parts = [
      { offset: 0x3000, data: bytes(5, 2), name: 'b' },
      { offset: 0x1000, data: bytes(4, 1), name: 'a' },
      { offset: 0x9000, data: bytes(0, 0) },
    ];
    expect(await regionsOf(parts, kept)).toEqual([
      { offset: 0x1000, name: 'a', data: bytes(4, 1) },
      { offset: 0x3000, name: 'b', data: Uint8Array.of(2, 2, 2, 2, 2, 255, 255, 255) },
    ]);
  });

  test('parts of one sector are one region, as writing one would erase the other', async () => {
    const parts = [
      { offset: 0x1000, data: bytes(4, 1), name: 'a' },
      { offset: 0x1008, data: bytes(4, 2), name: 'b' },
      { offset: 0x2000, data: bytes(4, 3), name: 'c' },
    ];
    const [first, second] = await regionsOf(parts, kept);
    expect(first).toEqual({
      offset: 0x1000,
      name: 'a + b',
      data: Uint8Array.of(1, 1, 1, 1, 255, 255, 255, 255, 2, 2, 2, 2),
    });
    expect(second).toMatchObject({ offset: 0x2000, name: 'c' });
  });

  test('what stands before a part in its sector is kept', async () => {
    const [region] = await regionsOf([{ offset: 0x1004, data: bytes(4, 1) }], kept);
    expect(region).toEqual({
      offset: 0x1000,
      name: '0x1004',
      data: Uint8Array.of(0x77, 0x77, 0x77, 0x77, 1, 1, 1, 1),
    });
  });

  test('parts that overlap are refused, both named', async () => {
    const parts = [
      { offset: 0x1000, data: bytes(0x1001, 1), name: 'a' },
      { offset: 0x2000, data: bytes(4, 2), name: 'b' },
    ];
    await expect(regionsOf(parts, kept)).rejects.toThrow(/a .* and b .* overlap/);
  });
});
