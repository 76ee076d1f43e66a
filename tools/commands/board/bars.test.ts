import { describe, expect, test } from 'vitest';
import { Bars } from './bars.ts';

function bars(isTTY: boolean) {
  let text = '';
  let now = 0;
  const output = { isTTY, columns: 90, write: (more: string) => (text += more) };
  return {
    bars: new Bars(output, ['a', 'long'], () => now),
    pass: (ms: number) => {
      now += ms;
    },
    take: () => {
      const taken = text;
      text = '';
      return taken;
    },
  };
}

describe('progress of boards', () => {
  test('elsewhere than on a terminal a line a step', () => {
    const { bars: shown, take } = bars(false);
    shown.update('a', 'writing app.bin', 0, 100);
    shown.update('a', 'writing app.bin', 50, 100);
    shown.finish('a', 'done');
    expect(take()).toBe('a     writing app.bin\na     done\n');
  });

  test('on a terminal a line a board, with rate and time left, drawn in place', () => {
    const { bars: shown, pass, take } = bars(true);
    shown.update('a', 'writing', 0, 409_600);
    expect(take()).toContain('long  connecting');
    pass(1000);
    shown.update('a', 'writing', 102_400, 409_600);
    const drawn = take();
    expect(drawn).toContain('\x1b[2A');
    expect(drawn).toContain('██████░░░░░░░░░░░░░░░░░░  25 %  100 KB/s  3 s left  writing');
    shown.update('a', 'writing', 102_401, 409_600);
    expect(take(), 'not more often than eyes can follow').toBe('');
    shown.finish('a', 'done');
    expect(take()).toContain('a     done');
  });
});
