import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fixture } from '../formats/testing/support.ts';

const bin = fileURLToPath(new URL('../bin/ota.js', import.meta.url));
const path = (name: string) =>
  fileURLToPath(new URL(`../../test/fixtures/formats/${name}`, import.meta.url));

/** Runs the real command in a process of its own, its output piped. */
function ota(
  args: string[],
  input?: Uint8Array,
): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env };
    delete env.NO_COLOR;
    delete env.FORCE_COLOR;
    const child = execFile(process.execPath, [bin, ...args], { env }, (error, out, err) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ code: Number(error?.code ?? 0), out, err });
    });
    // A command that does not read its input closes the pipe early.
    child.stdin?.on('error', () => {}).end(input);
  });
}

test('info of a sound image: plain text when piped, exit code 0', async () => {
  const { code, out, err } = await ota(['image', 'info', path('sample-signed-rsa.bin')]);
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
  [path('.'), 'it is a folder'],
])('%s: one sentence on standard error', async (file, reason) => {
  const { code, out, err } = await ota(['image', 'info', file]);
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain(reason);
  expect(err.trim().split('\n')).toHaveLength(1);
});

test('help has an example', async () => {
  const { code, out } = await ota(['image', 'info', '--help']);
  expect(code).toBe(0);
  expect(out).toContain('$ ota image info firmware.bin');
});
