import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Trace } from '../../simulator/kernel/trace.ts';
import { parseTraceLine } from '../../simulator/report/trace-lines.ts';
import { ota } from '../../tools/commands/testing/ota.ts';
import { inspectFlash } from '../../tools/formats/index.ts';

/** One node loses its supply in the middle of a transfer, which this file says must never be. */
const SCENARIO = `name: A <b>node</b> goes off
boards:
  - { name: gateway, sketch: mesh_gateway }
  - { name: pir, sketch: mesh_shared_state_pir }
  - { name: led, sketch: mesh_shared_state_led }
server:
  images:
    - { name: release, sketch: mesh_shared_state_pir, version: "1.1.0" }
timeline:
  - at 2s: publish release
  - when pir asked for 20 parts of release: cut power pir for 2s
expect:
  - always: pir is running
  - pir run release
`;

let folder: string;
let run: Awaited<ReturnType<typeof ota>>;
const path = (...parts: string[]) => join(folder, ...parts);
const text = (...parts: string[]) => readFileSync(path(...parts), 'utf8');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'report-'));
  writeFileSync(path('off.yaml'), SCENARIO);
  run = await ota(['sim', 'run', path('off.yaml'), '--seed', '3', '--artifacts', path('left')]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('ota sim run --artifacts', () => {
  it('fails, and says how to see it again', () => {
    expect(run.code).toBe(1);
    expect(run.out).toContain('✗ always: pir is running');
    expect(run.err).toMatch(/to see it again, at \S+:\n {2}ota sim run \S+off\.yaml --seed 3/);
    expect(readdirSync(path('left')).sort()).toEqual([
      'bundle',
      'flash',
      'report.html',
      'serial',
      'trace.jsonl',
      'traffic.pcapng',
    ]);
  });

  it('writes a trace that has the hash of the run', () => {
    const trace = new Trace();
    const lines = text('left', 'trace.jsonl').trimEnd().split('\n');
    lines.forEach((line, i) => {
      const { time, board, kind, data } = parseTraceLine(line, i + 1);
      trace.add(time, board, kind, data);
    });
    expect(lines.length).toBeGreaterThan(100);
    expect(run.out).toContain(trace.digest());
  });

  it('writes flash dumps that can be inspected, before and after', () => {
    for (const board of ['gateway', 'pir', 'led']) {
      for (const when of ['before', 'after']) {
        const dump = readFileSync(path('left', 'flash', `${board}-${when}.bin`));
        expect(JSON.stringify(inspectFlash(new Uint8Array(dump)))).toContain('app0');
      }
    }
    const half = readFileSync(path('left', 'flash', 'pir-after.bin'));
    expect(half.equals(readFileSync(path('left', 'flash', 'pir-before.bin')))).toBe(false);
  });

  it('writes serial logs with times', () => {
    expect(text('left', 'serial', 'pir.log')).toMatch(/^ +\d+\.\d{6} {2}rst:0x1/);
  });

  it('writes a page that shows what befell the board', () => {
    const page = text('left', 'report.html');
    expect(page).toContain('A &lt;b&gt;node&lt;/b&gt; goes off');
    expect(page).toMatch(/class="mark power"[^>]*><title>[^<]*power lost/);
    expect(page).toMatch(/pir 1\.1\.0: \d+ of \d+ parts/);
    expect(page).toContain('span-off');
    expect(page).toMatch(/<circle class="node off"[^>]*>(<[^>]*>)?<text[^>]*>pir</);
  });
});

describe('ota sim replay', () => {
  it('goes the same way, without compiling, and says so', async () => {
    const again = await ota(['sim', 'replay', path('left', 'bundle')]);
    expect([again.code, again.err]).toEqual([0, '']);
    expect(again.out).toContain('the same trace as the run that left the bundle');
    expect(again.out).toContain('✗ always: pir is running');
  });

  it('tells when the trace is another one, and refuses a damaged bundle in a sentence', async () => {
    const about = text('left', 'bundle', 'run.json');
    const write = (content: string) => writeFileSync(path('left', 'bundle', 'run.json'), content);
    write(about.replace('"seed": "3"', '"seed": "4"'));
    const other = await ota(['sim', 'replay', path('left', 'bundle')]);
    expect(other.code).toBe(1);
    expect(other.out).toContain('another trace than');
    write(about.replace('"image-1.bin"', '"../../etc/passwd"'));
    const outside = await ota(['sim', 'replay', path('left', 'bundle')]);
    expect(outside.err).toMatch(/\.\.\/\.\.\/etc\/passwd is no file of the folder/);
    write('{');
    expect((await ota(['sim', 'replay', path('left', 'bundle')])).err).toMatch(
      /run\.json is no JSON/,
    );
    const nothing = await ota(['sim', 'replay', folder]);
    expect(nothing.code).not.toBe(0);
    expect(nothing.err).toMatch(/is no bundle of a run: cannot read run\.json/);
  });
});

describe('ota sim shrink', () => {
  it('writes a smaller scenario that fails alike', async () => {
    const small = path('small.yaml');
    const args = ['--seed', '3', '--output', small, '--tries', '9'];
    const shrunk = await ota(['sim', 'shrink', path('off.yaml'), ...args]);
    expect(shrunk.code).toBe(0);
    const left = text('small.yaml');
    expect(left).toContain(
      '# Shrunk from off.yaml, seed 3: fails by expectation "always: pir is running"',
    );
    expect(left).not.toMatch(/name: led|limit: 30min/);
    const again = await ota(['sim', 'run', small]);
    expect(again.code).toBe(1);
    expect(again.out).toContain('✗ always: pir is running');
  });
});

it('is refused for many runs in one file, and has nothing to shrink where nothing fails', async () => {
  const many = await ota(['sim', 'run', path('off.yaml'), '--seeds', '1..2', '--report', 'x.html']);
  expect(many.err).toContain('--report is of one run, and these are 2: give --artifacts DIR.');
  writeFileSync(
    path('fine.yaml'),
    SCENARIO.replace(/timeline:[\s\S]*/, 'expect: [led can boot]\n'),
  );
  const fine = await ota(['sim', 'shrink', path('fine.yaml')]);
  expect(fine.err).toMatch(/does not fail with seed 1: there is nothing to shrink/);
});
