import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readHex } from '../testing/independent/intel-hex.ts';
import { formatErrorOf, SEED, survives } from '../testing/support.ts';
import { buildIntelHex, isIntelHex, parseIntelHex } from './intel-hex.ts';
import type { FlashPart } from './merge.ts';

const ascii = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const END = ':00000001FF\n';

/** Parts that neither overlap nor touch, some across a 64 KB boundary. */
const apart = fc
  .array(
    fc.record({
      gap: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0xffd0, max: 0x20000 })),
      data: fc.uint8Array({ minLength: 1, maxLength: 80 }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((list) => {
    let at = 0;
    return list.map(({ gap, data }): FlashPart => {
      const offset = at + gap;
      at = offset + data.length;
      return { offset, data };
    });
  });

describe('buildIntelHex', () => {
  test('writes the records of the specification', () => {
    const parts = [
      { offset: 0xfffa, data: Uint8Array.from({ length: 10 }, (_, i) => i) },
      { offset: 0x10004, data: Uint8Array.of(0xff) },
    ];
    expect(text(buildIntelHex(parts))).toBe(
      `:020000040000FA\n:06FFFA00000102030405F2\n:020000040001F9\n:0500000006070809FFDE\n${END}`,
    );
    expect(text(buildIntelHex([{ offset: 0xffff, data: Uint8Array.of(1) }]))).toBe(
      `:01FFFF000100\n${END}`,
    );
  });

  test('an independent reader finds every byte, and no other', () => {
    fc.assert(
      fc.property(apart, (parts) => {
        const memory = readHex(text(buildIntelHex(parts)));
        let count = 0;
        for (const { offset, data } of parts) {
          data.forEach((byte, i) => expect(memory.get(offset + i)).toBe(byte));
          count += data.length;
        }
        expect(memory.size).toBe(count);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('reaches to the last 32-bit address and no further', () => {
    const last = { offset: 0xffffffff, data: Uint8Array.of(7) };
    expect(parseIntelHex(buildIntelHex([last]))).toEqual([last]);
    const beyond = { offset: 0xffffffff, data: Uint8Array.of(7, 8) };
    expect(formatErrorOf(() => buildIntelHex([beyond])).code).toBe('hex-address');
  });
});

describe('parseIntelHex', () => {
  test('gives back what was built', () => {
    fc.assert(
      fc.property(apart, (parts) => {
        expect(parseIntelHex(buildIntelHex(parts))).toEqual(parts);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('build of parse gives the same bytes', () => {
    const bytes = buildIntelHex([{ offset: 0x8000, data: new Uint8Array(0x9001).fill(3) }]);
    expect(buildIntelHex(parseIntelHex(bytes))).toEqual(bytes);
  });

  test('takes what others write: other line ends, lower case, any order, start addresses', () => {
    const file = ':0400000508001234a9\r\n\r\n:0100020003FA\r\n  :0200000001 02FB\r\n';
    const clean = file.replace('01 02', '0102');
    expect(parseIntelHex(ascii(`${clean}${END}`))).toEqual([
      { offset: 0, data: Uint8Array.of(1, 2, 3) },
    ]);
    expect(parseIntelHex(ascii(END))).toEqual([]);
  });

  test('segment addresses wrap within 64 KB, linear ones go on', () => {
    const data = '02FFFF00AABB9B';
    expect(parseIntelHex(ascii(`:020000021000EC\n:${data}\n${END}`))).toEqual([
      { offset: 0x10000, data: Uint8Array.of(0xbb) },
      { offset: 0x1ffff, data: Uint8Array.of(0xaa) },
    ]);
    expect(parseIntelHex(ascii(`:020000040001F9\n:${data}\n${END}`))).toEqual([
      { offset: 0x1ffff, data: Uint8Array.of(0xaa, 0xbb) },
    ]);
  });

  test.each([
    ['hex-record', 'hello\n', 0, 'line 1'],
    ['hex-record', ':00\n', 0, 'has 0'],
    ['hex-record', ':020000000102F\n', 0, 'odd number'],
    ['hex-record', ':0200000001FD\n', 0, 'announces 2'],
    ['hex-record', `:0100000400FB\n${END}`, 1, 'has 2 data bytes'],
    ['hex-character', `\n:010000000xFF\n${END}`, 11, 'line 2'],
    ['hex-checksum', `:0100000001FF\n${END}`, 11, 'is FF, the record gives FE'],
    ['hex-type', `:00000006FA\n${END}`, 7, 'type 06'],
    ['hex-no-end', ':0100000001FE\n', 14, 'is missing'],
    ['hex-no-end', '', 0, 'is missing'],
    ['hex-after-end', `${END}:0100000001FE\n`, 12, 'line 2'],
    ['hex-address', `:02000004FFFFFC\n:02FFFF0001 02FD\n${END}`.replace(' ', ''), 16, 'line 2'],
  ])('refuses by name and place: %s %j', (code, file, offset, words) => {
    const error = formatErrorOf(() => parseIntelHex(ascii(file)));
    expect(error).toMatchObject({ code, offset });
    expect(error.message).toContain(words);
  });

  test('refuses bytes that are set twice', () => {
    const file = `:0200000001 02FB\n:0100010003FB\n${END}`.replace(' ', '');
    expect(formatErrorOf(() => parseIntelHex(ascii(file))).code).toBe('hex-overlap');
  });

  test('is told from raw bytes', () => {
    expect(isIntelHex(ascii(`\r\n${END}`))).toBe(true);
    expect(isIntelHex(Uint8Array.of(0xe9, 3, 2))).toBe(false);
    expect(isIntelHex(ascii(':-) hello'))).toBe(false);
  });

  test('survives damaged bytes', () =>
    survives(buildIntelHex([{ offset: 0xfff0, data: new Uint8Array(90) }]), parseIntelHex, 5000));
});
