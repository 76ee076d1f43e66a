import { expect, test } from 'vitest';
import { formatErrorOf } from '../testing/support.ts';
import { mergeParts } from './merge.ts';

const part = (offset: number, length: number, value = 1, name?: string) => ({
  offset,
  data: new Uint8Array(length).fill(value),
  name,
});

test('parts stand at their offsets, 0xFF between and behind them', () => {
  const bytes = mergeParts([part(6, 2, 2), part(1, 3)], { padTo: 10 });
  expect([...bytes]).toEqual([255, 1, 1, 1, 255, 255, 2, 2, 255, 255]);
  expect([...mergeParts([part(6, 2, 2)], { base: 5 })]).toEqual([255, 2, 2]);
  expect(mergeParts([part(6, 2)], { padTo: 3 }).length).toBe(8);
});

test('parts may touch, and an empty one is in nobody’s way', () => {
  expect([...mergeParts([part(0, 2), part(2, 1, 2), part(1, 0)])]).toEqual([1, 1, 2]);
});

test('overlapping parts are refused, naming both', () => {
  const parts = [part(0x8000, 0xc00, 1, 'table.bin'), part(0x1000, 0x7001, 1, 'boot.bin')];
  expect(formatErrorOf(() => mergeParts(parts))).toMatchObject({
    code: 'merge-overlap',
    message: 'boot.bin (0x1000 to 0x8001) and table.bin (0x8000 to 0x8c00) overlap',
    offset: 0x8000,
  });
  expect(formatErrorOf(() => mergeParts([part(0, 9), part(5, 0), part(8, 1)])).code).toBe(
    'merge-overlap',
  );
});

test.each([
  ['merge-empty', [], {}],
  ['merge-before-base', [part(0x100, 1)], { base: 0x101 }],
  ['merge-too-large', [part(0, 1), part(0xf0000000, 1)], {}],
  ['merge-too-large', [part(0, 1)], { padTo: 0xffffffff }],
  ['out-of-range', [part(-1, 1)], {}],
  ['out-of-range', [part(0.5, 1)], {}],
])('%s', (code, parts, options) => {
  expect(formatErrorOf(() => mergeParts(parts, options)).code).toBe(code);
});
