import { describe, expect, it } from 'vitest';
import { shellWords } from './shell-words.ts';

describe('shellWords', () => {
  it.each<[string, string[]]>([
    ['a  b\tc', ['a', 'b', 'c']],
    ['a \\\n  b', ['a', 'b']],
    [`-d '{"a": 1,\n "b": "$X"}'`, ['-d', '{"a": 1,\n "b": "$X"}']],
    ['-H "A: Bearer $TOKEN"', ['-H', 'A: Bearer secret']],
    ['"a \\"b\\" \\n" \\ x', ['a "b" \\n', ' x']],
    [`a'b'"c"d`, ['abcd']],
    [`'' ""`, ['', '']],
    ['x?a=1#b # comment', ['x?a=1#b']],
  ])('reads %j', (line, words) => {
    expect(shellWords(line, { TOKEN: 'secret' })).toEqual(words);
  });

  it.each(["'open", '"open', 'a | b', 'a > b', 'a; b', '$(x)', '`x`', 'a & b'])(
    'does not guess at %j',
    (line) => {
      expect(() => shellWords(line)).toThrow();
    },
  );

  it('does not take what is not set for nothing', () => {
    expect(() => shellWords('"$NOPE"')).toThrow('$NOPE is not set');
  });
});
