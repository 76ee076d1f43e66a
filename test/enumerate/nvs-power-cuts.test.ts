import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { openNvs } from '../../tools/formats/nvs/nvs-store.ts';
import { scriptedWorkload } from '../../tools/formats/testing/nvs-workload.ts';
import { ROOT } from '../support/bench.ts';
import { applyEdit, type Edit } from '../support/mutants.ts';
import { cutEverywhere } from './nvs-power-cuts.ts';

test('a sample of the power cuts that npm run enumerate tries one by one', () => {
  const result = cutEverywhere({ sample: { points: 900, seed: 20260711 } });
  expect(result.failures).toEqual([]);
  expect(result.tried).toBe(900);
  expect(result.points).toBeGreaterThan(10_000);
  expect(result.facts.operations).toBe(500);
  expect(result.facts['flash erases']).toBeGreaterThan(20);
});

/** Fills pages with values that live on, so that pages are moved with something in them. */
const LARGE = Array.from({ length: 60 }, (_, i) => ({
  do: 'set' as const,
  namespace: 'large',
  key: `key${i % 7}`,
  type: 'str' as const,
  value: String.fromCharCode(65 + (i % 26)).repeat(1200),
}));

/** Copies of the library, each with one line changed; below the repository, where its dependency is found. */
mkdirSync(join(ROOT, '.cache'), { recursive: true });
const folder = mkdtempSync(join(ROOT, '.cache', 'nvs-mutants-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function mutant(name: string, edit: Edit): Promise<typeof openNvs> {
  const copy = join(folder, name.replaceAll(' ', '-'));
  cpSync(join(ROOT, 'tools/formats'), copy, {
    recursive: true,
    filter: (path) => !path.includes('testing') && !path.endsWith('.test.ts'),
  });
  const path = join(copy, 'nvs', edit.file);
  writeFileSync(path, applyEdit(readFileSync(path, 'utf8'), edit));
  return (await import(join(copy, 'nvs/nvs-store.ts'))).openNvs;
}

test.each<[string, Edit]>([
  [
    'a blob’s index before its pieces',
    {
      file: 'blob.ts',
      find: `    const chunkCount = writePieces(pages, blob);
    return writeIndex(pages, blob, chunkCount);`,
      replace: `    const index = writeIndex(pages, blob, 1);
    writePieces(pages, blob);
    return index;`,
    },
  ],
  [
    'the old value erased before the new one is written',
    {
      file: 'nvs-store.ts',
      find: '    let page = this.#pages.current;\n',
      replace: '    if (old) this.#eraseFound(old);\n    let page = this.#pages.current;\n',
    },
  ],
  [
    'a page moved without being marked',
    { file: 'page-list.ts', find: '    victim.markFreeing();\n', replace: '' },
  ],
  [
    'a duplicate left in an older page',
    { file: 'page-list.ts', find: '    this.#eraseOlderThanLast(last);\n', replace: '' },
  ],
])('the check finds %s', async (name, edit) => {
  const open = await mutant(name, edit);
  // Without blobs in several pieces, so that what goes wrong is the order and not the count.
  const workload = [...scriptedWorkload(120, 5, 380), ...LARGE];
  const { failures } = cutEverywhere({ open, workload, sample: { points: 800, seed: 1 } });
  expect(failures.length, name).toBeGreaterThan(0);
});
