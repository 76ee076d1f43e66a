import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { address } from './address.ts';
import { inputName, readInput } from './input.ts';
import { writeFile } from './output.ts';
import { Page, wantsColor } from './page.ts';
import { printable, sizeText } from './text.ts';

const folder = mkdtempSync(join(tmpdir(), 'ota-support-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const errorOf = (work: () => unknown): Promise<string> =>
  Promise.resolve()
    .then(work)
    .then(
      () => 'nothing was thrown',
      (error: Error) => error.message,
    );

describe('readInput', () => {
  test('reads a file, empty or not', async () => {
    writeFileSync(at('a'), Uint8Array.of(1, 2, 3));
    writeFileSync(at('empty'), '');
    expect([...(await readInput(at('a')))]).toEqual([1, 2, 3]);
    expect((await readInput(at('empty'))).length).toBe(0);
  });

  test('says in a sentence what is wrong', async () => {
    expect(await errorOf(() => readInput(at('none')))).toBe(
      `cannot read ${at('none')}: there is no such file`,
    );
    expect(await errorOf(() => readInput(folder))).toBe(`cannot read ${folder}: it is a folder`);
    writeFileSync(at('long'), new Uint8Array(100));
    expect(await errorOf(() => readInput(at('long'), 99))).toMatch(/more than 99 bytes/);
    expect((await readInput(at('long'), 100)).length).toBe(100);
    expect(inputName('-')).toBe('standard input');
  });

  test('does not read an endless input to its end', async () => {
    expect(await errorOf(() => readInput('/dev/zero', 1024 * 1024))).toMatch(/more than 1 MB/);
  });
});

describe('writeFile', () => {
  test('replaces a file whole and leaves nothing beside it', () => {
    const own = mkdtempSync(at('w-'));
    writeFile(join(own, 'x'), Uint8Array.of(1), 'the table');
    writeFile(join(own, 'x'), Uint8Array.of(2), 'the table');
    expect([readdirSync(own), ...readFileSync(join(own, 'x'))]).toEqual([['x'], 2]);
  });

  test('says in a sentence what is wrong', async () => {
    expect(await errorOf(() => writeFile(folder, new Uint8Array(1), 'the table'))).toBe(
      `the table cannot be written: ${folder} is a folder`,
    );
    expect(await errorOf(() => writeFile(at('no/x'), new Uint8Array(1), 'the table'))).toBe(
      `the table cannot be written: ${at('no/x')}: there is no such folder`,
    );
  });

  test('keeps the mode of a file, and writes through a link', () => {
    writeFileSync(at('secret'), 'old', { mode: 0o600 });
    symlinkSync(at('secret'), at('link'));
    writeFile(at('link'), Uint8Array.of(7), 'the table');
    expect(lstatSync(at('link')).isSymbolicLink()).toBe(true);
    expect([...readFileSync(at('secret'))]).toEqual([7]);
    expect(statSync(at('secret')).mode & 0o777).toBe(0o600);
  });

  test('writes to what is no file', () => {
    writeFile('/dev/null', new Uint8Array(9), 'the table');
    expect(readdirSync('/dev').filter((name) => name.startsWith('null.'))).toEqual([]);
  });
});

describe('a page', () => {
  const fill = (page: Page): string => {
    page.section('File', [['size', '12 bytes']]);
    page.section('Nothing', []);
    page.table(
      'Rows\u001b[2J',
      [
        { title: 'name', cell: (n: string) => n, paint: page.color.green },
        { title: 'length', cell: (n) => String(n.length), right: true },
        { title: 'note', cell: () => '' },
      ],
      ['nvs', 'otadata', 'a\u0007'],
    );
    page.problems([{ message: 'torn', offset: 16, hint: 'erase it' }]);
    page.problems([]);
    return page.toString();
  };

  test('is aligned, and what a file says cannot speak to the terminal', () => {
    expect(fill(new Page(false))).toBe(`File
  size  12 bytes

Rows\\u{1b}[2J
  name     length  note
  nvs           3
  otadata       7
  a\\u{7}        2

problem: torn (at 0x10)
  hint: erase it
`);
  });

  test('is the same text in colour', () => {
    const colored = fill(new Page(true));
    expect(colored).toContain('\u001b[32mnvs\u001b[39m    ');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
    expect(colored.replaceAll(/\u001b\[\d+m/g, '')).toBe(fill(new Page(false)));
  });
});

test('colour on a terminal alone, and not with NO_COLOR', () => {
  vi.stubEnv('NO_COLOR', '');
  expect([wantsColor({ isTTY: true }), wantsColor({})]).toEqual([true, false]);
  vi.stubEnv('NO_COLOR', '1');
  expect(wantsColor({ isTTY: true })).toBe(false);
  vi.unstubAllEnvs();
});

test('addresses and sizes', () => {
  expect(['0x9000', '64K', '4MB', '4m', '12'].map(address)).toEqual([
    0x9000, 0x10000, 0x400000, 0x400000, 12,
  ]);
  for (const text of ['', '-1', '0x', '4G', '1.5M', '0x100000000', '9999999999M']) {
    expect(() => address(text), text).toThrow('Give a number');
  }
});

test('text', () => {
  expect(printable('é\u202e\n')).toBe('é\\u{202e}\\u{a}');
  expect([0x100000, 0x4000, 0x123, 0].map(sizeText)).toEqual(['1M', '16K', '0x123', '0x0']);
});
