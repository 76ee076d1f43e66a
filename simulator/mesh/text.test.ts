import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { decodeText, encodeFrame, encodeText } from './text.ts';

fc.configureGlobal({ seed: 156 });

it('is UTF-8 where it can be, byte order mark and all', () => {
  const text = '\ufeffgrüße 😀';
  expect(encodeText(text)).toEqual(new TextEncoder().encode(text));
  expect(decodeText(new TextEncoder().encode(text))).toBe(text);
});

it('keeps every byte, whatever it is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(encodeText(decodeText(bytes))).toEqual(bytes);
    }),
  );
});

it.each([
  ['a stray continuation', [0x61, 0x80, 0x62], 'a\udc80b'],
  ['an overlong form', [0xc0, 0xaf], '\udcc0\udcaf'],
  ['a surrogate', [0xed, 0xa0, 0x80], '\udced\udca0\udc80'],
  ['a cut sequence', [0xc3, 0xbc, 0xe2, 0x82], 'ü\udce2\udc82'],
  ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80], '\udcf4\udc90\udc80\udc80'],
])('escapes %s', (_, bytes, text) => {
  expect(decodeText(Uint8Array.from(bytes))).toBe(text);
  expect(encodeText(text)).toEqual(Uint8Array.from(bytes));
});

it('writes U+FFFD for a lone surrogate that stands for no byte', () => {
  expect(encodeText('\ud800x')).toEqual(new TextEncoder().encode('\ufffdx'));
});

it('ends a frame with one NUL', () => {
  expect(encodeFrame('ü')).toEqual(Uint8Array.from([0xc3, 0xbc, 0]));
});

it('base64 agrees with the standard and comes back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = encodeBase64(bytes);
      expect(text).toBe(btoa(String.fromCharCode(...bytes)));
      expect(decodeBase64(text)).toEqual(bytes);
    }),
  );
});

it('base64 reads variants and rubbish as the library does', () => {
  expect(decodeBase64(',-._')).toEqual(decodeBase64('++//'));
  expect(decodeBase64('A!Ä\u4e00')).toEqual(decodeBase64('AAAA'));
  fc.assert(fc.property(fc.string(), (text) => decodeBase64(text).length <= text.length + 1));
});
