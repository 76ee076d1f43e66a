import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { init, parse } from 'es-module-lexer';
import { expect, test } from 'vitest';
import * as formats from './index.ts';

const ROOT = fileURLToPath(new URL('.', import.meta.url));
const files = globSync('**/*.ts', { cwd: ROOT }).filter(
  (file) => !file.endsWith('.test.ts') && !file.startsWith('testing/'),
);

/** What a browser does not have, in one file's code. */
async function foreign(text: string): Promise<string[]> {
  await init;
  const imports = parse(text)[0].map(({ specifier }) => specifier ?? 'import(…)');
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  return [
    ...imports.filter((name) => !/^\.{1,2}\//.test(name) && name !== 'crc-32'),
    ...(code.match(/\b(?:Buffer|process|require|__dirname|setImmediate)\b(?=[.([])/g) ?? []),
  ];
}

test('every file runs in a browser: no Node names, no package but crc-32', async () => {
  expect(files.length).toBeGreaterThan(50);
  for (const file of files) {
    expect(await foreign(readFileSync(`${ROOT}/${file}`, 'utf8')), file).toEqual([]);
  }
});

test('what a browser lacks is seen', async () => {
  expect(await foreign("import { a } from 'node:fs';\nBuffer.from(process.argv[0]!);")).toEqual([
    'node:fs',
    'Buffer',
    'process',
  ]);
});

test('one door leads to all of it', () => {
  const names = [
    'parseImage',
    'signImage',
    'mergeParts',
    'parseOtadata',
    'openNvs',
    'inspectFlash',
  ];
  expect(Object.keys(formats)).toEqual(expect.arrayContaining(names));
});
