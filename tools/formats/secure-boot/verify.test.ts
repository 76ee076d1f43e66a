import { describe, expect, test } from 'vitest';
import { viewOf } from '../bytes.ts';
import { crc32 } from '../crc.ts';
import { ecKey } from '../testing/keys.ts';
import { fixture } from '../testing/support.ts';
import { buildSignatureBlock, parseSignatureBlock } from './block.ts';
import { signImage } from './sign.ts';
import { verifySignatures } from './verify.ts';

const AT = 0x3000;
const codesOf = async (bytes: Uint8Array) => {
  const { signatures, problems } = await verifySignatures(bytes);
  return [...signatures.flatMap((check) => check.problems), ...problems].map((p) => p.code);
};
/** With the block's CRC made right again. */
function resealed(file: Uint8Array, edit: (block: Uint8Array) => void): Uint8Array {
  const copy = file.slice();
  const block = copy.subarray(AT, AT + 1216);
  edit(block);
  viewOf(block).setUint32(1196, crc32(block.subarray(0, 1196)), true);
  return copy;
}

describe('verifySignatures', () => {
  test.each([
    ['sample-signed-rsa.bin', 'rsa-3072'],
    ['sample-signed-ec.bin', 'ecdsa-p256'],
  ])('%s, made by espsecure, holds', async (name, scheme) => {
    expect(await verifySignatures(fixture(name))).toMatchObject({
      ok: true,
      place: { version: 2, offset: AT },
      signatures: [{ index: 0, offset: AT, scheme, ok: true, problems: [] }],
      problems: [],
    });
  });

  test.each(['sample-signed-rsa.bin', 'sample-signed-ec.bin'])(
    '%s: a changed byte of image, padding or block is found',
    async (name) => {
      const signed = fixture(name);
      const places = [
        30,
        40,
        5000,
        9300,
        9343,
        9344,
        0x2fff,
        AT,
        AT + 1,
        AT + 5,
        AT + 37,
        AT + 102,
      ];
      for (const at of [...places, AT + 300, AT + 1000, AT + 1196]) {
        const { ok } = await verifySignatures(signed.with(at, signed[at]! ^ 0x20)).catch(() => ({
          ok: false,
        }));
        expect(ok, `byte ${at}`).toBe(false);
      }
    },
  );

  test('says which of CRC, digest, terms, key and signature is wrong', async () => {
    const rsa = fixture('sample-signed-rsa.bin');
    const ec = fixture('sample-signed-ec.bin');
    const flip = (at: number) => (block: Uint8Array) => {
      block[at] = block[at]! ^ 1;
    };
    expect(await codesOf(rsa.with(AT + 1100, rsa[AT + 1100]! ^ 1))).toContain('signature-crc');
    expect(await codesOf(rsa.with(40, 9))).toEqual(['signature-digest', 'signature-none-valid']);
    expect(await codesOf(resealed(rsa, flip(430)))).toEqual([
      'signature-terms',
      'signature-none-valid',
    ]);
    expect(await codesOf(resealed(rsa, flip(809)))).toEqual([
      'signature-terms',
      'signature-none-valid',
    ]);
    expect(await codesOf(resealed(rsa, flip(900)))).toEqual([
      'signature-wrong',
      'signature-none-valid',
    ]);
    expect(await codesOf(resealed(ec, flip(110)))).toEqual([
      'signature-wrong',
      'signature-none-valid',
    ]);
    expect(await codesOf(resealed(ec, flip(40)))).toEqual([
      'signature-key',
      'signature-none-valid',
    ]);
    expect(await codesOf(resealed(rsa, (block) => block.fill(0, 420, 424)))).toContain(
      'signature-wrong',
    );
    expect(await codesOf(ec.with(AT + 1, 7))).toEqual([
      'signature-version',
      'signature-none-valid',
    ]);
  });

  test('a good signature beside a bad one suffices, and the bad one is named', async () => {
    const other = ecKey();
    const two = await signImage(fixture('sample-signed-ec.bin'), {
      keys: [other.jwk],
      existing: 'append',
    });
    for (const at of [AT, AT + 1, AT + 102, AT + 1200 - 4]) {
      const verdict = await verifySignatures(two.with(at, two[at]! ^ 4));
      expect(verdict).toMatchObject({ ok: true, problems: [] });
      expect(verdict.signatures.map((check) => check.ok)).toEqual([false, true]);
      expect(verdict.signatures[0]!.problems[0]!.offset).toBeGreaterThanOrEqual(AT);
    }
  });

  test('P-192 is read but not checked', async () => {
    const file = fixture('sample-signed-ec.bin');
    const { imageDigest } = parseSignatureBlock(file.subarray(AT));
    const number = new Uint8Array(24).fill(1);
    const signature = new Uint8Array(48).fill(1);
    file.set(
      buildSignatureBlock({ scheme: 'ecdsa-p192', imageDigest, x: number, y: number, signature }),
      AT,
    );
    expect(await codesOf(file)).toEqual(['signature-unsupported', 'signature-none-valid']);
  });

  test('no signature, and one of version 1, are named', async () => {
    const sample = fixture('sample.bin');
    expect(await codesOf(sample)).toEqual(['signature-missing']);
    const v1 = new Uint8Array(sample.length + 68);
    v1.set(sample);
    expect(await codesOf(v1)).toEqual(['signature-v1']);
  });
});
