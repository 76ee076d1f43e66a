// The public headers by themselves, in C and C++, and the seeds' code against them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { WorkerPool } from '../../tools/firmware/worker-pool.ts';
import { PROJECT } from './files.ts';

const INCLUDE = join(PROJECT, 'components/ota_client/include');
const FIXTURES = join(import.meta.dirname, 'fixtures');
const HEADERS = readdirSync(INCLUDE).sort();

/** What the vendor's header of this name gives to ours. */
const ESP_ERR = '#pragma once\ntypedef int esp_err_t;\n#define ESP_OK 0\n#define ESP_FAIL -1\n';

const compiler = new WorkerPool();
afterAll(() => compiler.close());

function filesOf(folder: string, mounted: string): [string, Uint8Array][] {
  return readdirSync(folder).map((name) => [
    `${mounted}/${name}`,
    readFileSync(join(folder, name)),
  ]);
}

const text = (source: string) => new TextEncoder().encode(source);

/** Checks one source as strictly as an application may be built; the compiler's words, "" when it has none. */
async function check(source: string, language: 'c' | 'c++'): Promise<string> {
  const files = new Map<string, Uint8Array>([
    ...filesOf(INCLUDE, 'include'),
    ['vendor/esp_err.h', text(ESP_ERR)],
    [`main.${language}`, text(source)],
  ]);
  // In C++ clang finds fault with every field that is left at zero, which GCC, the chip's compiler, does not.
  const flags =
    language === 'c'
      ? ['-std=c99', '-Wstrict-prototypes']
      : ['-std=c++20', '-Wno-missing-designated-field-initializers'];
  const result = await compiler.run({
    args: [
      language === 'c' ? 'clang' : 'clang++',
      ...['-x', language, '-fsyntax-only', '-Wall', '-Wextra', '-Wpedantic', '-Werror', ...flags],
      ...['-Wno-pragma-once-outside-header', '-Iinclude', '-Ivendor', `main.${language}`],
    ],
    mounts: [{ key: source, files }],
  });
  return result.exitCode === 0 ? '' : result.stderr;
}

describe('public headers', () => {
  const alone = HEADERS.map((name) => `#include "${name}"\n`);

  it('each stands alone, in C99 and in C++', async () => {
    expect(HEADERS).toContain('ota_client.h');
    for (const source of alone) expect(await check(`${source}int unused;\n`, 'c'), source).toBe('');
    expect(await check(alone.join(''), 'c++')).toBe('');
  }, 300_000);

  it('take the seeds’ initialisers word for word', async () => {
    const seed = (name: string) => readFileSync(join(FIXTURES, name), 'utf8');
    expect(await check(seed('seed.c'), 'c')).toBe('');
    expect(await check(seed('seed.cpp'), 'c++')).toBe('');
  }, 300_000);

  it('and the check sees what does not fit', async () => {
    const wrong = '#include "ota_client.h"\nconst ota_config_t config = { .devise_id = 1 };\n';
    expect(await check(wrong, 'c')).toContain('devise_id');
  }, 300_000);
});
