import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type CliResult, runCli } from '../../test/support/cli.ts';
import { memoryFlash } from '../formats/flash-region.ts';
import { openNvs } from '../formats/nvs/nvs-store.ts';
import { tableOfCsv } from '../formats/table-of-csv.ts';
import { fixture } from '../formats/testing/support.ts';
import { nvsCommand } from './nvs.ts';

const folder = mkdtempSync(join(tmpdir(), 'ota-nvs-'));
afterAll(() => rmSync(folder, { recursive: true }));
const put = (name: string, bytes: Uint8Array | string): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const sample = fixture('nvs-sample.bin');

async function ota(args: string[], input?: Uint8Array): Promise<CliResult> {
  const result = await runCli(['nvs', ...args], { cwd: folder, input });
  expect(result.stdout + result.stderr, 'no stack trace').not.toMatch(/\n\s+at /);
  return result;
}

/** A flash of 64 KB with two NVS partitions, the sample in the second. */
function dump(): Uint8Array {
  const csv = 'empty,data,nvs,0x9000,0x3000,\nnvs,data,nvs,0xc000,0x3000,\n';
  const flash = new Uint8Array(0x10000).fill(0xff);
  flash.set(tableOfCsv(csv), 0x8000);
  flash.set(sample, 0xc000);
  return flash;
}

describe('ota nvs show', () => {
  test('prints keys and values by namespace, plain when piped', async () => {
    const { code, stdout, stderr } = await ota(['show', put('sample.bin', sample)]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ota\n {2}key +type +value\n {2}fw_ver +str +1\.2\.3$/m);
    expect(stdout).toMatch(/blob1 +blob +34 bytes 0011/);
    expect(stdout).not.toContain('\u001b');
  });

  test('--json from standard input, of a partition in a dump', async () => {
    const { code, stdout } = await ota(['show', '-', '--partition', 'nvs', '--json'], dump());
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      file: 'standard input',
      partition: { label: 'nvs', offset: 0xc000, size: 0x3000 },
      valid: true,
      problems: [],
    });
    expect(report.namespaces[0].entries[3]).toEqual({
      key: 'big',
      type: 'u64',
      value: '18446744073709551615',
      offset: 0xe0,
    });
  });

  test('names inconsistencies, exit code 1; control characters do not reach the terminal', async () => {
    const flash = memoryFlash(0x3000);
    openNvs(flash).set('ns', 'k', 'str', 'a\u001b[31m');
    openNvs(flash).set('ns', 'gone', 'str', 'b');
    flash.bytes[64 + 4 * 32] = 0;
    const { code, stdout } = await ota(['show', '-'], flash.bytes);
    expect(code).toBe(1);
    expect(stdout).toContain('problem: the CRC of the value of "gone" is wrong (at 0xa0)');
    expect(stdout).toContain('a\\u{1b}[31m');
  });

  test('--csv writes what build takes, and both give the same bytes', async () => {
    const csv = await ota(['show', '-', '--csv', 'out.csv'], sample);
    expect(csv.code).toBe(0);
    const built = await ota(['build', 'out.csv', '-o', '-', '--size', '12K']);
    expect(built.code).toBe(0);
    expect(built.bytes).toEqual(sample);
    expect(built.stderr).toContain('partition  0x3000 bytes, NVS');
  });
});

describe('ota nvs build', () => {
  test('tells all that is wrong with file, line and column, and writes nothing', async () => {
    const csv = put('bad.csv', 'key,type,encoding,value\nn,namespace,,\na,data,u8,300\nb,x,,\n');
    const { code, stdout } = await ota(['build', csv, '-o', 'bad.bin']);
    expect(code).toBe(1);
    expect(stdout).toContain(`problem: ${csv}:3:11: 300 is no 8-bit unsigned integer`);
    expect(stdout).toContain(`problem: ${csv}:4:3: "x" is no type of row`);
    expect(() => readFileSync(join(folder, 'bad.bin'))).toThrow('ENOENT');
  });

  test('a device is no value, and to a pipe the report is on standard error', async () => {
    const rows = 'key,type,encoding,value\nn,namespace,,\n';
    const csv = put('device.csv', `${rows}z,file,binary,/dev/zero\n`);
    const endless = await ota(['build', csv, '-o', 'endless.bin']);
    expect(endless.code).toBe(1);
    expect(endless.stdout).toContain(':3:15: cannot read "/dev/zero": it is a device');
    const piped = await ota(['build', '-', '-o', '-'], Buffer.from(rows));
    expect([piped.code, piped.stderr]).toEqual([0, expect.stringMatching(/^standard output\n/)]);
  });

  test('values from files; --json; format version 1', async () => {
    put('value.bin', Uint8Array.of(1, 2, 3));
    const csv = 'key,type,encoding,value\nn,namespace,,\nb,file,binary,value.bin\n';
    const args = ['build', '-', '-o', 'v1.bin', '--size', '0x3000', '--version', '1', '--json'];
    const { code, stdout } = await ota(args, Buffer.from(csv));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ valid: true, sizeNeeded: 0x3000, problems: [] });
    const store = openNvs(memoryFlash(readFileSync(join(folder, 'v1.bin'))));
    expect(store.get('n', 'b', 'blob')).toEqual(Uint8Array.of(1, 2, 3));
    const wrong = await ota(['build', '-', '-o', 'v1.bin', '--size', '0x3001'], Buffer.from(csv));
    expect([wrong.code, wrong.stderr]).toEqual([
      1,
      expect.stringContaining('12289 bytes are none'),
    ]);
  });
});

describe('ota nvs get and set', () => {
  test('set changes a key in place as the device would; get reads it; others stay', async () => {
    const path = put('set.bin', sample);
    expect((await ota(['set', path, 'ota', 'neg', '-5'])).code).toBe(0);
    const expected = memoryFlash(sample, { strict: true });
    openNvs(expected).set('ota', 'neg', 'i8', -5);
    expect(new Uint8Array(readFileSync(path))).toEqual(expected.bytes);
    expect((await ota(['get', path, 'ota', 'neg'])).stdout).toBe('-5\n');
    expect((await ota(['get', path, 'ota', 'fw_ver', '-o', '-'])).stdout).toBe('1.2.3');
  });

  test('set in a dump leaves every other byte alone; -o leaves the input alone', async () => {
    const path = put('dump.bin', dump());
    const flags = ['--encoding', 'u32', '--partition', 'empty', '-o', 'changed.bin', '--json'];
    const { code, stdout } = await ota(['set', path, 'new', 'id', '17', ...flags]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ key: 'id', type: 'u32', value: 17 });
    expect(new Uint8Array(readFileSync(path))).toEqual(dump());
    const changed = new Uint8Array(readFileSync(join(folder, 'changed.bin')));
    const partition = memoryFlash(changed.subarray(0x9000, 0xc000));
    expect(openNvs(partition).get('new', 'id', 'u32')).toBe(17);
    expect(changed.fill(0xff, 0x9000, 0xc000)).toEqual(dump());
  });

  test.each([
    ['a file of something else', new Uint8Array(0x4000).fill(0x5a)],
    ['a dump whose table is lost', dump().fill(0, 0, 0x9000)],
  ])('set leaves %s alone', async (_, bytes) => {
    const path = put('foreign.bin', bytes);
    const { code, stdout, stderr } = await ota(['set', path, 'ota', 'neg', '-5']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/has \d+ pages that are none of NVS, and would be lost\nhint: /);
    expect(new Uint8Array(readFileSync(path))).toEqual(bytes);
  });

  test('set repairs a partition with one page damaged, as the device would', async () => {
    const path = put('damaged.bin', sample.slice().fill(0, 0x1000, 0x2000));
    expect((await ota(['set', path, 'ota', 'neg', '-5'])).code).toBe(0);
    expect((await ota(['get', path, 'ota', 'neg'])).stdout).toBe('-5\n');
    expect((await ota(['get', path, 'ota', 'fw_ver'])).stdout).toBe('1.2.3\n');
  });

  test('what is not there is one sentence and a hint, exit code 1', async () => {
    const { code, stdout, stderr } = await ota(['get', '-', 'ota', 'none'], sample);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      'ota: there is no key "none" in namespace "ota" of standard input\nhint: ota nvs show lists what there is\n',
    );
  });

  const path = put('errors.bin', sample);
  test.each([
    [['get', path, 'none', 'k'], 'there is no namespace "none"'],
    [['set', path, 'ota', 'new', '1'], '"new" is new in "ota": of which type?'],
    [['set', path, 'ota', 'boots', 'x'], '"x" is no u32'],
    [['set', path, 'ota', 'boots'], 'give the value, or --file'],
    [['set', path, 'ota', 'k', 'x', '--encoding', 'text'], '"text" is no encoding'],
    [['show', path, '--partition', 'nvs'], 'there is no partition table'],
    [['show', path, '--namespace', 'none'], 'there is no namespace "none"'],
    [['show', 'none.bin'], 'cannot read none.bin: there is no such file'],
  ])('%j is refused', async (args, reason) => {
    await expect(nvsCommand().parseAsync(args, { from: 'user' })).rejects.toThrow(reason);
    expect(new Uint8Array(readFileSync(path))).toEqual(sample);
  });

  test('help has examples', () => {
    const verbs = ['show', 'build', 'get', 'set'];
    for (const verb of verbs) {
      let text = '';
      const command = nvsCommand().commands.find((one) => one.name() === verb)!;
      command.configureOutput({ writeOut: (piece) => void (text += piece) }).outputHelp();
      expect(text).toContain(`$ ota nvs ${verb} `);
    }
  });
});
