// What ESP-IDF's build and its users find in firmware-c, apart from the code.
import { existsSync, globSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parsePartitionCsv } from '../../tools/formats/index.ts';
import { options, PROJECT, read, tableRows } from './files.ts';

const KCONFIGS = globSync('components/*/Kconfig', { cwd: PROJECT }).sort();
const README = read('README.md');

/** Options of ESP-IDF that our sources read. */
const VENDOR_OPTIONS = ['BOOTLOADER_APP_ANTI_ROLLBACK'];

/** `NAME "…" …` arguments behind a keyword of idf_component_register, up to the next keyword. */
function registered(path: string, keyword: string): string[] {
  const text = read(path).replace(/#.*$/gm, '');
  const call = text.slice(text.indexOf('idf_component_register('));
  const after = new RegExp(`\\b${keyword}\\s+([^)]*?)(?=\\b[A-Z_]{4,}\\b|\\))`).exec(call);
  return [...(after?.[1] ?? '').matchAll(/"([^"]+)"|([\w$./{}-]+)/g)].map((m) => m[1] ?? m[2]!);
}

describe('Kconfig and README', () => {
  it.each(KCONFIGS)('every option of %s stands in a table with its default', (path) => {
    const rows = new Map(tableRows(README).map((row) => [row[0]!.replaceAll('`', ''), row]));
    const found = options(path);
    expect(found.size).toBeGreaterThan(0);
    for (const [name, option] of found) {
      expect(rows.get(name)?.[1], name).toBe(`\`${option.fallback}\``);
    }
  });

  it('no table names an option that is not there', () => {
    const known = new Set(KCONFIGS.flatMap((path) => [...options(path).keys()]));
    const named = tableRows(README).map((row) => /^`((?:OTA|DEVICE)_[A-Z_]+)`$/.exec(row[0]!)?.[1]);
    const unknown = named.filter(
      (name) => name && !name.startsWith('OTA_ERR_') && !known.has(name),
    );
    expect(unknown).toEqual([]);
  });

  it('sources read only options that exist', () => {
    const known = new Set(KCONFIGS.flatMap((path) => [...options(path).keys()]));
    const sources = globSync(['main/*.[ch]', 'components/*/{.,src,port,include}/*.[ch]'], {
      cwd: PROJECT,
    });
    expect(sources.length).toBeGreaterThan(40);
    for (const path of sources) {
      const code = read(path).replace(/\/\*[\s\S]*?\*\/|\/\/.*$|"(?:\\.|[^"\\])*"/gm, '');
      for (const [, name] of code.matchAll(/\bCONFIG_(\w+)/g))
        expect(known.has(name!) || VENDOR_OPTIONS.includes(name!), `${path}: CONFIG_${name}`).toBe(
          true,
        );
    }
  });

  it('the seeds’ options are there', () => {
    const names = [...options('components/ota_client/Kconfig').keys()];
    const seeds = ['SERVER_URL', 'DEVICE_TYPE', 'CHECK_INTERVAL_SEC', 'REQUEST_TIMEOUT_MS'];
    expect(names).toEqual(expect.arrayContaining(seeds.map((name) => `OTA_${name}`)));
  });

  it('every error has a row that says what to do', () => {
    const header = read('components/ota_client/include/ota_err.h');
    const names = [...header.matchAll(/^ {4}(OTA_ERR_\w+) = OTA_ERR_BASE/gm)].map((m) => m[1]!);
    expect(names.length).toBeGreaterThan(30);
    const log = README.slice(README.indexOf('## In the log'));
    expect(names.filter((name) => !log.includes(`${name}\``))).toEqual([]);
  });
});

describe('CMake', () => {
  it.each(globSync('components/*/CMakeLists.txt', { cwd: PROJECT }).concat('main/CMakeLists.txt'))(
    '%s names what is there, and all of it',
    (path) => {
      const folder = join(PROJECT, path, '..');
      const dirs = registered(path, 'SRC_DIRS');
      const named = registered(path, 'SRCS').filter((name) => name.endsWith('.c'));
      const chosen = [...read(path).matchAll(/set\(\w+ "(\w+\.c)"\)/g)].map((match) => match[1]!);
      const sources = [...named, ...chosen];
      for (const dir of [...dirs, ...registered(path, 'INCLUDE_DIRS')])
        expect(statSync(join(folder, dir)).isDirectory(), dir).toBe(true);
      for (const source of sources) expect(existsSync(join(folder, source)), source).toBe(true);
      const here = readdirSync(folder).filter((name) => name.endsWith('.c'));
      expect(here.filter((name) => !sources.includes(name))).toEqual([]);
      const elsewhere = globSync('*/*.c', { cwd: folder }).filter(
        (file) => !file.startsWith('test/'),
      );
      expect(elsewhere.filter((file) => !dirs.includes(file.split('/')[0]!))).toEqual([]);
      expect(sources.length + elsewhere.length).toBeGreaterThan(0);
    },
  );

  it('components require each other by names that exist', () => {
    const ours = readdirSync(join(PROJECT, 'components'));
    expect(registered('main/CMakeLists.txt', 'PRIV_REQUIRES')).toEqual(
      expect.arrayContaining(ours),
    );
  });
});

describe('manifests', () => {
  it('the component has a version, a licence and the least ESP-IDF that the README promises', () => {
    const manifest = parse(read('components/ota_client/idf_component.yml')) as {
      version: string;
      license: string;
      dependencies: { idf: string };
    };
    expect(manifest.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(manifest.license).toBe('MIT');
    expect(README).toContain(`ESP-IDF ${manifest.dependencies.idf.replace('>=', '')} or later`);
  });

  it('the radio of an ESP32-P4 is asked for on that chip alone', () => {
    const { dependencies } = parse(read('components/device/idf_component.yml')) as {
      dependencies: Record<string, { rules?: { if: string }[] }>;
    };
    for (const name of ['espressif/esp_wifi_remote', 'espressif/esp_hosted'])
      expect(dependencies[name]?.rules?.map((rule) => rule.if)).toEqual(['target in [esp32p4]']);
  });
});

describe('partitions and defaults', () => {
  const tables = globSync('partitions*.csv', { cwd: PROJECT }).sort();

  it.each(tables)('%s: two equal slots, otadata, no factory, within its flash', (path) => {
    const table = parsePartitionCsv(read(path));
    expect(table.problems).toEqual([]);
    const named = (name: string) => table.partitions.find((partition) => partition.label === name);
    expect(named('ota_0')?.size).toBe(named('ota_1')?.size);
    expect(named('otadata')?.size).toBe(0x2000);
    expect(named('nvs')?.size).toBeGreaterThanOrEqual(0x6000);
    expect(table.partitions.filter((partition) => partition.label === 'factory')).toEqual([]);
    const flash = (/\.(\d+)mb\./.exec(path)?.[1] ?? '4') as `${number}`;
    const end = Math.max(...table.partitions.map(({ offset, size }) => offset + size));
    expect(end).toBeLessThanOrEqual(Number(flash) * 1024 * 1024);
  });

  it.each(globSync('sdkconfig.defaults*', { cwd: PROJECT }))(
    '%s: lines that are settings, tables that exist',
    (path) => {
      for (const line of read(path).split('\n').filter(Boolean))
        expect(line).toMatch(/^(?:#|CONFIG_\w+=(?:y|n|\d+|"[^"]*")$)/);
      for (const [, name] of read(path).matchAll(/PARTITION_TABLE_CUSTOM_FILENAME="(.+)"/g))
        expect(tables).toContain(basename(name!));
    },
  );

  it('rollback is on, and a signed application is shown', () => {
    const defaults = read('sdkconfig.defaults');
    expect(defaults).toMatch(/^CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE=y$/m);
    expect(defaults).toMatch(/^CONFIG_ESP_TASK_WDT_PANIC=y$/m);
    expect(defaults).toMatch(/^# CONFIG_SECURE_SIGNED_APPS_NO_SECURE_BOOT=y$/m);
  });

  it('has a core that knows no vendor and allocates nothing', () => {
    const sources = globSync('components/ota_client/src/*.[ch]', { cwd: PROJECT });
    expect(sources.length).toBeGreaterThan(30);
    for (const path of sources) {
      const headers = [...read(path).matchAll(/^#include <(.+)>$/gm)].map((match) => match[1]!);
      const standard = ['limits.h', 'stdbool.h', 'stddef.h', 'stdint.h', 'string.h'];
      expect(
        headers.filter((name) => !standard.includes(name)),
        path,
      ).toEqual([]);
      expect(read(path), path).not.toMatch(/^#include "(?!ota_)/m);
      expect(read(path), path).not.toMatch(/\b(?:malloc|calloc|realloc|free)\(/);
    }
  });

  it('knows of no simulator', () => {
    const sources = globSync('**/*.{c,h,txt,yml,csv}', { cwd: PROJECT }).concat(KCONFIGS);
    for (const path of sources.filter((file) => !/\/test\//.test(file)))
      expect(read(path), path).not.toMatch(/\bSIMULATOR\b|wasm|__EMSCRIPTEN__/i);
  });
});
