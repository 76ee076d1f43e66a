import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { buildAppDesc } from '../../formats/app-desc.ts';
import { buildImage } from '../../formats/esp-image.ts';
import { inspectFlash } from '../../formats/flash-image/inspect.ts';
import { buildOtadata, OTA_STATE } from '../../formats/otadata.ts';
import { tableOfCsv } from '../../formats/table-of-csv.ts';
import { fixture } from '../../formats/testing/support.ts';
import { Page } from '../support/page.ts';
import { type OtaResult, ota as run } from '../testing/ota.ts';
import { fillDumpPage } from './page.ts';

const folder = mkdtempSync(join(tmpdir(), 'ota-flash-dump-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const put = (name: string, bytes: Uint8Array): string => {
  writeFileSync(at(name), bytes);
  return at(name);
};

async function ota(...args: string[]): Promise<OtaResult> {
  const result = await run(['flash-dump', ...args]);
  expect(result.out + result.err, 'no stack trace').not.toMatch(/\n\s+at /);
  return result;
}

const app = (version: string) =>
  buildImage({
    chipId: 0,
    entryAddress: 0x40080000,
    segments: [
      { loadAddress: 0x3f400020, data: buildAppDesc({ version, projectName: 'door\u001b[2J' }) },
      { loadAddress: 0x40080000, data: new Uint8Array(8000).fill(0x36) },
    ],
  });

/** 1.0.0 confirmed in ota_0; of 2.0.0 only a part has arrived in ota_1. */
function dump(): Uint8Array {
  const csv = `nvs,data,nvs,0x9000,0x3000
otadata,data,ota,,0x2000
app0,app,ota_0,0x10000,64K
app1,app,ota_1,,64K
coredump,data,coredump,,64K
`;
  const bytes = new Uint8Array(0x40000).fill(0xff);
  bytes.set(tableOfCsv(csv), 0x8000);
  bytes.set(fixture('nvs-sample.bin').subarray(0, 0x3000), 0x9000);
  bytes.set(buildOtadata({ seq: 1, state: OTA_STATE.VALID }), 0xc000);
  bytes.set(app('1.0.0'), 0x10000);
  bytes.set(app('2.0.0').subarray(0, 4096), 0x20000);
  return bytes;
}

describe('ota flash-dump inspect', () => {
  test('one page: table, images, otadata, NVS, next boot', async () => {
    const { code, out, err } = await ota('inspect', put('dump.bin', dump()));
    expect([code, err]).toEqual([0, '']);
    const found = (line: RegExp) => expect(out).toMatch(line);
    found(/^ {2}app0 +app +ota_0 +0x10000 +64K +door\\u\{1b\}\[2J 1\.0\.0$/m);
    found(/^ {2}app1 +app +ota_1 +0x20000 +64K +door.* 2\.0\.0, BROKEN: ends at 0x1000$/m);
    found(/^ {2}coredump .* empty$/m);
    found(/^ {2}nvs .* 5 keys in 1 namespace$/m);
    found(/written +up to 0x1000; the rest is erased: the writing stopped there/);
    found(/^ +0 +1 +ota_0 +VALID +ok +decides$/m);
    found(/Entry 0 decides: ota_0 is selected\.\n {2}ota_0 holds a sound image, and boots\.\n/);
    found(/bootloader +none found/);
    expect(out).not.toContain('\u001b');
  });

  test('--json is the report', async () => {
    const { code, bytes } = await ota('inspect', put('dump.bin', dump()), '--json');
    const json = JSON.parse(new TextDecoder().decode(bytes));
    const report = JSON.parse(JSON.stringify(inspectFlash(dump())));
    expect([code, json]).toEqual([0, { file: at('dump.bin'), ...report, rollbackFrom: 'assumed' }]);
  });

  test('exit code 1 where nothing boots, and where a chip is named that cannot', async () => {
    const file = put('dump.bin', dump());
    const other = await ota('inspect', file, '--chip', 'esp32-s3');
    expect([other.code, other.out]).toEqual([1, expect.stringContaining('nothing boots')]);
    const unknown = await ota('inspect', file, '--chip', 'esp8266');
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('Known chips:')]);
    const torn = await ota('inspect', put('torn.bin', dump().fill(0, 0x8044, 0x8048)));
    expect(torn.code).toBe(1);
    expect(torn.out).toContain('does not accept the partition table, and resets.');
    expect(torn.out).toContain('problem: partition table: the MD5 row says');
  });

  test.each([
    ['nothing', new Uint8Array(0), 'there is no partition table at 0x8000'],
    ['a table alone', dump().subarray(0x8000, 0x8c00), 'this is a partition table, and no dump'],
    ['an image', app('1'), 'there is no partition table'],
  ])('%s: a sentence and exit code 1', async (_, input, sentence) => {
    const { code, out, err } = await ota('inspect', put('bad.bin', input));
    expect([code, out, err]).toEqual([1, '', expect.stringContaining(sentence)]);
  });

  test('is the same text in colour', () => {
    const report = { file: 'x', ...inspectFlash(dump()), rollbackFrom: 'assumed' as const };
    const text = (color: boolean): string => {
      const page = new Page(color);
      fillDumpPage(page, report);
      return page.toString();
    };
    expect(text(true)).toContain('\u001b[32m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
    expect(text(true).replaceAll(/\u001b\[\d+m/g, '')).toBe(text(false));
  });
});

describe('ota flash-dump split', () => {
  test('writes the parts that are not empty, by address', async () => {
    const { code, out } = await ota('split', put('dump.bin', dump()), '-o', at('parts'));
    expect([code, out]).toEqual([0, expect.stringMatching(/coredump .* empty, not written/)]);
    expect(readdirSync(at('parts')).sort()).toEqual([
      '0x10000-app0.bin',
      '0x20000-app1.bin',
      '0x8000-partition-table.bin',
      '0x9000-nvs.bin',
      '0xc000-otadata.bin',
    ]);
    expect(new Uint8Array(readFileSync(join(at('parts'), '0x10000-app0.bin')))).toEqual(
      app('1.0.0'),
    );
  });

  test('refuses what is no folder, and what is no dump', async () => {
    const file = put('dump.bin', dump());
    expect(await ota('split', file, '-o', file)).toMatchObject({
      code: 1,
      err: `ota: the folder ${file} cannot be made: there is already something by that name\n`,
    });
    expect((await ota('split', put('bad.bin', app('1')), '-o', at('none'))).code).toBe(1);
    expect((await ota('split', file)).err).toContain("required option '-o, --output <DIR>'");
  });
});

test('each has help with an example', async () => {
  for (const verb of ['inspect', 'split']) {
    const { code, out } = await ota(verb, '--help');
    expect([code, out]).toEqual([0, expect.stringContaining(`ota flash-dump ${verb} `)]);
  }
});
