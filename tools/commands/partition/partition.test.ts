import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli } from '../../../test/support/cli.ts';
import { type CallResult, callCli } from '../../../test/support/cli-in-process.ts';
import { fixture } from '../../formats/testing/support.ts';

const folder = mkdtempSync(join(tmpdir(), 'ota-partition-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const put = (name: string, bytes: Uint8Array | string): string => {
  writeFileSync(at(name), bytes);
  return at(name);
};
const table = fixture('partition-table-factory-two-ota.bin');
const CSV = `# Name,   Type, SubType, Offset,  Size, Flags
nvs,      data, nvs,     ,        0x4000,
otadata,  data, ota,     ,        0x2000,
phy_init, data, phy,     ,        0x1000,
factory,  app,  factory, ,        $SLOT,
ota_0,    app,  ota_0,   ,        \${SLOT},
ota_1,    app,  ota_1,   ,        1M,
`;
const csv = put('partitions.csv', CSV);

async function ota(...args: string[]): Promise<CallResult> {
  const result = await callCli(['partition', ...args]);
  expect(result.stdout + result.stderr, 'no stack trace').not.toMatch(/\n\s+at /);
  return result;
}

describe('ota partition build', () => {
  test('makes the generator’s bytes; variables by --var and from the environment', async () => {
    const args = ['build', csv, '-o', at('table.bin'), '--flash-size', '4MB'];
    const { code, stdout, stderr } = await ota(...args, '--var', 'SLOT=1M');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`3072 bytes to ${at('table.bin')}, for flash address 0x8000`);
    expect(new Uint8Array(readFileSync(at('table.bin')))).toEqual(table);
    const piped = await runCli(['partition', 'build', '-', '-o', '-'], {
      input: new TextEncoder().encode(CSV),
      env: { SLOT: '1M' },
    });
    expect([piped.code, piped.bytes]).toEqual([0, table]);
    expect(piped.stderr).toContain('3072 bytes to standard output');
  });

  test('tells all that is wrong, with line and column, and writes nothing', async () => {
    const bad = put('bad.csv', 'a,data,nvs,,0x2000\nb,app,x,\nc,data,fat,0x9000,4K\n');
    const { code, stdout, stderr } = await ota('build', bad, '-o', at('none.bin'));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.split('\n').map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual([
      `${bad}:1:13: error`,
      `${bad}:2:7: error`,
      `${bad}:2:9: error`,
      `${bad}:3:12: error`,
      '',
    ]);
    expect(() => readFileSync(at('none.bin'))).toThrow(/ENOENT/);
  });

  test('takes no binary table, and no folder for a file', async () => {
    const made = put('made.bin', table);
    expect(await ota('build', made)).toMatchObject({
      code: 1,
      stderr: `ota: ${made} is no CSV; ota partition show --csv makes one of it\n`,
    });
    const plain = put('plain.csv', 'a,app,factory,,1M\n');
    expect((await ota('build', plain, '-o', folder)).stderr).toBe(
      `ota: the partition table cannot be written: ${folder} is a folder\n`,
    );
  });
});

describe('ota partition show', () => {
  test('a binary table, as page, CSV and JSON', async () => {
    const file = put('show.bin', table);
    const page = await ota('show', file);
    expect([page.code, page.stderr]).toEqual([0, '']);
    expect(page.stdout).toContain('factory   app   factory   0x10000    1M\n');
    const asCsv = await ota('show', file, '--csv');
    expect(asCsv.stdout).toContain('\nota_0,app,ota_0,0x110000,1M,\n');
    const again = await ota('build', put('again.csv', asCsv.stdout), '-o', '-');
    expect(again.bytes).toEqual(table);
    const json = JSON.parse((await ota('show', file, '--json')).stdout);
    expect(json).toMatchObject({ kind: 'table', ok: true, md5: 'ok', faults: [] });
    expect(json.partitions).toHaveLength(6);
  });

  test('out of a dump, wherever the table stands', async () => {
    const dump = new Uint8Array(0x400000).fill(0xff);
    dump.set(table, 0x8000);
    const { code, stdout } = await runCli(['partition', 'show', '-'], { input: dump });
    expect(code).toBe(0);
    expect(stdout).toMatch(/kind {5}flash dump\n {2}table {4}found at 0x8000\n/);
  });

  test.each([
    ['nothing', new Uint8Array(0), 'bad.bin is empty'],
    ['erased flash', new Uint8Array(0x10000).fill(0xff), 'there is no partition table at 0x8000'],
    ['an image', fixture('sample.bin'), 'there is no partition table'],
  ])('%s: a sentence and exit code 1', async (_, input, sentence) => {
    const { code, stdout, stderr } = await ota('show', put('bad.bin', input));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(sentence);
  });
});

describe('ota partition check', () => {
  test('what the bootloader minds and what only the generator does', async () => {
    const small = await ota('check', put('check.bin', table), '--flash-size', '3MB', '--json');
    expect(small.code).toBe(1);
    expect(JSON.parse(small.stdout)).toMatchObject({
      ok: false,
      boots: false,
      faults: [{ by: 'bootloader', code: 'partition-beyond-flash' }],
    });
    const odd = await ota('check', put('check.bin', table), '--secure', 'v1');
    expect(odd.code).toBe(0);
    const damaged = await ota('check', put('damaged.bin', table.with(44, 1)));
    expect(damaged.code).toBe(1);
    expect(damaged.stdout).toContain('damaged.bin at 0xc0: error: refused by the bootloader:');
  });
});

test('each has help with an example', async () => {
  for (const verb of ['show', 'build', 'check']) {
    const { code, stdout } = await ota(verb, '--help');
    expect([code, stdout]).toEqual([0, expect.stringContaining(`$ ota partition ${verb} `)]);
  }
});
