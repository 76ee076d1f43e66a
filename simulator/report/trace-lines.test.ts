import { expect, test } from 'vitest';
import { parseTraceLine, traceLine } from './trace-lines.ts';

test('records come back as they went, text and bytes', () => {
  const records = [
    { time: 12, board: 'pir-1', kind: 'uart', data: Uint8Array.of(0, 10, 255) },
    { time: 13, board: 'pir-1', kind: 'frame', data: new Uint8Array(0), link: 2 },
    { time: 14, board: 'world', kind: 'step', data: 'says "\n\u2028' },
  ];
  for (const record of records) {
    const line = traceLine(record);
    expect(line).not.toContain('\n');
    expect(parseTraceLine(line)).toEqual(record);
  }
});

test.each([
  ['{"time":1', 'it is no JSON'],
  ['null', 'time must be'],
  ['{"time":"1","board":"a","kind":"b","text":""}', 'time must be'],
  ['{"time":1,"board":"a","text":""}', 'board and kind'],
  ['{"time":1,"board":"a","kind":"b","link":0.5,"text":""}', 'link must be'],
  ['{"time":1,"board":"a","kind":"b"}', 'it has neither text nor base64'],
  ['{"time":1,"board":"a","kind":"b","base64":"AA"}', 'base64 is damaged'],
])('%s is refused', (line, reason) => {
  expect(() => parseTraceLine(line, 7)).toThrow(`line 7 of the trace: ${reason}`);
});
