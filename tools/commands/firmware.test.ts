import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../firmware/index.ts';
import { HAL_MINI, type Workspace, workspace } from '../firmware/testing/workspace.ts';
import { verifyImage } from '../formats/esp-image.ts';
import { inspectFlash } from '../formats/index.ts';
import { formatDiagnostics } from './firmware-diagnostics.ts';
import { BuildProgress } from './firmware-progress.ts';

let space: Workspace;
beforeAll(() => {
  space = workspace();
  space.write({
    'good/good.ino': 'void setup() { print(FIRMWARE_VERSION GREETING); }\nvoid loop() {}\n',
    'bad/bad.ino': 'void setup() {\n\tint löl = nothing;\n}\nvoid loop() {}\n',
  });
});
afterAll(() => space.remove());

function ota(...args: string[]): { code: number | null; out: string; err: string } {
  const program = join(packageRoot(), 'tools/bin/ota.js');
  const env = { ...process.env, NO_COLOR: '1', OTA_DEBUG: '' };
  const result = spawnSync(process.execPath, [program, ...args], {
    cwd: space.dir,
    env,
    encoding: 'utf8',
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}
const build = (...args: string[]) => ota('firmware', 'build', ...args, '--hal', HAL_MINI);

describe('ota firmware build', () => {
  it('writes a flash that holds it, by the project’s own partition table', () => {
    const args = [
      'good',
      '--version',
      '1.0.0',
      '--define',
      'GREETING="hi"',
      '--flash',
      'board.bin',
    ];
    expect(build(...args).code).toBe(0);
    const image = readFileSync(join(space.dir, 'good-1.0.0.bin'));
    const flash = readFileSync(join(space.dir, 'board.bin'));
    expect(flash.subarray(0x10000, 0x10000 + image.length)).toEqual(image);
    expect(inspectFlash(new Uint8Array(flash)).bootloader).toMatchObject({ offset: 0x1000 });
    space.write({ 'good/partitions.csv': 'only,app,factory,0x20000,1M\n' });
    expect(build(...args).code).toBe(0);
    expect(readFileSync(join(space.dir, 'board.bin')).subarray(0x20000)[0]).toBe(0xe9);
    space.write({ 'good/partitions.csv': 'only,app,factory,0x400000,1M\n' });
    const { code, err } = build(...args);
    expect([code, err]).toEqual([1, expect.stringContaining('good/partitions.csv: ')]);
    rmSync(join(space.dir, 'good/partitions.csv'));
  });

  it('writes the image and says what it is', () => {
    const { code, out, err } = build(
      'good',
      '--version',
      '1.0.0',
      '--define',
      'GREETING="hi"',
      '--json',
      '-o',
      'x.bin',
    );
    expect(err).not.toMatch(/error/);
    expect(code).toBe(0);
    const image = readFileSync(join(space.dir, 'x.bin'));
    expect(verifyImage(image, { chipId: 0 }).ok).toBe(true);
    expect(JSON.parse(out)).toMatchObject({
      file: 'x.bin',
      size: image.length,
      project: 'good',
      version: '1.0.0',
      sha256: createHash('sha256').update(image).digest('hex'),
      md5: createHash('md5').update(image).digest('hex'),
      warnings: [],
    });
  });

  it('names the file after sketch and version, and prints one line', () => {
    const { out } = build('good/good.ino', '--version', '1.0.1', '--define', 'GREETING="hi"');
    expect(out).toMatch(
      /^good-1\.0\.1\.bin: \d+ bytes, good 1\.0\.1, md5 [0-9a-f]{32}, sha256 [0-9a-f]{64}, [\d.]+ s(, cached)?\n$/,
    );
    expect(existsSync(join(space.dir, 'good-1.0.1.bin'))).toBe(true);
  });

  it('shows an error as compilers do, with line, caret and exit code 1, and writes nothing', () => {
    const { code, out, err } = build('bad', '--version', '1.0.0');
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toContain(
      "bad/bad.ino:2:13: error: use of undeclared identifier 'nothing'\n    2 | \tint löl = nothing;\n      | \t          ^\n",
    );
    expect(err).not.toMatch(/\n {4}at /);
    expect(existsSync(join(space.dir, 'bad-1.0.0.bin'))).toBe(false);
  });

  it('gives errors as JSON too', () => {
    const { code, out } = build('bad', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out).errors).toMatchObject([
      { file: join(space.dir, 'bad/bad.ino'), line: 2 },
    ]);
  });

  it.each([
    [['nowhere'], /nowhere: error: there is no such file or folder/],
    [['good', '--define', '1x=2'], /Write NAME or NAME=VALUE/],
    [['good', '--version', 'a b'], /version "a b" cannot be used/],
    [
      ['good', '--version', '1', '--define', 'GREETING=""', '-o', 'no/such/folder/x.bin'],
      /the image cannot be written: .*no\/such\/folder\/x.bin/,
    ],
    [[], /missing required argument 'path'/],
  ])('answers %j with one sentence', (args, message) => {
    const { code, err } = build(...args);
    expect(code).toBe(1);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n {4}at /);
  });
});

describe('ota', () => {
  it('lists its commands, and helps with each at any depth', () => {
    expect(ota('--help').out).toMatch(/firmware .*compile firmware/);
    expect(ota('help', 'firmware', 'build').out).toMatch(
      /Usage: ota firmware build \[options\] <path>/,
    );
    expect(ota('firmware', 'build', '--help').out).toContain('--define');
  });

  it('knows its version, and refuses what it does not know', () => {
    expect(ota('--version').out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(ota('nonsense')).toMatchObject({
      code: 1,
      err: expect.stringContaining("unknown command 'nonsense'"),
    });
  });
});

describe('formatDiagnostics', () => {
  const diagnostic = {
    file: '',
    line: 0,
    column: 0,
    severity: 'error' as const,
    message: 'no place',
    hint: 'do this',
  };

  it('gives message and hint where there is no file, and counts several', () => {
    expect(formatDiagnostics([diagnostic], {})).toBe('error: no place\n  hint: do this');
    expect(formatDiagnostics([diagnostic, diagnostic], {})).toMatch(/\n2 errors$/);
  });

  it('does without the line where the file is gone or shorter', () => {
    expect(formatDiagnostics([{ ...diagnostic, file: '/gone/x.ino', line: 3 }], {})).toMatch(
      /^\/gone\/x.ino:3: error: no place\n {2}hint/,
    );
  });
});

describe('BuildProgress', () => {
  const events = [
    { kind: 'plan', project: 'p', total: 2 },
    { kind: 'unit', project: 'p', unit: 'sketch/a.cpp', done: 1, total: 2 },
    { kind: 'link', project: 'p' },
  ] as const;
  const shown = (isTTY: boolean): string => {
    let text = '';
    const progress = new BuildProgress({ isTTY, write: (piece: string) => (text += piece) });
    for (const event of events) progress.show(event);
    progress.end();
    return text;
  };

  it('is one line that is cleared on a terminal, plain lines elsewhere', () => {
    expect(shown(false)).toBe('p: 2 to compile\np: [1/2] sketch/a.cpp\np: linking\n');
    expect(shown(true)).not.toContain('\n');
    expect(shown(true).endsWith('linking\r\u001b[K')).toBe(true);
  });
});
