import { expect, test } from 'vitest';
import { serialText } from './serial-log.ts';

test('lines have their time, and no control character reaches a terminal', () => {
  const text = serialText([
    { time: 1_500_000, text: 'boot' },
    { time: 61_000_001, text: '\x1b[2J\x9b1m\tgrün' },
  ]);
  expect(text).toBe('      1.500000  boot\n     61.000001  \\x1b[2J\\x9b1m\tgrün\n');
});
