import { describe, expect, it } from 'vitest';
import { KconfigParser } from './kconfig-parse.ts';
import { evaluateConfig } from './kconfig-values.ts';

const files = new Map<string, string>();

/** The answers to `text`, as "y", "n" or the value; those without a value are left out. */
function answers(text: string, given: Record<string, string> = {}): Record<string, string> {
  const parser = new KconfigParser({
    read: (path) => files.get(path),
    resolve: (path, from, relative) =>
      relative ? `${from.slice(0, from.lastIndexOf('/'))}/${path}` : path,
  });
  parser.parse(text, 'top/Kconfig');
  const values = evaluateConfig(parser.symbols, new Map(Object.entries(given)));
  return Object.fromEntries([...values].map(([name, { value }]) => [name, value]));
}

const option = (name: string, ...lines: string[]) =>
  [`config ${name}`, ...lines.map((line) => `    ${line}`), ''].join('\n');

describe('values', () => {
  it('the first default whose condition holds; nothing given where there is no prompt', () => {
    const text =
      option('FAST', 'bool "fast"') +
      option('HZ', 'int "Hz"', 'default 1000 if FAST', 'default 100') +
      option('HIDDEN', 'int', 'default 7');
    expect(answers(text)).toEqual({ FAST: 'n', HZ: '100', HIDDEN: '7' });
    expect(answers(text, { FAST: 'y', HIDDEN: '9' })).toEqual({
      FAST: 'y',
      HZ: '1000',
      HIDDEN: '7',
    });
    expect(answers(text, { FAST: 'y', HZ: '50' }).HZ).toBe('50');
  });

  it('depends on, menus and if-blocks switch off what is in them', () => {
    const text = `menu "m"
    depends on A
${option('INNER', 'int "i"', 'default 1')}endmenu
if A && !B
${option('BLOCK', 'bool "b"', 'default y')}endif
${option('A', 'bool "a"')}${option('B', 'bool "b"', 'depends on A')}`;
    expect(answers(text, { INNER: '5', B: 'y' })).toEqual({ BLOCK: 'n', A: 'n', B: 'n' });
    expect(answers(text, { A: 'y', INNER: '5' })).toEqual({
      A: 'y',
      B: 'n',
      INNER: '5',
      BLOCK: 'y',
    });
    expect(answers(text, { A: 'y', B: 'y' }).BLOCK).toBe('n');
  });

  it('select wins over everything, imply over the default', () => {
    const text =
      option('S', 'bool "s"', 'select T', 'imply U if V') +
      option('T', 'bool "t"', 'depends on NEVER') +
      option('U', 'bool "u"') +
      option('V', 'def_bool y');
    expect(answers(text)).toMatchObject({ T: 'n', U: 'n' });
    expect(answers(text, { S: 'y' })).toMatchObject({ T: 'y', U: 'y' });
    expect(answers(text, { S: 'y', U: 'n' }).U).toBe('n');
  });

  it('of a choice exactly one is on', () => {
    const text = `choice LEVEL
    prompt "level"
    default WARN
${option('INFO', 'bool "info"')}${option('WARN', 'bool "warn"')}${option('OTHER', 'bool "other"', 'depends on NEVER')}endchoice`;
    expect(answers(text)).toEqual({ INFO: 'n', WARN: 'y', OTHER: 'n' });
    expect(answers(text, { INFO: 'y' })).toEqual({ INFO: 'y', WARN: 'n', OTHER: 'n' });
    expect(answers(text, { OTHER: 'y' })).toMatchObject({ WARN: 'y' });
  });

  it('compares numbers and texts', () => {
    const text =
      option('N', 'int "n"', 'default 5') +
      option('BIG', 'def_bool N >= 5') +
      option('NAMED', 'string "n"', 'default "a b"') +
      option('IS', 'def_bool y if NAMED = "a b" && (N != 4 || N < 3)');
    expect(answers(text)).toMatchObject({ BIG: 'y', IS: 'y' });
    expect(answers(text, { N: '4' })).toMatchObject({ BIG: 'n', IS: 'n' });
  });

  it('reads other files, relative ones too, and passes over optional ones', () => {
    files.set('top/sub/Kconfig', option('SUB', 'bool "s"', 'default y'));
    expect(answers('rsource "sub/Kconfig"\norsource "none"\n')).toEqual({ SUB: 'y' });
    expect(() => answers('source "none"\n')).toThrow(/top\/Kconfig:1: there is no none/);
    files.set('loop', 'source "loop"\n');
    expect(() => answers('source "loop"\n')).toThrow(/sources itself/);
  });

  it('takes comments, continued lines and help texts of any shape', () => {
    const text = `# config NOT
config A  # a comment
    string "a # b" if \\
        y
    default "x # y"
    help

      First line.
        config NEITHER

      Last.
config B
    bool
    default y
`;
    expect(answers(text)).toEqual({ A: 'x # y', B: 'y' });
  });

  it('a circle is said, not followed', () => {
    expect(() =>
      answers(option('A', 'bool "a"', 'depends on B') + option('B', 'bool "b"', 'depends on A')),
    ).toThrow(/depends on itself/);
  });
});
