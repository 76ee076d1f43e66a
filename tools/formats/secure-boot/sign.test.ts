import { beforeAll, describe, expect, test } from 'vitest';
import { buildBootloaderDesc } from '../bootloader-desc.ts';
import { FormatError } from '../errors.ts';
import { buildImage, verifyImage } from '../esp-image.ts';
import { readSignedFile } from '../testing/independent/secure-boot.ts';
import { ecKey, rsaKey, type TestKey } from '../testing/keys.ts';
import { fixture } from '../testing/support.ts';
import { keyDigest, keyOfJwk } from './key.ts';
import { type SignImageOptions, signImage } from './sign.ts';
import { verifySignatures } from './verify.ts';

let rsa: TestKey;
const p256 = ecKey();
const p384 = ecKey('P-384');
beforeAll(() => {
  rsa = rsaKey();
});

const sample = fixture('sample.bin');
const digestOf = (key: TestKey) => keyDigest(keyOfJwk(key.jwk));
async function codeOf(bytes: Uint8Array, options: SignImageOptions): Promise<string> {
  try {
    await signImage(bytes, options);
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
  return 'signed';
}

describe('signImage', () => {
  test('RSA-3072, P-256 and P-384: Node’s crypto and an independent reader agree', async () => {
    for (const key of [rsa, p256, p384]) {
      const signed = await signImage(sample, { keys: [key.jwk] });
      expect(signed.length).toBe(0x4000);
      expect(signed.subarray(0, sample.length)).toEqual(sample);
      expect(signed.subarray(sample.length, 0x3000).every((byte) => byte === 0xff)).toBe(true);
      const [block, ...others] = readSignedFile(signed);
      expect(others).toEqual([]);
      expect(block!.isBy(key.publicKey)).toBe(true);
      expect(block!.isBy(key === rsa ? ecKey().publicKey : rsa.publicKey)).toBe(false);
      expect(await verifySignatures(signed)).toMatchObject({ ok: true, problems: [] });
      expect(verifyImage(signed, { wholeFile: true }).ok).toBe(true);
    }
  });

  test('three keys at once, or one after the other', async () => {
    const keys = [rsa, p256, p384].map((key) => key.jwk);
    const together = await signImage(sample, { keys });
    const first = await signImage(sample, { keys: [rsa.jwk] });
    const two = await signImage(first, { keys: [p256.jwk], existing: 'append' });
    const three = await signImage(two, { keys: [p384.jwk], existing: 'append' });
    for (const signed of [together, three]) {
      const blocks = readSignedFile(signed);
      const owners = [rsa, p256, p384].map((key, i) => blocks[i]!.isBy(key.publicKey));
      expect(owners).toEqual([true, true, true]);
      expect((await verifySignatures(signed)).signatures.map((s) => s.ok)).toEqual([
        true,
        true,
        true,
      ]);
    }
    expect(three.subarray(0x3000, 0x3000 + 1216)).toEqual(first.subarray(0x3000, 0x3000 + 1216));
  });

  test('a Buffer is taken for its bytes, and left as it is', async () => {
    const signed = fixture('sample-signed-rsa.bin');
    const buffer = Buffer.from(signed);
    expect((await verifySignatures(buffer)).ok).toBe(true);
    const both = await signImage(buffer, { keys: [p256.jwk], existing: 'append' });
    expect((await verifySignatures(both)).signatures.map((s) => s.ok)).toEqual([true, true]);
    expect(buffer.equals(signed)).toBe(true);
  });

  test('an image that ends on a sector boundary is signed right behind it', async () => {
    const data = new Uint8Array(4096 - 24 - 8 - 16 - 32);
    const image = buildImage({
      chipId: 0,
      entryAddress: 0,
      segments: [{ loadAddress: 0x3ffb0000, data }],
    });
    expect(image.length).toBe(4096);
    expect((await signImage(image, { keys: [p256.jwk] })).length).toBe(8192);
  });

  test('a bootloader is signed as well, and one with a stale hash is not', async () => {
    const image = buildImage({
      chipId: 0,
      entryAddress: 0,
      segments: [{ loadAddress: 0x3fff0000, data: buildBootloaderDesc({ version: 1 }) }],
    });
    expect(await codeOf(image, { keys: [p256.jwk] })).toBe('signed');
    expect(await codeOf(image.with(2, 0), { keys: [p256.jwk] })).toBe('hash');
  });

  test('padding to the end of a partition is made that to the next sector', async () => {
    const padded = new Uint8Array(0x10000).fill(0xff);
    padded.set(sample);
    expect((await signImage(padded, { keys: [p256.jwk] })).length).toBe(0x4000);
  });

  test('what is signed already is appended to or signed afresh only on demand', async () => {
    const signed = fixture('sample-signed-rsa.bin');
    expect(await codeOf(signed, { keys: [p256.jwk] })).toBe('already-signed');
    const both = await signImage(signed, { keys: [p256.jwk], existing: 'append' });
    expect(readSignedFile(both).map((block) => block.version)).toEqual([2, 3]);
    const one = await signImage(signed, { keys: [p256.jwk], existing: 'replace' });
    expect(readSignedFile(one).map((block) => block.version)).toEqual([3]);
  });

  test('refuses by name', async () => {
    const keys = [p256.jwk];
    const full = await signImage(sample, { keys: [p256.jwk, p384.jwk, rsa.jwk] });
    expect(await codeOf(full, { keys: [ecKey().jwk], existing: 'append' })).toBe('signature-full');
    expect(await codeOf(full, { keys, existing: 'append' })).toBe('signature-full');
    expect(await codeOf(sample, { keys: [] })).toBe('signature-none');
    expect(await codeOf(sample, { keys: [p256.jwk, p256.jwk] })).toBe('key-twice');
    const one = await signImage(sample, { keys });
    expect(await codeOf(one, { keys, existing: 'append' })).toBe('key-twice');
    const { d: _, ...open } = p256.jwk;
    expect(await codeOf(sample, { keys: [open] })).toBe('key-private');
    expect(await codeOf(sample, { keys: [{ ...p256.jwk, x: p256.jwk.y }] })).toBe('key-malformed');
    expect(await codeOf(sample.with(500, 1), { keys })).toBe('checksum');
    expect(await codeOf(sample.subarray(0, 99), { keys })).toBe('image-truncated');
    expect(await codeOf(one.with(0x3000 + 40, 1), { keys, existing: 'append' })).toMatch(
      /^signature-/,
    );
    const behind = new Uint8Array(sample.length + 9);
    behind.set(sample);
    expect(await codeOf(behind, { keys })).toBe('trailing-bytes');
    const v1 = new Uint8Array(sample.length + 68);
    v1.set(sample);
    expect(await codeOf(v1, { keys })).toBe('signature-v1');
  });

  test('only a trusted key’s signature counts, where keys are given', async () => {
    const signed = await signImage(sample, { keys: [p256.jwk, rsa.jwk] });
    const other = ecKey();
    const verdict = await verifySignatures(signed, { trustedKeys: [digestOf(rsa)] });
    expect(verdict.ok).toBe(true);
    expect(verdict.signatures.map((check) => check.trusted)).toEqual([false, true]);
    const foreign = await verifySignatures(signed, { trustedKeys: [digestOf(other)] });
    expect(foreign).toMatchObject({ ok: false, problems: [{ code: 'signature-none-valid' }] });
  });
});
