import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ota } from '../../tools/commands/testing/ota.ts';
import { runCli } from '../support/cli.ts';

/** A board alone, for four seconds. */
const ALONE = String.raw`name: "alone \e[2J"
boards: [{ name: pir, sketch: mesh_shared_state_pir }]
timeline:
  - at 3s: "note \"red \e[31m\""
expect:
  - pir is running
  - "serial pir never matches /\e\\[31m/"
settle: 1s
limit: 20s
seed: "\e[7m"
`;

let folder: string;
const path = (...parts: string[]) => join(folder, ...parts);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-troubles-'));
  writeFileSync(path('alone.yaml'), ALONE);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a run that never came to a cut that was asked for has failed, alone and among many', async () => {
  const cut = ['--cut', 'pir:999:half'];
  const one = await ota(['sim', 'run', path('alone.yaml'), ...cut]);
  expect([one.code, one.err]).toEqual([
    1,
    expect.stringContaining('the run never came to --cut pir:999:half'),
  ]);
  const many = await ota(['sim', 'run', path('alone.yaml'), ...cut, '--seeds', '1..2', '--json']);
  expect(many.code).toBe(1);
  expect(JSON.parse(many.out)).toMatchObject([
    { ok: false, missed: 'the run never came to --cut pir:999:half' },
    { ok: false },
  ]);
  const met = await ota(['sim', 'run', path('alone.yaml'), '--cut', 'pir:1:half']);
  expect([met.code, met.err]).toEqual([0, '']);
});

it('a file that never ends is refused', async () => {
  const { code, err } = await ota(['sim', 'check', '/dev/zero']);
  expect([code, err]).toEqual([1, '/dev/zero:1:1: the file has more than 1000000 characters\n']);
});

it('says a control character in a file as what it is, and never does it', async () => {
  for (const flags of [[], ['--seeds', '1..2']]) {
    const { out } = await ota(['sim', 'run', path('alone.yaml'), ...flags]);
    expect(out).not.toContain('\x1b');
    if (flags.length === 0) expect(out).toContain('alone \\u{1b}[2J');
  }
});

it('makes the folders that it writes to, or says at once that it cannot', async () => {
  const made = await ota(['sim', 'new', path('far', 'away', 'new.yaml')]);
  expect([made.code, existsSync(path('far', 'away', 'new.yaml'))]).toEqual([0, true]);
  const run = (...flags: string[]) => ota(['sim', 'run', path('alone.yaml'), ...flags]);
  const report = await run('--junit', path('results', 'junit.xml'));
  expect([report.code, readdirSync(path('results'))]).toEqual([0, ['junit.xml']]);
  for (const flag of ['--junit', '--report', '--artifacts']) {
    const { code, err, out } = await run(flag, join('/proc/nowhere', 'x'));
    expect([code, err]).toEqual([
      1,
      expect.stringContaining('cannot make the folder /proc/nowhere'),
    ]);
    expect(out).not.toContain('seed');
  }
  const file = await run('--artifacts', path('alone.yaml'));
  expect(file.err).toContain('there is already a file by that name');
});

it('leaves what a failed run left inside the folder that was named, whatever its seed is', async () => {
  writeFileSync(path('bad.yaml'), ALONE.replace('pir is running', 'pir is halted'));
  const files = [path('bad.yaml'), path('alone.yaml')];
  await ota([
    'sim',
    'run',
    ...files,
    '--seed',
    '../../../up',
    '--artifacts',
    path('inside', 'left'),
  ]);
  expect(readdirSync(path('inside'))).toEqual(['left']);
  expect(readdirSync(path('inside', 'left'))).toEqual(['bad-1-seed-.._.._.._up']);
});

it('tells what it knows of many runs when it is stopped', async () => {
  let sent = false;
  const args = ['sim', 'run', path('alone.yaml'), '--seeds', '1..5000', '--junit', path('j.xml')];
  const { code, stdout, orphans } = await runCli(args, {
    onOutput(text, send) {
      if (sent || !text.includes('✓')) return;
      sent = true;
      send('SIGINT');
    },
  });
  expect({ code, orphans }).toEqual({ code: 130, orphans: false });
  const [, made, left] = /(\d+) of \1 runs passed, (\d+) not made/.exec(stdout)!;
  expect(Number(made) + Number(left)).toBe(5000);
  expect(readFileSync(path('j.xml'), 'utf8')).toContain(`<testsuites tests="${made}" failures="0"`);
});

it('names the file that the disk is too full for', async () => {
  for (const flag of ['--trace', '--report', '--pcap']) {
    const { code, err } = await ota(['sim', 'run', path('alone.yaml'), flag, '/dev/full']);
    expect([code, err]).toEqual([1, 'ota: cannot write /dev/full: the disk is full\n']);
  }
  const places = ['--trace', '/dev/full', '--report', '/dev/full'];
  const { err } = await ota(['sim', 'run', path('alone.yaml'), ...places]);
  expect(err).toBe('ota: cannot write /dev/full: the disk is full\n');
});

it('says which steps never came to their moment, and what the next one waits for', async () => {
  const steps = `  - at 1s:
      - cut power pir at operation 999 half
      - brown-out pir at erase 999 before
      - allocation 999999 of pir fails
      - drop frame 9 from pir to pir
  - when serial pir matches /never/: note "done"
`;
  writeFileSync(path('loose.yaml'), ALONE.replace('timeline:\n', `timeline:\n${steps}`));
  const { code, out } = await ota(['sim', 'run', path('loose.yaml')]);
  expect(code).toBe(1);
  for (const step of steps.matchAll(/^ {6}- (.*)$/gm)) {
    expect(out).toContain(`${step[1]}: its moment never came`);
  }
  expect(out).toMatch(/line \d+: when serial pir matches \/never\/: pir printed no such line/);
  const met = ALONE.replace(
    'timeline:\n',
    'timeline:\n  - at 0s: cut power pir at operation 1 half for 1s\n',
  );
  writeFileSync(path('met.yaml'), met);
  expect((await ota(['sim', 'run', path('met.yaml')])).out).not.toContain('its moment never came');
});
