import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSignedFile } from '../../formats/testing/independent/secure-boot.ts';
import { ecKey, rsaKey } from '../../formats/testing/keys.ts';
import { fixture } from '../../formats/testing/support.ts';
import { fixturePath, ota } from '../testing/ota.ts';

const folder = mkdtempSync(join(tmpdir(), 'ota-sign-'));
const at = (name: string) => join(folder, name);
const ec = ecKey();
const ODD = {
  namedCurve: 'secp192k1',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
} as const;
const sample = fixturePath('sample.bin');

beforeAll(() => {
  const rsa = rsaKey();
  const write = (name: string, text: string | Buffer) => writeFileSync(at(name), text);
  write('rsa.pem', rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }));
  write('rsa-public.pem', rsa.publicPem);
  write('ec.pem', ec.privateKey.export({ type: 'sec1', format: 'pem' }));
  write('ec8.pem', ec.pem);
  write('ec-public.pem', ec.publicPem);
  const secret = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
  write('locked.pem', ec.privateKey.export(secret));
  write('small.pem', rsaKey(2048).pem);
  write('odd.pem', generateKeyPairSync('ec', ODD).privateKey);
  write('broken.pem', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('signs with PKCS#1, SEC1 and PKCS#8 keys; verify knows whose it is', async () => {
  const out = at('signed.bin');
  const keys = ['--key', at('rsa.pem'), '--key', at('ec.pem')];
  const signed = await ota(['image', 'sign', sample, ...keys, '-o', out]);
  expect([signed.code, signed.err]).toEqual([0, '']);
  expect(signed.out).toMatch(/signature 0 +rsa-3072 ok[\s\S]*signature 1 +ecdsa-p256 ok/);
  // An ESP32 looks at one signature.
  expect(signed.out).toContain('warning: an ESP32 looks at the first signature only');
  expect(signed.out).toContain('a board checks one scheme, and these are rsa-3072, ecdsa-p256');
  expect(readSignedFile(readFileSync(out))[1]!.isBy(ec.publicKey)).toBe(true);

  for (const key of ['rsa-public.pem', 'ec-public.pem', 'ec8.pem']) {
    const { code, out: text } = await ota(['image', 'verify', out, '--key', at(key)]);
    expect(code, text).toBe(0);
    expect(text).toContain('by a given key');
  }
  const foreign = ['image', 'verify', out, '--key', fixturePath('rsa-public.pem'), '--json'];
  const { code, out: json } = await ota(foreign);
  expect(code).toBe(1);
  expect(JSON.parse(json)).toMatchObject({
    ok: false,
    signatures: [{ trusted: false, ok: true }, { trusted: false }],
    problems: [{ code: 'signature-none-valid' }],
  });
});

test('from standard input to standard output; the report goes to standard error', async () => {
  const args = ['image', 'sign', '-', '--key', at('ec8.pem'), '-o', '-', '--json'];
  const { code, bytes, err } = await ota(args, fixture('sample.bin'));
  expect(code).toBe(0);
  expect(readSignedFile(bytes)[0]!.isBy(ec.publicKey)).toBe(true);
  expect(JSON.parse(err)).toMatchObject({
    ok: true,
    file: 'standard input',
    size: 0x4000,
    signatureOffset: 0x3000,
    signatures: [{ scheme: 'ecdsa-p256', ok: true }],
  });
});

test('a signed image is signed again only on demand', async () => {
  const signed = fixturePath('sample-signed-rsa.bin');
  const sign = (...more: string[]) =>
    ota(['image', 'sign', signed, '--key', at('ec8.pem'), '-o', at('again.bin'), ...more]);
  const refused = await sign();
  expect(refused.code).toBe(1);
  expect(refused.out).toMatch(/problem: the image is signed already .*\n {2}hint: say whether/);
  expect((await sign('--append')).code).toBe(0);
  expect(readSignedFile(readFileSync(at('again.bin'))).map((b) => b.version)).toEqual([2, 3]);
  expect((await sign('--replace')).code).toBe(0);
  expect(readSignedFile(readFileSync(at('again.bin'))).map((b) => b.version)).toEqual([3]);
});

test.each([
  ['ec-public.pem', 'holds a public key, which cannot sign'],
  ['locked.pem', 'is encrypted'],
  ['broken.pem', 'holds no key in PEM that can be read'],
  ['odd.pem', 'is a key on the curve secp192k1'],
  ['small.pem', 'the RSA key has fewer than 3072 bits'],
  ['none.pem', 'there is no such file'],
])('key %s: a sentence', async (key, reason) => {
  const { code, out, err } = await ota(['image', 'sign', sample, '--key', at(key), '-o', at('x')]);
  expect(code).toBe(1);
  expect(out + err).toContain(reason);
  expect(out + err).not.toMatch(/\n\s+at /);
  expect(() => readFileSync(at('x'))).toThrow(/ENOENT/);
});
