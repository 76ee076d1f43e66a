import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generatePrototypes } from './prototypes.ts';

const texts = async (source: string): Promise<string[]> =>
  (await generatePrototypes(source)).map((p) => p.text);

describe('generatePrototypes', () => {
  it.each([
    ['a plain function', 'void f(int a) {}', ['void f(int a);']],
    [
      'pointers and references',
      'const char *f(char **a, int &b) {}',
      ['const char *f(char **a, int &b);'],
    ],
    [
      'several lines and comments',
      'int // first\nf(int a, /* the b */\n  int b)\n{ }',
      ['int f(int a, int b);'],
    ],
    [
      'a default argument, which the definition then loses',
      'void f(int a = g(1, 2)) {}',
      ['void f(int a = g(1, 2));'],
    ],
    ['static and inline', 'static inline bool f() { return 1; }', ['static inline bool f();']],
    [
      'a template',
      'template <typename T> T f(T x) { return x; }',
      ['template <typename T> T f(T x);'],
    ],
    [
      'a template with a constraint',
      'template <class T> requires true\nvoid f(T x) {}',
      ['template <class T> requires true void f(T x);'],
    ],
    ['placement macros, left out', 'void IRAM_ATTR isr() {}', ['void isr();']],
    ['a placement macro in front', 'IRAM_ATTR void isr() {}', ['void isr();']],
    ['attributes', '[[noreturn]] void f() {}', ['[[noreturn]] void f();']],
    [
      'GNU attributes',
      '__attribute__((noinline)) int f() { return 1; }',
      ['__attribute__((noinline)) int f();'],
    ],
    [
      'extern "C"',
      'extern "C" bool verifyRollbackLater() { return true; }',
      ['extern "C" bool verifyRollbackLater();'],
    ],
    ['an extern "C" block', 'extern "C" { int f() { return 1; } }', ['extern "C" int f();']],
    ['function pointers as parameters', 'void f(void (*cb)(int)) {}', ['void f(void (*cb)(int));']],
    [
      'a function that returns a function pointer',
      'void (*f(int a))(int) { return 0; }',
      ['void (*f(int a))(int);'],
    ],
    ['an array parameter', 'void f(int a[4]) {}', ['void f(int a[4]);']],
    ['a trailing return type', 'auto f(int a) -> int { return a; }', ['auto f(int a) -> int;']],
    ['noexcept', 'void f() noexcept {}', ['void f() noexcept;']],
    [
      'qualified types',
      'std::vector<int> f(const std::string &s) {}',
      ['std::vector<int> f(const std::string &s);'],
    ],
    ['overloads', 'void f(int a) {}\nvoid f(char a) {}', ['void f(int a);', 'void f(char a);']],
    [
      'a function-like text in a string',
      'const char *s = "void g() {}";\nvoid f() {}',
      ['void f();'],
    ],
    ['a raw string', 'const char *s = R"x(\nvoid g() {}\n)x";\nvoid f() {}', ['void f();']],
    ['commented-out functions', '// void g() {}\n/* void h() {} */\nvoid f() {}', ['void f();']],
    ['methods: none', 'struct S { void g() {} void h(); };\nvoid S::h() {}', []],
    ['namespaces: none', 'namespace n { void g() {} }', []],
    ['lambdas: none', 'auto f = [](int a) { return a; };', []],
    ['constexpr: none', 'constexpr int f() { return 1; }', []],
    ['already declared: none', 'void f(int);\nvoid f(int a) {}', []],
    ['already declared with a default argument: none', 'void f(int a = 3);\nvoid f(int b) {}', []],
    ['declared (void): none', 'void f(void);\nvoid f() {}', []],
    ['declared static, defined without: none', 'static void f();\nvoid f() {}', []],
    ['another overload declared', 'void f(char);\nvoid f(int a) {}', ['void f(int a);']],
    ['macro calls that look like functions: none', 'ISR(TIMER1) { }', []],
    ['under #ifdef', '#ifdef DEBUG\nvoid f() {}\n#endif', ['#ifdef DEBUG\nvoid f();\n#endif']],
    [
      'under #elif and #else',
      '#if A > 1\nvoid f() {}\n#elif defined(B)\nvoid g() {}\n#else\nvoid h() {}\n#endif',
      [
        '#if A > 1\nvoid f();\n#endif',
        '#if A > 1\n#elif defined(B)\nvoid g();\n#endif',
        '#if A > 1\n#elif defined(B)\n#else\nvoid h();\n#endif',
      ],
    ],
    [
      'nested conditions',
      '#ifdef A\n#ifndef B\nvoid f() {}\n#endif\n#endif',
      ['#ifdef A\n#ifndef B\nvoid f();\n#endif\n#endif'],
    ],
    [
      'defined twice under conditions',
      '#ifdef A\nvoid f() {}\n#else\nvoid f() {}\n#endif',
      ['#ifdef A\nvoid f();\n#endif', '#ifdef A\n#else\nvoid f();\n#endif'],
    ],
  ])('%s', async (_, source, expected) => {
    expect(await texts(source)).toEqual(expected);
  });

  it.each([
    [
      'after the includes, before the first function',
      '#include <a.h>\nint x;\n|void g() { f(); }\nvoid f() {}',
    ],
    [
      'before a declaration that mentions the function',
      'int x;\n|Task t(1, &f);\nvoid g() {}\nvoid f() {}',
    ],
    ['before a class whose method calls it', '|struct S { void m() { f(); } };\nvoid f() {}'],
    [
      'before the #if that holds the first function',
      '|#ifdef A\nvoid g() { f(); }\n#endif\nvoid f() {}',
    ],
    ['after a macro that only mentions it', '#define CALL f()\n|void g() {}\nvoid f() {}'],
  ])('puts them %s', async (_, marked) => {
    const at = marked.indexOf('|');
    const placed = await generatePrototypes(marked.replace('|', ''));
    expect(placed.length).toBeGreaterThan(0);
    expect(new Set(placed.map((p) => p.at))).toEqual(new Set([at]));
  });

  it.each([
    ['struct', 'void a() {}\nstruct S { int x; };|\nvoid f(S &s) {}'],
    ['enum', 'void a() {}\nenum E { A, B };|\nE f() { return A; }'],
    ['typedef', 'void a() {}\ntypedef struct { int x; } T;|\nvoid f(T *t) {}'],
    ['using', 'void a() {}\nusing U = int;|\nU f() { return 1; }'],
    ['macro', 'void a() {}\n#define SIZE 4\n|void f(int a[SIZE]) {}'],
    ['constant', 'void a() {}\nconst int SIZE = 4;|\nvoid f(int a[SIZE]) {}'],
    ['type of a later part', 'void a() {}\nstruct S;|\nvoid b() {}\nvoid f(S *s) {}'],
  ])('puts one that needs a %s behind that', async (_, marked) => {
    const at = marked.indexOf('|');
    const placed = await generatePrototypes(marked.replace('|', ''));
    expect(placed.find((p) => p.text.includes(' f(') || p.text.includes('*f('))?.at).toBe(at);
    expect(placed.find((p) => p.text === 'void a();')?.at).toBe(0);
  });

  it('gives no prototype where the type comes behind the function', async () => {
    expect(await texts('void f(S *s) {}\nstruct S {};')).toEqual([]);
  });

  it('survives any text', async () => {
    const piece = fc.constantFrom(
      'void ',
      'f',
      '(',
      ')',
      '{',
      '}',
      ';',
      '\n',
      '#if A\n',
      '#else\n',
      '#endif\n',
      'template <',
      '>',
      'int ',
      '*',
      '&',
      ',',
      '=',
      '"',
      "'",
      '/*',
      '*/',
      '//',
      'R"(',
      ')"',
      'struct S',
      'extern "C" ',
      '::',
      'é',
      '\u{1f600}',
      '\0',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
        const source = pieces.join('');
        for (const prototype of await generatePrototypes(source)) {
          expect(prototype.at).toBeLessThanOrEqual(prototype.definedAt);
          expect(prototype.definedAt).toBeLessThan(source.length);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('ends in reasonable time on text that is no C++', async () => {
    for (const piece of [
      '{',
      '(',
      '<',
      'template<',
      'void f(',
      '#if A\n',
      'a<b<',
      'struct S{',
      '"',
    ]) {
      await generatePrototypes(piece.repeat(20_000));
    }
  });
});
