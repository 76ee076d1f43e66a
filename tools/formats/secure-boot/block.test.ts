import { createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hex } from '../bytes.ts';
import { crc32 } from '../crc.ts';
import { readSignedFile } from '../testing/independent/secure-boot.ts';
import { fixture, formatErrorOf, SEED, survives } from '../testing/support.ts';
import {
  buildSignatureBlock,
  type EcdsaSignatureBlock,
  parseSignatureBlock,
  type RsaSignatureBlock,
} from './block.ts';
import { keyDigest, keyOfJwk, type PublicJwk } from './key.ts';
import { montgomeryTerms } from './numbers.ts';
import { buildSignatureSector, parseSignatureSector } from './sector.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const u32 = fc.nat({ max: 0xffffffff });
const blockOf = (name: string) => fixture(name).slice(0x3000, 0x3000 + 1216);

const rsa: fc.Arbitrary<Required<RsaSignatureBlock>> = fc.record({
  scheme: fc.constant('rsa-3072' as const),
  imageDigest: bytes(32),
  modulus: bytes(384),
  exponent: u32,
  r: bytes(384),
  mPrime: u32,
  signature: bytes(384),
});
const ecdsa = (scheme: EcdsaSignatureBlock['scheme'], length: number, digest: number) =>
  fc.record({
    scheme: fc.constant(scheme),
    imageDigest: bytes(digest),
    x: bytes(length),
    y: bytes(length),
    signature: bytes(2 * length),
  });
const anyBlock = fc.oneof<fc.Arbitrary<Required<RsaSignatureBlock> | EcdsaSignatureBlock>[]>(
  rsa,
  ecdsa('ecdsa-p192', 24, 32),
  ecdsa('ecdsa-p256', 32, 32),
  ecdsa('ecdsa-p384', 48, 48),
);

describe('signature blocks', () => {
  test.each(['sample-signed-rsa.bin', 'sample-signed-ec.bin'])(
    '%s: an independent reader sees the same fields',
    (name) => {
      const [seen] = readSignedFile(fixture(name));
      const block = parseSignatureBlock(blockOf(name));
      expect(block.crc.ok).toBe(true);
      expect(hex(block.imageDigest)).toBe(seen!.digest.toString('hex'));
      expect(hex(block.keyDigest)).toBe(seen!.keyDigest);
      const key =
        block.scheme === 'rsa-3072'
          ? [hex(block.modulus), number(block.exponent), hex(block.r), number(block.mPrime)]
          : [hex(block.x), hex(block.y)];
      expect(key).toEqual(seen!.key);
    },
  );
  const number = (value: number) => value.toString(16).padStart(8, '0');

  test.each([
    ['sample-signed-rsa.bin', 'rsa-public.pem'],
    ['sample-signed-ec.bin', 'ec-public.pem'],
  ])('%s: key, its digest and its terms follow from %s', (name, pem) => {
    const jwk = createPublicKey(Buffer.from(fixture(pem))).export({ format: 'jwk' }) as PublicJwk;
    const block = parseSignatureBlock(blockOf(name));
    const key = keyOfJwk(jwk);
    expect(block).toMatchObject(key);
    expect(keyDigest(key)).toEqual(block.keyDigest);
    const { imageDigest, signature } = block;
    expect(buildSignatureBlock({ ...key, imageDigest, signature })).toEqual(blockOf(name));
  });

  test('parse of build is the identity, for every scheme', () => {
    fc.assert(
      fc.property(anyBlock, (block) => {
        const { crc, keyDigest: _, ...parsed } = parseSignatureBlock(buildSignatureBlock(block));
        expect(parsed).toEqual(block);
        expect(crc.ok).toBe(true);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('build of parse gives the same bytes', () => {
    for (const name of ['sample-signed-rsa.bin', 'sample-signed-ec.bin']) {
      expect(buildSignatureBlock(parseSignatureBlock(blockOf(name)))).toEqual(blockOf(name));
    }
    fc.assert(
      fc.property(anyBlock, (block) => {
        const built = buildSignatureBlock(block);
        expect(buildSignatureBlock(parseSignatureBlock(built))).toEqual(built);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  test('names what is wrong', () => {
    const block = blockOf('sample-signed-ec.bin');
    const errorOf = (bytes: Uint8Array) => formatErrorOf(() => parseSignatureBlock(bytes));
    expect(errorOf(block.subarray(0, 1215))).toMatchObject({ code: 'signature-truncated' });
    expect(errorOf(block.with(0, 0xe6))).toMatchObject({ code: 'signature-magic', offset: 0 });
    expect(errorOf(block.with(1, 4))).toMatchObject({ code: 'signature-version', offset: 1 });
    expect(errorOf(block.with(36, 3))).toMatchObject({ code: 'signature-curve', offset: 36 });
    expect(errorOf(block.with(2, 1))).toMatchObject({ code: 'signature-curve', offset: 52 });
    expect(parseSignatureBlock(block.with(50, 1)).crc.ok).toBe(false);
    const parsed = parseSignatureBlock(block);
    const short = { ...parsed, signature: new Uint8Array(63) };
    expect(formatErrorOf(() => buildSignatureBlock(short)).code).toBe('signature-field');
    const even = {
      scheme: 'rsa-3072' as const,
      imageDigest: new Uint8Array(32),
      modulus: new Uint8Array(384),
      exponent: 3,
      signature: new Uint8Array(384),
    };
    expect(formatErrorOf(() => buildSignatureBlock(even)).code).toBe('signature-field');
  });

  test('survive damage', () => {
    for (const name of ['sample-signed-rsa.bin', 'sample-signed-ec.bin']) {
      survives(blockOf(name), parseSignatureBlock, 2500);
    }
  });
});

test('Montgomery terms do what the hardware needs of them', () => {
  fc.assert(
    fc.property(bytes(384), (random) => {
      const modulus = random.with(383, random[383]! | 1).with(0, 0x80 | random[0]!);
      const { r, mPrime } = montgomeryTerms(modulus)!;
      const n = BigInt(`0x${hex(modulus)}`);
      expect((n * BigInt(mPrime) + 1n) % 2n ** 32n).toBe(0n);
      expect(BigInt(`0x${hex(r)}`)).toBe(2n ** 6144n % n);
    }),
    { seed: SEED, numRuns: 50 },
  );
  expect(montgomeryTerms(new Uint8Array(384))).toBeUndefined();
});

describe('keys', () => {
  const codeOf = (jwk: PublicJwk) => formatErrorOf(() => keyOfJwk(jwk)).code;
  const n = (bits: number) => Buffer.alloc(bits / 8, 0x81).toString('base64url');

  test.each([
    ['key-type', { kty: 'OKP', crv: 'Ed25519', x: 'AA' }],
    ['key-type', {}],
    ['key-size', { kty: 'RSA', n: n(2048), e: 'AQAB' }],
    ['key-size', { kty: 'RSA', n: n(4096), e: 'AQAB' }],
    ['key-malformed', { kty: 'RSA', n: n(3072), e: 'AQABAQABAQAB' }],
    ['key-malformed', { kty: 'RSA', n: n(3072) }],
    ['key-curve', { kty: 'EC', crv: 'P-521', x: 'AA', y: 'AA' }],
    ['key-curve', { kty: 'EC' }],
    ['key-malformed', { kty: 'EC', crv: 'P-256', x: '***', y: 'AA' }],
  ])('%s: %o', (code, jwk) => expect(codeOf(jwk)).toBe(code));
});

describe('sectors', () => {
  test('hold up to three blocks, erased behind them', () => {
    const block = blockOf('sample-signed-ec.bin');
    const sector = buildSignatureSector([block, block]);
    expect(parseSignatureSector(sector).map((slot) => [slot.offset, slot.block?.scheme])).toEqual([
      [0, 'ecdsa-p256'],
      [1216, 'ecdsa-p256'],
      [2432, undefined],
    ]);
    expect(parseSignatureSector(sector.with(1217, 9))[1]).toMatchObject({
      error: { code: 'signature-version', offset: 1217 },
    });
    expect(formatErrorOf(() => buildSignatureSector([block, block, block, block])).code).toBe(
      'signature-full',
    );
    expect(formatErrorOf(() => buildSignatureSector([block.subarray(1)])).code).toBe(
      'signature-field',
    );
    expect(formatErrorOf(() => parseSignatureSector(sector.subarray(1))).code).toBe(
      'signature-truncated',
    );
  });

  test('survive damage', () =>
    survives(buildSignatureSector([blockOf('sample-signed-rsa.bin')]), parseSignatureSector, 1000));
});

test('the CRC of blocks is the ordinary one', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
});
