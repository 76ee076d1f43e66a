import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { appImage, bootloader, partitionTable } from '../../../test/serial/support/firmware.ts';
import { buildIntelHex } from '../../formats/flash-image/intel-hex.ts';
import { mergeParts } from '../../formats/flash-image/merge.ts';
import { parseOtadata } from '../../formats/otadata.ts';
import { readFlashInput } from './input.ts';

const folder = mkdtempSync(join(tmpdir(), 'ota-input-'));
afterAll(() => rmSync(folder, { recursive: true }));

function put(name: string, content: Uint8Array | string | object): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  const text = content instanceof Uint8Array || typeof content === 'string';
  writeFileSync(path, text ? content : JSON.stringify(content));
  return path;
}

/** Offsets and lengths of the parts. */
async function placesOf(words: string[], options?: Parameters<typeof readFlashInput>[1]) {
  const input = await readFlashInput(words, options);
  if (input.kind !== 'parts') throw new Error(`not parts: ${input.kind}`);
  return input.parts.map(({ offset, data }) => [offset, data.length]);
}

const app = appImage({ chipId: 9 });
const boot = bootloader(9);
const table = partitionTable();

describe('what is to be flashed', () => {
  test('address:file pairs, also with a colon in the file’s name', async () => {
    const a = put('a.bin', Uint8Array.of(1, 2, 3));
    const b = put('b:c.bin', Uint8Array.of(4));
    expect(await placesOf([`0x1000:${a}`, `64K:${b}`])).toEqual([
      [0x1000, 3],
      [0x10000, 1],
    ]);
  });

  test('flasher_args.json, and its folder', async () => {
    put('idf/bootloader/bootloader.bin', boot);
    put('idf/app.bin', app);
    const file = put('idf/flasher_args.json', {
      flash_files: { '0x0': 'bootloader/bootloader.bin', '0x10000': 'app.bin' },
      extra_esptool_args: { chip: 'esp32s3' },
    });
    const places = [
      [0, boot.length],
      [0x10000, app.length],
    ];
    expect(await placesOf([file])).toEqual(places);
    expect(await placesOf([dirname(file)])).toEqual(places);
    expect(await readFlashInput([file])).toMatchObject({ chip: 'esp32s3' });
  });

  test('an Arduino build folder: places by chip and table, otadata made', async () => {
    put('sketch/build/door.ino.bin', app);
    put('sketch/build/door.ino.bootloader.bin', boot);
    put('sketch/build/door.ino.partitions.bin', table);
    const input = await readFlashInput([join(folder, 'sketch/build')]);
    expect(input).toMatchObject({
      kind: 'parts',
      parts: [{ offset: 0 }, { offset: 0x8000 }, { offset: 0x10000 }, { offset: 0xe000 }],
    });
    const otadata = input.kind === 'parts' ? input.parts[3]!.data : undefined;
    expect(parseOtadata(otadata!)[0].seq).toBe(1);
  });

  test('a PlatformIO project: the only environment, or the one named', async () => {
    put('pio/platformio.ini', '[env:s3]\n');
    for (const env of ['s3', 's3-debug']) {
      put(`pio/.pio/build/${env}/firmware.bin`, app);
      put(`pio/.pio/build/${env}/bootloader.bin`, boot);
      put(`pio/.pio/build/${env}/partitions.bin`, table);
    }
    const project = join(folder, 'pio');
    const places = await placesOf([project], { env: 's3', build: false });
    expect(places.map(([offset]) => offset)).toEqual([0, 0x8000, 0x10000, 0xe000]);
    const several = readFlashInput([project], { build: false });
    await expect(several).rejects.toThrow(/several environments; built are s3, s3-debug/);
    const other = put('pio/boot_app0.bin', new Uint8Array(0x2000));
    put('pio/.pio/build/s3/idedata.json', {
      extra: { flash_images: [{ offset: '0xe000', path: other }], application_offset: '0x20000' },
    });
    expect(await placesOf([project], { env: 's3', build: false })).toEqual([
      [0xe000, 0x2000],
      [0x20000, app.length],
    ]);
  });

  test('an ESP Web Tools manifest', async () => {
    put('web/app.bin', app);
    const file = put('web/manifest.json', {
      builds: [{ chipFamily: 'ESP32-S3', parts: [{ path: 'app.bin', offset: 65536 }] }],
    });
    for (const word of [file, dirname(file)]) {
      expect(await readFlashInput([word])).toMatchObject({
        kind: 'manifest',
        builds: [{ chipFamily: 'ESP32-S3', parts: [{ offset: 65536 }] }],
      });
    }
  });

  test('a merged image, Intel HEX, and an app', async () => {
    const parts = [
      { offset: 0, data: boot },
      { offset: 0x8000, data: table },
      { offset: 0x10000, data: app },
    ];
    const merged = mergeParts(parts);
    expect(await placesOf([put('merged.bin', merged)])).toEqual([[0, merged.length]]);
    const hex = put('merged.hex', buildIntelHex(parts));
    expect(await placesOf([hex])).toEqual(parts.map((part) => [part.offset, part.data.length]));
    expect(await readFlashInput([put('app.bin', app)])).toMatchObject({ kind: 'app' });
  });

  test.each([
    [
      'a file that is not there',
      () => ['0x0:/none.bin'],
      /cannot read \/none.bin: there is no such/,
    ],
    ['a folder as a file', () => [`0x0:${folder}`], /cannot read .*: .+/],
    [
      'bytes without a place',
      () => [put('x.bin', Uint8Array.of(1))],
      /does not say where in flash/,
    ],
    ['one pair and one file', () => [`0:${put('x', 'x')}`, put('y', 'y')], /y has no address/],
    ['other JSON', () => [put('x.json', {})], /neither a flasher_args.json nor/],
    ['no JSON', () => [put('x.json', '{')], /is no JSON/],
    ['null', () => [put('x.json', 'null')], /neither a flasher_args.json nor/],
    ['an address beyond 32 bits', () => [`0x100000000:${put('x', 'x')}`], /is no address in flash/],
    [
      'a part on the network',
      () => [
        put('m.json', {
          builds: [{ chipFamily: 'x', parts: [{ path: 'https://a/b', offset: 0 }] }],
        }),
      ],
      /https:\/\/a\/b is on the network/,
    ],
    [
      'a build without parts',
      () => [put('m.json', { builds: [null] })],
      /each build needs a chipFamily/,
    ],
    [
      'a folder of nothing',
      () => [dirname(put('nothing/x', 'x'))],
      /neither a build folder nor a project/,
    ],
    ['a damaged HEX', () => [put('x.hex', ':10zz')], /x\.hex/],
  ])('%s: a sentence', async (_, words, sentence) => {
    await expect(readFlashInput(words())).rejects.toThrow(sentence);
    await expect(readFlashInput(words())).rejects.toMatchObject({ code: 'input' });
  });
});

describe('projects are built first', () => {
  test('each by its vendor’s tool', async () => {
    put('idf-project/CMakeLists.txt', 'include($ENV{IDF_PATH}/tools/cmake/project.cmake)\n');
    put('door/door.ino', 'void setup(){} void loop(){}\n');
    const calls: string[] = [];
    const run = async (tool: { command: string }, args: readonly string[], where: string) => {
      calls.push(`${tool.command} ${args.filter((arg) => !arg.startsWith('/')).join(' ')}`);
      if (tool.command === 'idf.py') {
        writeFileSync(put('idf-project/build/app.bin', app), app);
        put('idf-project/build/flasher_args.json', { flash_files: { '0x10000': 'app.bin' } });
      } else {
        const base = join(where, 'build', 'esp32.esp32.esp32s3', 'door.ino');
        mkdirSync(dirname(base), { recursive: true });
        writeFileSync(`${base}.bin`, app);
        writeFileSync(`${base}.bootloader.bin`, boot);
        writeFileSync(`${base}.partitions.bin`, table);
      }
    };
    expect(await placesOf([join(folder, 'idf-project')], { run })).toHaveLength(1);
    const sketch = join(folder, 'door');
    expect(await placesOf([sketch], { run, fqbn: 'esp32:esp32:esp32s3' })).toHaveLength(4);
    expect(await placesOf([sketch], { build: false })).toHaveLength(4);
    expect(calls).toEqual([
      'idf.py build',
      'arduino-cli compile --fqbn esp32:esp32:esp32s3 --output-dir .',
    ]);
    await expect(readFlashInput([sketch], { run })).rejects.toThrow(/which board is the sketch/);
  });

  test('a tool that is missing, and one that fails, are told with what to do', async () => {
    const project = dirname(put('p/CMakeLists.txt', 'include($ENV{IDF_PATH}/x)\n'));
    const path = process.env.PATH;
    try {
      process.env.PATH = '/usr/bin:/bin';
      await expect(readFlashInput([project])).rejects.toMatchObject({
        code: 'tool-missing',
        message: expect.stringContaining('ESP-IDF (idf.py) is not installed here'),
        hint: expect.stringContaining('export.sh'),
      });
      chmodSync(put('tools/idf.py', '#!/bin/sh\necho broken "$@" >&2\nexit 3\n'), 0o755);
      process.env.PATH = `${join(folder, 'tools')}:${path}`;
      await expect(readFlashInput([project])).rejects.toMatchObject({
        code: 'build-failed',
        message: 'idf.py build failed with exit code 3',
      });
    } finally {
      process.env.PATH = path;
    }
  });
});
