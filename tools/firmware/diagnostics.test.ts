import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseClang, parseLinker } from './diagnostics.ts';

describe('parseClang', () => {
  it('reads errors, fatal errors and warnings, and leaves notes out', () => {
    const found = parseClang(
      [
        'In file included from sketch/a.cpp:1:',
        "sketch/a.h:3:7: error: unknown type name 'Foo'",
        "sketch/a.h:2:1: note: 'Fob' declared here",
        "sketch/a.cpp:9:10: fatal error: 'x.h' file not found",
        'sketch/a.cpp:4:2: warning: unused thing [-Wunused-thing]',
        '2 errors generated.',
      ].join('\n'),
    );
    expect(found).toEqual([
      {
        file: 'sketch/a.h',
        line: 3,
        column: 7,
        severity: 'error',
        message: "unknown type name 'Foo'",
      },
      {
        file: 'sketch/a.cpp',
        line: 9,
        column: 10,
        severity: 'error',
        message: "'x.h' file not found",
      },
      { file: 'sketch/a.cpp', line: 4, column: 2, severity: 'warning', message: 'unused thing' },
    ]);
  });

  it('keeps one of two messages about the same line, whatever the column', () => {
    const lines =
      "a.ino:5:1: error: unknown type name 'X'\na.ino:5:8: error: unknown type name 'X'";
    expect(parseClang(lines)).toHaveLength(1);
  });

  it('takes messages without a place', () => {
    expect(parseClang("clang++: error: no such file or directory: 'x'")).toMatchObject([
      { file: '', line: 0 },
    ]);
    expect(parseClang('error: too much')).toMatchObject([{ file: '', message: 'too much' }]);
  });

  it('survives any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) =>
        Array.isArray([...parseClang(text), ...parseLinker(text)]),
      ),
    );
  });
});

describe('parseLinker', () => {
  it.each([
    [
      'wasm-ld: error: sketch/x.ino.cpp.o: undefined symbol: foo(int)',
      'sketch/x.ino.cpp',
      'undefined symbol: foo(int)',
    ],
    [
      'wasm-ld: error: libraries/L.a(libraries/L/src/y.cpp.o): undefined symbol: bar',
      'libraries/L/src/y.cpp',
      'undefined symbol: bar',
    ],
    [
      'wasm-ld: error: symbol exported via --export not found: hal_start',
      '',
      'symbol exported via --export not found: hal_start',
    ],
    [
      'wasm-ld: error: duplicate symbol: f()\n>>> defined in sketch/a.cpp.o\n>>> defined in sketch/b.cpp.o',
      'sketch/a.cpp',
      'duplicate symbol: f(); defined in sketch/a.cpp; defined in sketch/b.cpp',
    ],
    [
      'wasm-ld: warning: function signature mismatch: f\n>>> defined as () -> void in sketch/a.cpp.o\n>>> defined as () -> i32 in hal/b.c.o',
      'sketch/a.cpp',
      'function signature mismatch: f; defined as () -> void in sketch/a.cpp; defined as () -> i32 in hal/b.c',
    ],
  ])('%s', (text, file, message) => {
    expect(parseLinker(text)).toMatchObject([{ file, message }]);
  });
});
