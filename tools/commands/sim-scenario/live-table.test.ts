import { describe, expect, it } from 'vitest';
import { linkTree } from '../../../simulator/report/page/tree.ts';
import { colorsFor } from '../support/page.ts';
import { type LiveRow, liveTable, treeNames } from './live-table.ts';

const plain = colorsFor({});
const row = (tree: string, more: Partial<LiveRow> = {}): LiveRow => ({
  tree,
  state: 'running',
  version: '1.0.0',
  otadata: 'VALID',
  parts: 0,
  total: 0,
  ...more,
});
const link = (station: string, accessPoint: string) => ({ station, accessPoint, last: true });

describe('the tree of a live view', () => {
  it('joins boards by lines, and leaves those at the left that hang on nothing', () => {
    const links = [
      ['gateway', 'router'],
      ['a', 'gateway'],
      ['c', 'a'],
      ['b', 'gateway'],
      ['d', 'b'],
    ].map(([station, accessPoint]) => link(station!, accessPoint!));
    const names = ['router', 'gateway', 'a', 'b', 'c', 'd', 'lost'];
    expect(treeNames(linkTree(names, links))).toEqual([
      'gateway',
      '├─a',
      '│ └─c',
      '└─b',
      '  └─d',
      'lost',
    ]);
  });
});

describe('the table of a live view', () => {
  const long = row(`│ │ │ └─${'x'.repeat(31)}`, {
    version: '1.0.0-rc.1+build.123456',
    otadata: 'PENDING_VERIFY',
    parts: 1000,
    total: 1000,
  });

  it.each([60, 80, 120, 200])('stays within %d columns', (columns) => {
    for (const line of liveTable([long], { columns, lines: 20 }, plain)) {
      expect(line.length).toBeLessThanOrEqual(columns);
    }
  });

  it('shows how far a transfer is, in a bar where there is room', () => {
    const half = row('pir', { parts: 50, total: 100 });
    const [, narrow] = liveTable([half], { columns: 58, lines: 20 }, plain);
    expect(narrow).toMatch(/VALID +50\/100$/);
    const [, wide] = liveTable([half], { columns: 120, lines: 20 }, plain);
    expect(wide).toMatch(/50\/100 {2}█{12}░{12}$/);
  });

  it('stays within the lines that there are, with the boards that something goes on with', () => {
    const rows = Array.from({ length: 100 }, (_, i) => row(`pir-${i}`));
    rows[77] = row('pir-77', { state: 'off' });
    rows[88] = row('pir-88', { parts: 3, total: 9 });
    const lines = liveTable(rows, { columns: 80, lines: 10 }, plain);
    expect(lines).toHaveLength(10);
    expect(lines.join('\n')).toContain('pir-77');
    expect(lines.join('\n')).toContain('pir-88');
    expect(lines.at(-1)).toBe('… and 92 more: 92 running');
  });
});
