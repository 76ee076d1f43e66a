import { expect, test } from 'vitest';
import { fixture } from '../../formats/testing/support.ts';
import { fixturePath, ota } from '../testing/ota.ts';

test('info of a sound image: plain text when piped, exit code 0', async () => {
  const { code, out, err } = await ota(['image', 'info', fixturePath('sample-signed-rsa.bin')]);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('behind it   7040 bytes, not part of the image');
  expect(out).not.toContain('\u001b');
});

test('--json from standard input', async () => {
  const { code, out } = await ota(['image', 'info', '-', '--json'], fixture('sample.bin'));
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    file: 'standard input',
    valid: true,
    length: 9344,
    identity: { project: 'sample_app', version: '2.1.0' },
  });
});

test.each([
  ['a damaged image', fixture('sample.bin').with(200, 7), 'problem: the checksum is'],
  [
    'a cut image',
    fixture('sample.bin').subarray(0, 100),
    'problem: segment 0 (256 bytes) would end',
  ],
  ['no image', fixture('nvs-sample.bin'), 'this is no ESP image'],
  ['nothing', new Uint8Array(0), 'the image has no bytes at all'],
])('%s: a reason, exit code 1, no stack trace', async (_, input, reason) => {
  const { code, out, err } = await ota(['image', 'info', '-'], input);
  expect(code).toBe(1);
  expect(out).toContain(reason);
  expect(out + err).not.toMatch(/\n\s+at /);
});

test.each([
  ['/nowhere/at/all.bin', 'cannot read /nowhere/at/all.bin: there is no such file'],
  [fixturePath('.'), 'it is a folder'],
])('%s: one sentence on standard error', async (file, reason) => {
  const { code, out, err } = await ota(['image', 'info', file]);
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain(reason);
  expect(err.trim().split('\n')).toHaveLength(1);
});

test.each([
  ['sample-signed-rsa.bin', 'rsa-3072'],
  ['sample-signed-ec.bin', 'ecdsa-p256'],
])('info shows the signature of %s', async (name, scheme) => {
  const { code, out } = await ota(['image', 'info', fixturePath(name)]);
  expect(code).toBe(0);
  expect(out).toMatch(
    new RegExp(
      `Secure Boot v2 signature\n {2}signature 0 +${scheme} ok\n +key digest +[0-9a-f]{64}`,
    ),
  );
});

test('a damaged signature is a problem of the image', async () => {
  const bytes = fixture('sample-signed-rsa.bin');
  bytes[0x3000 + 900] = bytes[0x3000 + 900]! ^ 1;
  const { code, out } = await ota(['image', 'info', '-', '--json'], bytes);
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    valid: false,
    signature: { version: 2, offset: 0x3000, blocks: [{ ok: false, scheme: 'rsa-3072' }] },
    problems: [{ code: 'signature-crc' }, { code: 'signature-wrong' }],
  });
});

test.each(['info', 'verify', 'sign', 'merge', 'patch'])(
  'help of %s has an example',
  async (verb) => {
    const { code, out } = await ota(['image', verb, '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`\\$ .*ota image ${verb} `));
    expect(out).toContain('--json');
  },
);
