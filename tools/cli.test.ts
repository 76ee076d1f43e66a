import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const sample = fileURLToPath(new URL('../test/fixtures/formats/sample.bin', import.meta.url));
const bin = fileURLToPath(new URL('./bin/ota.js', import.meta.url));

function ota(...args: string[]): { code: number | null; out: string; err: string } {
  const env = { ...process.env, NO_COLOR: '1', OTA_DEBUG: '' };
  const result = spawnSync(process.execPath, [bin, ...args], { env, encoding: 'utf8' });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

describe('ota help', () => {
  test.each([
    [['help', 'nope'], 'there is no command "nope"; ota help shows'],
    [['help', 'firmware', 'nope'], 'there is no command "firmware nope"; ota help firmware shows'],
    [['help', 'image', 'info', 'nope'], 'no command "image info nope"; ota help image info shows'],
  ])('%j: one sentence, exit code 1', (args, sentence) => {
    const { code, out, err } = ota(...args);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(sentence);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test('goes as deep as commands do', () => {
    const { code, out, err } = ota('help', 'image', 'info');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Usage: ota image info/);
    expect(ota('help').out).toMatch(/^Usage: ota /);
  });
});

test('a reader that closes early ends the command without a word, as SIGPIPE would', () => {
  const { stderr } = spawnSync(
    'sh',
    [
      '-c',
      `{ "$0" "$1" image info "$2"; echo "code $?" >&2; } | true`,
      process.execPath,
      bin,
      sample,
    ],
    { encoding: 'utf8' },
  );
  expect(stderr).toBe('code 141\n');
});

test('what is wrong is told without control sequences, and in full to programs', () => {
  const { code, out, err } = ota('partition', 'show', '/no\x1b[31mwhere', '--json');
  expect(code).toBe(1);
  expect(err).toContain('/no\\u{1b}[31mwhere');
  expect(JSON.parse(out).problems[0].message).toContain('/no\x1b[31mwhere');
});

test('with --json there is an object on standard output whatever happens', () => {
  const { code, out, err } = ota('partition', 'show', '/nowhere', '--json');
  expect(code).toBe(1);
  expect(err).toBe('ota: cannot read /nowhere: there is no such file\n');
  expect(JSON.parse(out)).toMatchObject({ ok: false, problems: [{ message: err.slice(5, -1) }] });
});
