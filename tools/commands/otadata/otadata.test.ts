import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { buildAppDesc } from '../../formats/app-desc.ts';
import { hex } from '../../formats/bytes.ts';
import { buildImage } from '../../formats/esp-image.ts';
import { buildOtadata, OTA_STATE, parseOtadata } from '../../formats/otadata.ts';
import { tableOfCsv } from '../../formats/table-of-csv.ts';
import { type OtaResult, ota as run } from '../testing/ota.ts';

const folder = mkdtempSync(join(tmpdir(), 'ota-otadata-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const put = (name: string, bytes: Uint8Array): string => {
  writeFileSync(at(name), bytes);
  return at(name);
};
const read = (file: string) => new Uint8Array(readFileSync(file));

async function ota(...args: string[]): Promise<OtaResult> {
  const result = await run(['otadata', ...args]);
  expect(result.out + result.err, 'no stack trace').not.toMatch(/\n\s+at /);
  return result;
}

const { NEW, PENDING_VERIFY, VALID, INVALID, UNDEFINED } = OTA_STATE;
const pending = buildOtadata({ seq: 1, state: VALID }, { seq: 2, state: PENDING_VERIFY });

const app = buildImage({
  chipId: 0,
  entryAddress: 0x40080000,
  segments: [
    { loadAddress: 0x3f400020, data: buildAppDesc({ version: '1.0.0', projectName: 'x' }) },
  ],
});

/** A flash with a sound image in ota_0 alone. */
function dump(): Uint8Array {
  const csv = 'otadata,data,ota,0x9000,0x2000\napp0,app,ota_0,0x10000,64K\napp1,app,ota_1,,64K\n';
  const bytes = new Uint8Array(0x40000).fill(0xff);
  bytes.set(tableOfCsv(csv), 0x8000);
  bytes.set(buildOtadata({ seq: 1, state: VALID }), 0x9000);
  bytes.set(app, 0x10000);
  return bytes;
}

describe('ota otadata show', () => {
  test('a partition of its own', async () => {
    const file = put('pending.bin', pending);
    const { code, out, err } = await ota('show', file);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^ +1 +2 +ota_1 +PENDING_VERIFY +ok +on trial, lost at the next reset$/m);
    expect(out).toContain('Next boot\n  entry 1 becomes ABORTED\n  ota_0 is tried first\n');
    const json = JSON.parse((await ota('show', file, '--json', '--no-rollback')).out);
    expect(json).toMatchObject({
      slots: 2,
      entries: [
        { seq: 1, slot: 0, verdict: 'counts' },
        { seq: 2, slot: 1, verdict: 'active' },
      ],
      selected: { slot: 'ota_1', writes: [] },
    });
  });

  test('out of a dump, with the images', async () => {
    const { code, out } = await ota('show', put('dump.bin', dump()));
    expect(code).toBe(0);
    expect(out).toContain('ota_0 holds a sound image, and boots.\n  boots ota_0 (app0)\n');
    const empty = dump().fill(0xff, 0x10000);
    const none = await ota('show', put('empty.bin', empty));
    expect([none.code, none.out]).toEqual([1, expect.stringContaining('boots nothing')]);
  });

  test('that holds no entry at all is told as that', async () => {
    const { code, out } = await ota('show', put('zeros.bin', new Uint8Array(0x2000)));
    expect(code).toBe(1);
    expect(out).toContain('problem: no entry has a right CRC: this is no otadata');
    const torn = buildOtadata({ seq: 1, state: VALID }).fill(0, 28, 32);
    expect((await ota('show', put('torn.bin', torn))).code).toBe(0);
  });

  test.each([
    ['a short file', new Uint8Array(100), 'bad.bin has 100 bytes'],
    ['no flash', new Uint8Array(0x9000), 'there is no partition table'],
    ['no otadata', dump().fill(0xff, 0x8000, 0x8020), 'there is no partition table'],
  ])('%s: a sentence and exit code 1', async (_, input, sentence) => {
    const { code, out, err } = await ota('show', put('bad.bin', input));
    expect([code, out, err]).toEqual([1, '', expect.stringContaining(sentence)]);
  });
});

describe('ota otadata set', () => {
  test('writes what esp_ota_set_boot_partition would', async () => {
    const file = put('set.bin', buildOtadata({ seq: 1, state: VALID }));
    const { code, out } = await ota('set', file, 'ota_1', '-o', at('out.bin'));
    expect(code).toBe(0);
    expect(out).toContain('entry 1: sector 0x1000 erased, then number 2, NEW written');
    expect(read(at('out.bin'))).toEqual(
      buildOtadata({ seq: 1, state: VALID }, { seq: 2, state: NEW }),
    );
    const plain = await run(
      ['otadata', 'set', '-', '2', '--slots', '3', '--no-rollback', '-o', '-'],
      pending,
    );
    expect(parseOtadata(plain.bytes)[0]).toMatchObject({ seq: 3, state: UNDEFINED });
    expect(plain.err).toContain('number 3, UNDEFINED written');
    await ota('set', file, 'factory', '-o', at('factory.bin'));
    expect(read(at('factory.bin'))).toEqual(buildOtadata());
  });

  test('of a dump only to a slot with a sound image, unless forced', async () => {
    const file = put('dump.bin', dump());
    const refused = await ota('set', file, 'app1', '-o', at('changed.bin'));
    expect([refused.code, refused.err]).toEqual([
      1,
      'ota: ota_1 holds no sound image: it is empty\nhint: --force writes otadata all the same\n',
    ]);
    expect((await ota('set', file, 'app1', '--force', '-o', at('changed.bin'))).code).toBe(0);
    const changed = read(at('changed.bin'));
    expect(hex(changed.subarray(0xa000, 0xa004))).toBe('02000000');
    changed.fill(0xff, 0xa000, 0xb000);
    expect(changed).toEqual(dump());
  });

  test.each([
    [['5'], 'there is no slot 5; there are ota_0, ota_1'],
    [['nope'], 'there is no slot nope'],
    [['0', '--slots', '0'], 'Give a number from 1 to 16.'],
  ])('%j is refused', async (args, sentence) => {
    const { code, err } = await ota('set', put('x.bin', pending), ...args, '-o', at('y.bin'));
    expect([code, err]).toEqual([1, expect.stringContaining(sentence)]);
  });
});

test('ota otadata erase', async () => {
  const file = put('erase.bin', pending);
  expect((await ota('erase', file, '-o', file)).code).toBe(0);
  expect(read(file)).toEqual(buildOtadata());
});

describe('ota otadata mark', () => {
  test('valid, invalid', async () => {
    const file = put('mark.bin', pending);
    await ota('mark', file, 'valid', '-o', at('valid.bin'));
    expect(parseOtadata(read(at('valid.bin'))).map(({ state }) => state)).toEqual([VALID, VALID]);
    const again = await ota('mark', at('valid.bin'), 'valid', '-o', at('valid.bin'), '--json');
    expect(JSON.parse(again.out).writes).toEqual([]);
    await ota('mark', file, 'invalid', '-o', at('invalid.bin'));
    expect(parseOtadata(read(at('invalid.bin'))).map(({ state }) => state)).toEqual([
      VALID,
      INVALID,
    ]);
  });

  test('invalid is refused where nothing else boots', async () => {
    const { code, err } = await ota('mark', put('x.bin', dump()), 'invalid', '-o', at('y.bin'));
    expect([code, err]).toEqual([1, expect.stringContaining('no other app could be booted')]);
  });
});

test('each has help with an example', async () => {
  for (const verb of ['show', 'set', 'erase', 'mark']) {
    const { code, out } = await ota(verb, '--help');
    expect([code, out]).toEqual([0, expect.stringContaining(`$ ota otadata ${verb} `)]);
  }
});
