// The catalogue of what goes wrong, in the library's README, against the scenarios and tests that hold it.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readScenario } from '../../simulator/scenario/language/check.ts';
import { ROOT } from '../support/bench.ts';
import { LONG } from './long.ts';

const LIBRARY = join(ROOT, 'simulator/scenario/library');
const FILES = globSync('*.yaml', { cwd: LIBRARY }).sort();

interface Row {
  id: string;
  scenarios: string[];
  tests: string[];
}

const linksOf = (cell: string) => [...cell.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link!);

/** Lines of the table, as they stand. */
const ROWS: Row[] = readFileSync(join(LIBRARY, 'README.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    if (!/^[FM]?\d+$/.test(cells[1] ?? '')) return [];
    return [{ id: cells[1]!, scenarios: linksOf(cells[3]!), tests: linksOf(cells[4]!) }];
  });

const coveredBy = new Map(
  FILES.map((file) => {
    const path = join(LIBRARY, file);
    const { covers = [] } = readScenario(readFileSync(path, 'utf8'), path).file;
    return [file, covers.map(String)];
  }),
);

it('has the twenty rows, the further ones, and those of painlessMesh, each once', () => {
  const numbers = (letter: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${letter}${i + 1}`);
  const wanted = [...numbers('', 20), ...numbers('F', 15), ...numbers('M', 10)];
  expect(ROWS.map(({ id }) => id)).toEqual(wanted);
});

it('every scenario says which rows it stands for, and they are there', () => {
  const known = new Set(ROWS.map(({ id }) => id));
  for (const [file, covers] of coveredBy) {
    expect(covers, `${file} has no covers:`).not.toEqual([]);
    expect(
      covers.filter((id) => !known.has(id)),
      file,
    ).toEqual([]);
  }
});

it.each(ROWS)('row $id has a home, and names it', ({ id, scenarios, tests }) => {
  const files = FILES.filter((file) => coveredBy.get(file)!.includes(id));
  const links = files.map((file) => `[${file.replace('.yaml', '')}](${file})`).join(', ');
  expect(scenarios, `write into README.md, row ${id}: ${links}`).toEqual(files);
  expect([...scenarios, ...tests], `nothing holds row ${id}`).not.toEqual([]);
  for (const test of tests) expect(existsSync(join(LIBRARY, test)), test).toBe(true);
});

it('what is left to the soak is there', () => {
  for (const file of LONG) expect(FILES).toContain(file);
});
