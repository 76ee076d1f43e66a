import { describe, expect, it } from 'vitest';
import { uploadBar } from './progress.ts';

function terminal(isTTY: boolean) {
  const written: string[] = [];
  return { written, isTTY, write: (text: string) => written.push(text) };
}

describe('uploadBar', () => {
  it('draws how far it is on a terminal, and clears its line', () => {
    const output = terminal(true);
    const bar = uploadBar('a\u001b[2J.bin', output);
    bar.show(512 * 1024, 2 * 1024 * 1024);
    bar.show(2 * 1024 * 1024, 2 * 1024 * 1024);
    bar.end();
    expect(output.written[0]).toContain('██████░░░░░░░░░░░░░░░░░░  25 %  512 KB of 2.0 MB');
    expect(output.written[0]).not.toContain('\u001b[2J');
    expect(output.written[1]).toContain('100 %  2.0 MB of 2.0 MB');
    expect(output.written.at(-1)).toBe('\r\u001b[K');
  });

  it('does not draw more often than one can see', () => {
    const output = terminal(true);
    const bar = uploadBar('a', output);
    for (let sent = 1; sent <= 1000; sent++) bar.show(sent, 1001);
    expect(output.written.length).toBeLessThan(20);
  });

  it('is silent elsewhere', () => {
    const output = terminal(false);
    const bar = uploadBar('a', output);
    bar.show(1, 2);
    bar.end();
    expect(output.written).toEqual([]);
  });
});
