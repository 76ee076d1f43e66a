import { describe, expect, it } from 'vitest';
import { harmless, stripAnsi } from './ansi.ts';
import { hexLines } from './hex.ts';
import { LineSplitter } from './lines.ts';

function splitter() {
  const lines: string[] = [];
  let clock = 0;
  const times: number[] = [];
  const one = new LineSplitter(
    ({ text, time }) => {
      lines.push(text);
      times.push(time);
    },
    () => clock,
  );
  const push = (text: string | Uint8Array, at = clock) => {
    clock = at;
    one.push(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  };
  return { one, lines, times, push };
}

describe('lines of a console', () => {
  it('end with LF, whatever stands before it and however the bytes come', () => {
    const { lines, push, one } = splitter();
    for (const byte of new TextEncoder().encode('one\r\n\r\ntwo\nthr')) push(Uint8Array.of(byte));
    expect(lines).toEqual(['one', '', 'two']);
    expect(one.partial.text).toBe('thr');
    one.end();
    expect(lines.at(-1)).toBe('thr');
  });

  it('carry the time of their first byte', () => {
    const { times, push } = splitter();
    push('be', 10);
    push('gan\nnext\n', 20);
    expect(times).toEqual([10, 20]);
  });

  it('keep a character whose bytes come apart, and show broken ones', () => {
    const { lines, push } = splitter();
    const [a, b] = new TextEncoder().encode('é');
    push(Uint8Array.of(a!));
    push(Uint8Array.of(b!, 0xff, 0x0a));
    expect(lines).toEqual(['é\ufffd']);
  });

  it('that never end come in pieces, and lose nothing', () => {
    const { lines, push, one } = splitter();
    push('x'.repeat(10_000));
    one.end();
    expect(lines.map((line) => line.length)).toEqual([4096, 4096, 1808]);
  });
});

describe('text of a board on a terminal', () => {
  it('keeps colours where they are wanted, and closes them', () => {
    const red = '\x1b[0;31mE (1) a: b';
    expect(harmless(red, true)).toBe(`${red}\x1b[0m`);
    expect(harmless(`${red}\x1b[0m`, true)).toBe(`${red}\x1b[0m`);
    expect(harmless(red, false)).toBe('E (1) a: b');
    expect(stripAnsi(red)).toBe('E (1) a: b');
  });

  it('moves no cursor, sets no title, and shows control characters', () => {
    expect(harmless('a\x1b[2Jb\x1b]0;title\x07c\x07\x1b', false)).toBe('abc\\x07\\x1b');
    expect(harmless('a\u202eb\tc', true)).toBe('a\\x202eb\tc');
  });
});

describe('hexadecimal', () => {
  it('shows sixteen bytes a line with their text', () => {
    const bytes = Uint8Array.from({ length: 18 }, (_, i) => i + 0x3f);
    expect(hexLines(bytes, 0x100)).toEqual([
      '00000100  3f 40 41 42 43 44 45 46  47 48 49 4a 4b 4c 4d 4e  ?@ABCDEFGHIJKLMN',
      `00000110  4f 50${' '.repeat(18)}  ${' '.repeat(23)}  OP`,
    ]);
  });
});
