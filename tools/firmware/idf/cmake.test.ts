import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { workspace } from '../testing/workspace.ts';
import { parseCMake } from './cmake-lexer.ts';
import { CMakeScript } from './cmake-run.ts';

const space = workspace();
afterAll(() => space.remove());

/** What `say(…)` said in a script. */
function said(text: string, variables: Record<string, string> = {}): string[][] {
  const path = join(space.dir, 'CMakeLists.txt');
  writeFileSync(path, text);
  const out: string[][] = [];
  const script = new CMakeScript(new Map(Object.entries(variables)), {
    say: ({ args }) => void out.push(args),
  });
  script.run(path);
  return out;
}

describe('the language', () => {
  it('splits lists, keeps quotes and brackets whole, and replaces variables inside out', () => {
    const text = `set(L a b) set(L_name L)
SAY(\${L} "\${L}" [[\${L}]] #[[ not
this ]] \${\${L_name}} x="1 2" \\\${L} "a\\nb") # nor this`;
    const literal = `\${L}`;
    expect(said(text)).toEqual([['a', 'b', 'a;b', literal, 'a', 'b', 'x="1 2"', literal, 'a\nb']]);
  });

  it.each([
    ['A', true],
    ['NOT A', false],
    ['B', false],
    ['EMPTY OR A', true],
    ['A AND (B OR NOT B)', true],
    ['DEFINED B', false],
    ['N EQUAL 5', true],
    ['N GREATER 4 AND N LESS 6', true],
    ['V VERSION_GREATER_EQUAL "5.2"', true],
    ['V VERSION_LESS 5.10.0', true],
    ['NAME STREQUAL "x y"', true],
    ['"NAME" STREQUAL "x y"', false],
    ['NAME MATCHES "^x"', true],
    ['b IN_LIST LIST', true],
    ['EXISTS "/nowhere/at/all"', false],
    ['"A"', false],
  ])('if(%s) is %s', (condition, expected) => {
    const variables = { A: 'ON', EMPTY: '', N: '5', V: '5.5.0', NAME: 'x y', LIST: 'a;b' };
    expect(said(`if(${condition})\nsay(1)\nelse()\nsay(0)\nendif()`, variables)).toEqual([
      [expected ? '1' : '0'],
    ]);
  });

  it('takes one branch, nested ones too, and loops over items and lists', () => {
    const text = `
foreach(x IN LISTS L ITEMS z)
  if(x STREQUAL a)
    if(OFF) say(never) elseif(1) say(first \${x}) else() say(never) endif()
  elseif(x STREQUAL b)
    say(second)
  else()
    say(last \${x})
  endif()
endforeach()`;
    expect(said(text, { L: 'a;b' })).toEqual([['first', 'a'], ['second'], ['last', 'z']]);
  });

  it('list, string and file(GLOB) as project files use them', () => {
    mkdirSync(join(space.dir, 'src/deep'), { recursive: true });
    for (const name of ['b.c', 'a.c', 'x.h', 'deep/c.c'])
      writeFileSync(join(space.dir, 'src', name), '');
    const text = `
set(L c a)
list(APPEND L b a) list(REMOVE_ITEM L c) list(REMOVE_DUPLICATES L) list(SORT L) list(LENGTH L n)
string(TOUPPER "\${L}" up) string(REPLACE "a" "o" word "banana")
file(GLOB flat RELATIVE \${CMAKE_CURRENT_LIST_DIR} "src/*.c")
file(GLOB_RECURSE deep RELATIVE \${CMAKE_CURRENT_LIST_DIR} src/*.c)
say("\${L}" \${n} "\${up}" \${word} "\${flat}" "\${deep}")`;
    expect(said(text)).toEqual([
      ['a;b', '2', 'A;B', 'bonono', 'src/a.c;src/b.c', 'src/a.c;src/b.c;src/deep/c.c'],
    ]);
  });

  it('includes files beside it, ends at return(), and stops at a fatal message', () => {
    writeFileSync(join(space.dir, 'more.cmake'), 'say(more)\nreturn()\nsay(never)');
    expect(said('include(more.cmake)\nsay(after)')).toEqual([['more'], ['after']]);
    expect(() => said('say(1)\nmessage(FATAL_ERROR "no " good)')).toThrow(
      /CMakeLists\.txt:2: no good/,
    );
  });

  it('never runs on', () => {
    expect(() => said('include(CMakeLists.txt)')).toThrow(/includes itself/);
    expect(() => said(`set(A "\${A}x")\nset(B "\${\${B}}")\nsay(\${B})`)).not.toThrow();
  });

  it.each([
    ['"open', /this is no CMake/],
    ['set(a', /never closed/],
    ['word', /followed by no parenthesis/],
    ['(a)', /a command was expected/],
    ['if(a)', /no endif/],
    ['foreach(a b)', /no endforeach/],
    ['list(JOIN a b c)', /list\(JOIN …\) is not understood/],
    ['if(a EQUAL)\nendif()', /ends where a value is expected/],
    ['if(a b)\nendif()', /cannot be followed from b on/],
  ])('%j is refused', (text, message) => {
    expect(() => said(text)).toThrow(message);
  });

  it('names the line of each command', () => {
    const lines = parseCMake('a()\n\n# x\nb(1\n2)\nc()', 'f').map(({ name, line }) => [name, line]);
    expect(lines).toEqual([
      ['a', 1],
      ['b', 4],
      ['c', 6],
    ]);
  });
});
