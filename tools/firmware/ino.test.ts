import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinSketch } from './ino.ts';

const join = async (...texts: string[]): Promise<string> => {
  const inos = texts.map((text, i) => ({ path: `sketch/tab${i}.ino`, text }));
  return (await joinSketch({ name: 'demo', dir: '/x', inos, files: new Map(), units: [] })).text;
};

/** Which file and line a compiler would name for each line of the joined text. */
function placed(text: string): { place: string; text: string }[] {
  let file = '';
  let line = 0;
  const out: { place: string; text: string }[] = [];
  for (const row of text.split('\n')) {
    const directive = /^#line (\d+) "(.*)"$/.exec(row);
    if (directive) {
      line = Number(directive[1]);
      file = directive[2]!;
    } else out.push({ place: `${file}:${line++}`, text: row });
  }
  return out;
}

describe('joinSketch', () => {
  it('includes Arduino.h, joins the files and keeps every line where it was', async () => {
    const text = await join(
      'void setup() {\n  late();\n}',
      'int x;\nvoid late() {}\nvoid loop() {}\n',
    );
    expect(text.startsWith('#include <Arduino.h>\n')).toBe(true);
    const places = new Map(placed(text).map((row) => [row.text, row.place]));
    expect(places.get('  late();')).toBe('sketch/tab0.ino:2');
    expect(places.get('void late() {}')).toBe('sketch/tab1.ino:2');
    expect(places.get('void loop() {}')).toBe('sketch/tab1.ino:3');
  });

  it('gives a prototype, and each line behind its #if, the place of the definition', async () => {
    const rows = placed(await join('void setup() {}\n\n#ifdef A\nvoid f(X x) {}\n#endif'));
    expect(rows.find((row) => row.text === 'void setup();')?.place).toBe('sketch/tab0.ino:1');
    expect(rows.find((row) => row.text === 'void f(X x);')?.place).toBe('sketch/tab0.ino:4');
  });

  it('keeps columns when a prototype goes into the middle of a line', async () => {
    const text = await join('int x; void f() { g(); }\nvoid g() {}');
    const row = text.split('\n').find((line) => line.endsWith('void f() { g(); }'))!;
    expect(row.indexOf('void f()')).toBe('int x; '.length);
  });

  it('copes with Windows line ends', async () => {
    const rows = placed(
      await join('void setup() {\r\n  f();\r\n}\r\n#ifdef A\r\nvoid f() {}\r\n#endif\r\n'),
    );
    expect(rows.find((row) => row.text === 'void f();')?.place).toBe('sketch/tab0.ino:5');
    expect(rows.find((row) => row.text === '  f();\r')?.place).toBe('sketch/tab0.ino:2');
    expect(rows.filter((row) => row.text.startsWith('#ifdef A'))).toHaveLength(2);
  });

  it('moves default arguments into the prototype', async () => {
    const text = await join('void setup() { f(); }\nvoid f(int a = 5) {}\nvoid loop() {}');
    expect(text).toContain('void f(int a = 5);');
    expect(text).toContain('void f(int a    ) {}');
  });

  it('loses no character of any sketch', async () => {
    const piece = fc.constantFrom(
      'void f() {}',
      'int x;',
      '\n',
      ' ',
      '#if A\n',
      '#endif\n',
      '{',
      '}',
      'struct S {};',
      'void g(S s) {}',
      '"x"',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece), fc.array(piece), async (a, b) => {
        const sources = [a.join(''), b.join('')];
        const squeeze = (text: string): string => text.replace(/\s/g, '');
        const own = squeeze(sources.join(''));
        const joined = squeeze((await join(...sources)).replace(/^#line .*$/gm, ''));
        // What was added lies between the characters of the sketch, in their order.
        let at = 0;
        for (const character of joined) if (character === own[at]) at++;
        expect(at).toBe(own.length);
      }),
      { numRuns: 100 },
    );
  });
});
