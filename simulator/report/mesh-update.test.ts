import { describe, expect, it } from 'vitest';
import { formatSeconds } from './duration.ts';
import { formatBars, formatReport } from './mesh-update.ts';
import { formatTable } from './table.ts';

describe('reports', () => {
  it('line columns up, numbers to the right', () => {
    const rows = [
      { a: 'x', n: 5 },
      { a: 'longer', n: 1234 },
    ];
    const columns = [
      { title: 'name', cell: (r: { a: string }) => r.a },
      { title: 'n', cell: (r: { n: number }) => String(r.n), right: true },
    ];
    expect(formatTable(columns as never, rows)).toEqual([
      'name       n',
      'x          5',
      'longer  1234',
    ]);
  });

  it('say durations as people do', () => {
    expect([0.44, 59.94, 60, 185.4, 3725].map(formatSeconds)).toEqual([
      '0.4 s',
      '59.9 s',
      '1 min 00 s',
      '3 min 05 s',
      '1 h 02 min',
    ]);
  });

  it('draw a bar for each node that has something to show', () => {
    const bars = formatBars([
      { name: 'pir-1', role: 'pir', status: 'downloading', parts: 60, total: 120 },
      { name: 'led-1', role: 'led', status: '', parts: 0, total: 0 },
    ]);
    expect(bars).toEqual([`  pir-1 ${'█'.repeat(12)}${'░'.repeat(12)}    60/120  downloading`]);
  });

  it('end with speed-up, seed and trace', () => {
    const lines = formatReport(
      { ok: true, seed: '7', checks: [], nodes: [], virtualSeconds: 600, events: 1, trace: 'abc' },
      3,
    );
    expect(lines.slice(-3)).toEqual(['speed-up      200×', 'seed          7', 'trace         abc']);
  });
});
