import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hex, utf8 } from './bytes.ts';
import { espCrc32 } from './crc.ts';
import { Md5, md5 } from './md5.ts';
import { Sha256, sha256 } from './sha256.ts';
import { SEED } from './testing/support.ts';

const chunks = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 });
const join = (parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((p) => [...p]));

describe('espCrc32', () => {
  test('gives the values of ESP_FORMATS §1', () => {
    const crcOf = (seq: number) => espCrc32(new Uint8Array(Uint32Array.of(seq).buffer));
    expect([0, 1, 2, 3, 4, 5, 0xfffffffe].map(crcOf)).toEqual([
      0xffffffff, 0x4743989a, 0x55f63774, 0xed4a5011, 0x709d68a8, 0xc8210fcd, 0x99f8b879,
    ]);
  });

  test('is zlib with its seed, not the ordinary CRC-32, and chains', () => {
    fc.assert(
      fc.property(chunks, (parts) => {
        const whole = join(parts);
        expect(espCrc32(whole)).toBe(crc32(whole, 0xffffffff));
        expect(parts.reduce((crc, part) => espCrc32(part, crc), 0xffffffff)).toBe(espCrc32(whole));
      }),
      { seed: SEED },
    );
    expect(espCrc32(utf8('abc'))).not.toBe(crc32(utf8('abc')));
  });
});

describe.each([
  ['sha256', sha256, Sha256, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ['md5', md5, Md5, '900150983cd24fb0d6963f7d28e17f72'],
] as const)('%s', (name, digest, Streaming, ofAbc) => {
  test('known answer', () => expect(hex(digest(utf8('abc')))).toBe(ofAbc));

  test('agrees with node:crypto at every length around its block boundaries', () => {
    for (let length = 0; length < 200; length++) {
      const data = Uint8Array.from({ length }, (_, i) => i * 7 + length);
      expect(hex(digest(data))).toBe(createHash(name).update(data).digest('hex'));
    }
  });

  test('agrees with node:crypto however the input is split', () => {
    fc.assert(
      fc.property(chunks, (parts) => {
        const hasher = new Streaming();
        for (const part of parts) hasher.update(part);
        expect(hex(hasher.digest())).toBe(createHash(name).update(join(parts)).digest('hex'));
      }),
      { seed: SEED },
    );
  });
});
