import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fixture } from '../../formats/testing/support.ts';
import { type OtaResult, ota as run } from '../testing/ota.ts';

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

async function ota(...args: string[]): Promise<OtaResult> {
  const result = await run(['partition', ...args]);
  expect(result.out + result.err, 'no stack trace').not.toMatch(/\n\s+at /);
  return result;
}

describe('ota partition build', () => {
  test('makes the generator’s bytes; variables by --var and from the environment', async () => {
    const args = ['build', csv, '-o', at('table.bin'), '--flash-size', '4MB'];
    const { code, out, err } = await ota(...args, '--var', 'SLOT=1M');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`3072 bytes to ${at('table.bin')}, for flash address 0x8000`);
    expect(new Uint8Array(readFileSync(at('table.bin')))).toEqual(table);
    process.env.SLOT = '1M';
    const piped = await run(['partition', 'build', '-', '-o', '-'], new TextEncoder().encode(CSV));
    delete process.env.SLOT;
    expect([piped.code, piped.bytes]).toEqual([0, table]);
    expect(piped.err).toContain('3072 bytes to standard output');
  });

  test('tells all that is wrong, with line and column, and writes nothing', async () => {
    const bad = put('bad.csv', 'a,data,nvs,,0x2000\nb,app,x,\nc,data,fat,0x9000,4K\n');
    const { code, out, err } = await ota('build', bad, '-o', at('none.bin'));
    expect([code, out]).toEqual([1, '']);
    expect(err.split('\n').map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual([
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
      err: `ota: ${made} is no CSV; ota partition show --csv makes one of it\n`,
    });
    const plain = put('plain.csv', 'a,app,factory,,1M\n');
    expect((await ota('build', plain, '-o', folder)).err).toBe(
      `ota: the partition table cannot be written: ${folder} is a folder\n`,
    );
  });
});

describe('ota partition show', () => {
  test('a binary table, as page, CSV and JSON', async () => {
    const file = put('show.bin', table);
    const page = await ota('show', file);
    expect([page.code, page.err]).toEqual([0, '']);
    expect(page.out).toContain('factory   app   factory   0x10000    1M\n');
    const asCsv = await ota('show', file, '--csv');
    expect(asCsv.out).toContain('\nota_0,app,ota_0,0x110000,1M,\n');
    const again = await ota('build', put('again.csv', asCsv.out), '-o', '-');
    expect(again.bytes).toEqual(table);
    const json = JSON.parse((await ota('show', file, '--json')).out);
    expect(json).toMatchObject({ kind: 'table', ok: true, md5: 'ok', faults: [] });
    expect(json.partitions).toHaveLength(6);
  });

  test('out of a dump, wherever the table stands', async () => {
    const dump = new Uint8Array(0x400000).fill(0xff);
    dump.set(table, 0x8000);
    const { code, out } = await run(['partition', 'show', '-'], dump);
    expect(code).toBe(0);
    expect(out).toMatch(/kind {5}flash dump\n {2}table {4}found at 0x8000\n/);
  });

  test.each([
    ['nothing', new Uint8Array(0), 'bad.bin is empty'],
    ['erased flash', new Uint8Array(0x10000).fill(0xff), 'there is no partition table at 0x8000'],
    ['an image', fixture('sample.bin'), 'there is no partition table'],
  ])('%s: a sentence and exit code 1', async (_, input, sentence) => {
    const { code, out, err } = await ota('show', put('bad.bin', input));
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(sentence);
  });
});

describe('ota partition check', () => {
  test('what the bootloader minds and what only the generator does', async () => {
    const small = await ota('check', put('check.bin', table), '--flash-size', '3MB', '--json');
    expect(small.code).toBe(1);
    expect(JSON.parse(small.out)).toMatchObject({
      ok: false,
      boots: false,
      faults: [{ by: 'bootloader', code: 'partition-beyond-flash' }],
    });
    const odd = await ota('check', put('check.bin', table), '--secure', 'v1');
    expect(odd.code).toBe(0);
    const damaged = await ota('check', put('damaged.bin', table.with(44, 1)));
    expect(damaged.code).toBe(1);
    expect(damaged.out).toContain('damaged.bin at 0xc0: error: refused by the bootloader:');
  });
});

test('each has help with an example', async () => {
  for (const verb of ['show', 'build', 'check']) {
    const { code, out } = await ota(verb, '--help');
    expect([code, out]).toEqual([0, expect.stringContaining(`$ ota partition ${verb} `)]);
  }
});
