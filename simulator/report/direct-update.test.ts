import { expect, it } from 'vitest';
import type { LogLine } from '../scenario/direct-update/logbook.ts';
import { formatFleetReport, formatSideBySide } from './direct-update.ts';

const plain = { dim: (text: string) => text };
const line = (time: number, side: LogLine['side'], text: string): LogLine => ({
  time: time * 1e6,
  side,
  device: 'scales-01',
  text,
});

it('server on the left, device on the right, in the order of time', () => {
  const lines = [
    line(1, 'device', 'I (1000) ota: asks'),
    line(1.5, 'server', 'POST /check 1.0.0 → 200 nothing newer'),
    line(90, 'device', 'no ESP-IDF line'),
  ];
  expect(formatSideBySide(lines, { width: 60, lines: 10, ...plain })).toEqual([
    ' 00:00:01.0                         │ ota: asks',
    ' 00:00:01.5  POST /check 1.0.0 → 2… │',
    ' 00:01:30.0                         │ no ESP-IDF line',
  ]);
});

it('of a long log beginning and end', () => {
  const lines = Array.from({ length: 20 }, (_, i) => line(i, 'device', `line ${i}`));
  const shown = formatSideBySide(lines, { width: 60, lines: 5, ...plain });
  expect(shown).toHaveLength(5);
  expect(shown.map((text) => /line \d+|… \d+ lines more …/.exec(text)?.[0])).toEqual([
    'line 0',
    'line 1',
    'line 2',
    '… 16 lines more …',
    'line 19',
  ]);
});

it('the report names seed and trace', () => {
  const report = {
    ok: true,
    seed: '7',
    checks: [],
    devices: [
      {
        name: 'scales-01',
        id: 1001,
        path: ['1.0.0', '2.0.0'],
        runs: '2.0.0',
        restarts: 3,
        rolledBack: 1,
        downloads: 4,
        resumed: 2,
      },
    ],
    virtualSeconds: 7200,
    events: 10,
    trace: 'ab'.repeat(32),
  };
  const text = formatFleetReport(report, 2).join('\n');
  expect(text).toMatch(/scales-01 {2}1001 {2}1\.0\.0 → 2\.0\.0 {2}2\.0\.0 +3 +1 +4 +2/);
  expect(text).toContain('seed          7');
  expect(text).toContain(`trace         ${'ab'.repeat(32)}`);
  expect(text).toContain('speed-up      3600×');
});
