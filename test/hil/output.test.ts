import { describe, expect, it } from 'vitest';
import { BoardOutput } from './output.ts';

function output() {
  let now = 0;
  const one = new BoardOutput('door (sim://door)', () => (now += 5));
  const say = (text: string | Uint8Array) =>
    one.push(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  return { one, say };
}

describe('what a board says', () => {
  it('counts when it came before it was asked for, and once only', async () => {
    const { one, say } = output();
    say('boot\nready 1\nready 2\n');
    const first = await one.any([/ready (?<n>\d)/]);
    expect(first).toMatchObject({
      text: 'ready 1',
      captures: ['ready 1', '1'],
      groups: { n: '1' },
    });
    expect(first.before).toBe('boot\n');
    expect((await one.any([/ready (\d)/])).captures[1]).toBe('2');
    await expect(one.any([/ready/], { timeout: 10 })).rejects.toThrow(
      'door (sim://door): /ready/ did not come within 0.01 s; it said nothing more',
    );
  });

  it('is matched line by line, a half line only once it seems whole', async () => {
    const { one, say } = output();
    say('version 1');
    const found = one.any([/version (\d+)/], { timeout: 60_000 });
    say('2\nnext\n');
    expect((await found).captures[1]).toBe('12');
    expect((await one.any([/^next$/])).text).toBe('next');
    say('name? ');
    expect((await one.any(['name? '])).text).toBe('name? ');
  });

  it('may be one of several, or all of them in whatever order', async () => {
    const { one, say } = output();
    say('c\nb\na\n');
    expect((await one.any([/a/, /b/])).text).toBe('b');
    const { one: two, say: tell } = output();
    tell('c\nb\na\nd\n');
    expect((await two.all([/a/, /c/])).map((match) => match.text)).toEqual(['a', 'c']);
    expect((await two.any([/./])).text).toBe('d');
    await expect(two.all([/x/, /d/], { timeout: 10 })).rejects.toThrow(/\/x\/, \/d\/ did not/);
  });

  it('that must not come fails at once, but only where it comes first', async () => {
    const { one, say } = output();
    say('starting\nrolled back\nready\n');
    await expect(one.any([/ready/], { not: [/rolled/], timeout: 1e9 })).rejects.toThrow(
      /door .* said what it must not, \/rolled\/m: rolled back/,
    );
    const { one: two, say: tell } = output();
    tell('ready\nrolled back\n');
    expect((await two.any([/ready/], { not: 'rolled' })).text).toBe('ready');
  });

  it('has no colours and no CR, also where they come in pieces', async () => {
    const { one, say } = output();
    for (const byte of new TextEncoder().encode('\x1b[0;32mI (1) a: ü\x1b[0m\r\nx\r\n')) {
      say(Uint8Array.of(byte));
    }
    expect(one.text).toBe('I (1) a: ü\nx\n');
  });

  it('is told when the wait was in vain, its last lines only', async () => {
    const { one, say } = output();
    say(Array.from({ length: 40 }, (_, i) => `line ${i}\n`).join(''));
    const error = await one.any([/never/], { timeout: 10 }).catch((e: Error) => e);
    expect((error as Error).message).toMatch(/within 0.01 s; it said last:\n {2}line 28\n/);
  });

  it('ends every wait when the board is in trouble, and goes on when that is forgiven', async () => {
    const { one, say } = output();
    const waiting = one.any([/x/], { timeout: 1e9 });
    one.fail(new Error('crashed'));
    await expect(waiting).rejects.toThrow('crashed');
    one.forgive();
    say('x\n');
    expect((await one.any([/x/])).text).toBe('x');
  });

  it('does not grow for ever', async () => {
    const { one, say } = output();
    for (let i = 0; i < 100; i++) say(`${'y'.repeat(65_535)}\n`);
    expect(one.text.length).toBeLessThanOrEqual(4 * 1024 * 1024);
    say('end\n');
    expect((await one.any([/^end$/])).text).toBe('end');
  });
});
