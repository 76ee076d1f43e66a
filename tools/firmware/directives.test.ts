import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { macroWorld, scanIncludes } from './directives.ts';

const world = { ...macroWorld(new Map([['ESP32', '1']])), hasInclude: () => false };
const names = (text: string): string[] => scanIncludes(text, world).includes.map((i) => i.name);

describe('scanIncludes', () => {
  it.each([
    ['both forms', '#include <a.h>\n  #  include "b/c.h"\n', ['a.h', 'b/c.h']],
    ['not in comments', '// #include <a.h>\n/*\n#include <b.h>\n*/\n#include <c.h> // d', ['c.h']],
    ['not in a continued comment', '// x \\\n#include <a.h>\n#include <b.h>', ['b.h']],
    ['not in raw strings', 'auto s = R"x(\n#include <a.h>\n)" )x";\n#include <b.h>', ['b.h']],
    ['after a string with quotes', 'char c = \'"\'; char *s = "/*";\n#include <a.h>', ['a.h']],
    ['continued lines', '#incl\\\nude <a.h>', ['a.h']],
    [
      'no branch that is surely false',
      '#ifdef ESP8266\n#include <a.h>\n#else\n#include <b.h>\n#endif',
      ['b.h'],
    ],
    [
      'no branch after a true one',
      '#if 1\n#include <a.h>\n#elif X\n#include <b.h>\n#else\n#include <c.h>\n#endif',
      ['a.h'],
    ],
    [
      'both branches that may be',
      '#ifdef X\n#include <a.h>\n#else\n#include <b.h>\n#endif',
      ['a.h', 'b.h'],
    ],
    ['nested', '#if 0\n#if 1\n#include <a.h>\n#endif\n#endif\n#include <b.h>', ['b.h']],
    ['ifndef of a known macro', '#ifndef ESP32\n#include <a.h>\n#endif', []],
    ['unbalanced #endif', '#endif\n#else\n#include <a.h>', ['a.h']],
    ['Windows line ends', '#if 0\r\n#include <a.h>\r\n#endif\r\n#include <b.h>\r\n', ['b.h']],
  ])('%s', (_, text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  it('reports an include by macro', () => {
    expect(scanIncludes('#include CONFIG_H', world)).toEqual({ includes: [], computed: true });
  });

  it('scans any text without throwing', () => {
    const piece = fc.constantFrom(
      '#include <a.h>',
      '#if ',
      '#else',
      '#endif',
      '/*',
      '*/',
      'R"x(',
      ')x"',
      '"',
      "'",
      '\\',
      '\n',
      'x',
    );
    fc.assert(fc.property(fc.array(piece), (pieces) => names(pieces.join('')).length >= 0));
  });

  it('takes time in proportion to the text, also where strings and comments never end', () => {
    for (const piece of ['R"a(', '/*', '"', "'", '#include ', '\\\n']) names(piece.repeat(100_000));
  });
});
