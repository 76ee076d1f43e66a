import { describe, expect, it } from 'vitest';
import { parseFilter } from './filter.ts';
import { parseLogLine } from './log-line.ts';

const LINES = [
  'E (12) wifi: lost',
  '\x1b[0;32mI (12) wifi: joined\x1b[0m',
  'D (13) wifi: scan',
  'W (14) ota: slow',
  'I (12:00:01.250) ota: 12 %',
  '[  1234][I][Update.cpp:55] begin(): size',
  'hello',
];
const shown = (filter: string) =>
  LINES.flatMap((line, i) => (parseFilter(filter)(line) ? [i] : []));

describe('log lines', () => {
  it('of ESP-IDF and of Arduino are taken apart', () => {
    expect(parseLogLine(LINES[1]!)).toEqual({ level: 'I', tag: 'wifi', message: 'joined' });
    expect(parseLogLine(LINES[4]!)).toEqual({ level: 'I', tag: 'ota', message: '12 %' });
    expect(parseLogLine(LINES[5]!)).toEqual({
      level: 'I',
      tag: 'Update.cpp',
      message: 'begin(): size',
    });
    expect(parseLogLine('hello')).toBeUndefined();
  });
});

describe('a filter', () => {
  it.each([
    ['', [0, 1, 2, 3, 4, 5, 6]],
    ['*:W', [0, 3, 6]],
    ['wifi:I', [0, 1]],
    ['wifi', [0, 1, 2]],
    ['wifi:* ota:E', [0, 1, 2]],
    ['*:E ota:I', [0, 3, 4, 6]],
    ['*:V wifi:N', [3, 4, 5, 6]],
    ['*:n,update.cpp:v', []],
    ['Update.cpp:i', [5]],
  ])('%j shows what idf_monitor would', (filter, expected) => {
    expect(shown(filter)).toEqual(expected);
  });

  it('that makes no sense is refused with its word', () => {
    expect(() => parseFilter('wifi:X')).toThrow(/"wifi:X" has no such level: N, E, W, I, D or V/);
    expect(() => parseFilter(':I')).toThrow(/":I" names no tag/);
  });
});
