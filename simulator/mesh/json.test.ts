import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonError, parseFrame, parseJson } from './json-parse.ts';
import { asBoolean, asInt32, asString, asUint32, isInt32, isUint32 } from './json-read.ts';
import { member } from './json-value.ts';
import { printJson, printPretty } from './json-write.ts';

fc.configureGlobal({ seed: 156 });

const again = (text: string) => printJson(parseJson(text));

function faultOf(text: string): string {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof JsonError) return error.fault;
    throw error;
  }
  return 'none';
}

describe('a frame that is sent on', () => {
  it.each([
    '{"type":8,"dest":0,"from":4294967295,"msg":"x"}',
    '{"b":1,"10":2,"a":3,"2":4}', // a plain object would move 2 and 10 to the front
    '{"__proto__":1,"constructor":{"toString":2}}',
    '{"big":18446744073709551615,"low":-9223372036854775808,"safe":9007199254740993}',
    '{"t":21.5,"h":0.1,"n":-3.25,"e":1.5e10,"s":2e-7}',
    '{"":{},"a":[],"b":[[null,true,false]]}',
    '{"s":"ünï \u007f \u0001 / \' 😀"}',
    '{"s":"\\"\\\\\\b\\f\\n\\r\\t\\u0000"}',
  ])('comes out as it came in: %s', (text) => {
    expect(again(text)).toBe(text);
  });

  it.each([
    ['{ "a" : 1 , "b" : [ 1 , 2 ] }', '{"a":1,"b":[1,2]}'],
    ['{"a":1,"b":2,"a":3}', '{"a":3,"b":2}'], // first place, last value
    [`{'a':'it"s',bare_9:"\\/\\'"}`, '{"a":"it\\"s","bare_9":"/\'"}'],
    ['{"a":"\\u00fc\\ud83d\\ude00\\u0041"}', '{"a":"ü😀A"}'],
    ['{"a":1} and more', '{"a":1}'],
    ['{"a":-0,"b":+7,"c":007}', '{"a":0,"b":7,"c":7}'],
    ['{"a":1.0,"b":100e-2,"c":1e7,"d":9999999.5}', '{"a":1,"b":1,"c":1e7,"d":9999999.5}'],
    ['{"a":3.14159265358979,"b":0.000012345}', '{"a":3.141592654,"b":0.000012}'],
    ['{"a":1e400,"b":1e-400,"c":.5,"d":5.}', '{"a":null,"b":0,"c":0.5,"d":5}'],
    ['{"a":99999999999999999999999}', '{"a":1e23}'],
    ['[1,"x"]', '[1,"x"]'],
  ])('is written anew: %s', (text, expected) => {
    expect(again(text)).toBe(expected);
  });
});

describe('what is no JSON', () => {
  it.each([
    ['', 'EmptyInput'],
    ['  \n', 'EmptyInput'],
    ['{', 'IncompleteInput'],
    ['{"a":"x', 'IncompleteInput'],
    ['{"a":tru', 'IncompleteInput'],
    ['{"a":tron}', 'InvalidInput'],
    ['{"a" 1}', 'InvalidInput'],
    ['{"a":1,}', 'InvalidInput'],
    ['[1,]', 'InvalidInput'],
    ['{"a":"\\x"}', 'InvalidInput'],
    ['{"a":"\\u12g4"}', 'InvalidInput'],
    ['{"a":1.2.3}', 'InvalidInput'],
    [`{"a":${'1'.repeat(64)}}`, 'InvalidInput'],
    ['nonsense', 'InvalidInput'],
  ])('%s: %s', (text, fault) => {
    expect(faultOf(text)).toBe(fault);
  });

  it('is nested 256 deep; 255 is read', () => {
    expect(faultOf('['.repeat(255) + ']'.repeat(255))).toBe('none');
    expect(faultOf('['.repeat(256) + ']'.repeat(256))).toBe('TooDeep');
    expect(faultOf('{"a":'.repeat(10_000))).toBe('TooDeep');
  });
});

describe('reading a field', () => {
  it.each([
    [undefined, 0, 0, 'null', false],
    [null, 0, 0, 'null', false],
    [true, 1, 1, 'true', true],
    [4294967295, 4294967295, 0, '4294967295', true],
    [-1, 0, -1, '-1', true],
    [4294967296, 0, 0, '4294967296', true],
    ['12', 12, 12, '12', true],
    ['12x', 0, 0, '12x', true],
    ['', 0, 0, '', true],
    [[1, 2], 0, 0, '[1,2]', true],
    [0, 0, 0, '0', false],
  ])('%j', (field, uint32, int32, string, boolean) => {
    expect(asUint32(field)).toBe(uint32);
    expect(asInt32(field)).toBe(int32);
    expect(asString(field)).toBe(string);
    expect(asBoolean(field)).toBe(boolean);
  });

  it('keeps 64-bit integers whole, and finds none of them in 32 bits', () => {
    const field = parseJson('1152921504606846977');
    expect([asUint32(field), asInt32(field)]).toEqual([0, 0]);
    expect(asString(field)).toBe('1152921504606846977');
    expect(asBoolean(field)).toBe(true);
  });

  it('truncates floats, ends strings at NUL, and takes no float for an integer', () => {
    const json = parseJson('{"f":7.9,"n":-7.9,"z":"a\\u0000b"}');
    expect(asUint32(member(json, 'f'))).toBe(7);
    expect(asInt32(member(json, 'n'))).toBe(-7);
    expect(asUint32(member(json, 'n'))).toBe(0);
    expect(asString(member(json, 'z'))).toBe('a');
    expect(isInt32(member(json, 'f'))).toBe(false);
    expect(isUint32(-1)).toBe(false);
    expect(isInt32(2147483648)).toBe(false);
    expect(member(5, 'x')).toBeUndefined();
  });
});

it('prints with indents as ArduinoJson does', () => {
  expect(printPretty(parseJson('{"nodeId":1,"subs":[{"nodeId":2},{}],"x":[]}'))).toBe(
    '{\r\n  "nodeId": 1,\r\n  "subs": [\r\n    {\r\n      "nodeId": 2\r\n    },\r\n    {}\r\n  ],\r\n  "x": []\r\n}',
  );
});

describe('over any input', () => {
  const noFloats = fc.jsonValue({ noUnicodeString: false }).filter((value) => {
    const text = JSON.stringify(value);
    return (
      !/\d[.eE]|-0/.test(text.replace(/"(?:[^"\\]|\\.)*"/g, '')) && !/\\u(d[89a-f]|00)/i.test(text)
    );
  });

  // Near the end of the double range a rounded print is read as infinite.
  const nearby = fc.json().filter((text) => !/e\+30\d/.test(text));

  it('agrees with JSON.parse on ordinary JSON', () => {
    fc.assert(
      fc.property(noFloats, (value) => {
        expect(JSON.parse(again(JSON.stringify(value)))).toEqual(value);
      }),
    );
  });

  it('reads strings of any length, with an escape or a NUL at any place', () => {
    for (const length of [0, 1, 46, 47, 48, 49, 50, 1000]) {
      const plain = 'x'.repeat(length);
      expect(parseJson(`"${plain}"`)).toBe(plain);
      for (const at of [0, Math.floor(length / 2), length]) {
        const [head, tail] = [plain.slice(0, at), plain.slice(at)];
        expect(parseJson(`["${head}\\"${tail}"]`)).toEqual([`${head}"${tail}`]);
        expect(parseJson(`["${head}\\\\","${tail}"]`)).toEqual([`${head}\\`, tail]);
        expect(() => parseJson(`["${head}\0${tail}"]`)).toThrow(JsonError);
      }
      expect(() => parseJson(`"${plain}`)).toThrow(JsonError);
    }
  });

  it('reads whole numbers up to the last exact digit, and what follows one', () => {
    for (const text of ['0', '9', '10', '123456789012345', '999999999999999', '1234567890123456']) {
      for (const behind of [']', ' ]', ',1]']) {
        const array = `[${text}${behind}`;
        expect(parseJson(array), array).toEqual(JSON.parse(array));
      }
      expect(parseFrame(`[${text}]`).canonical).toBe(text.length < 16);
      expect(parseFrame(`[${text}.5]`).canonical).toBe(false);
    }
    expect(parseJson('[10.5]')).toMatchObject([{ value: 10.5 }]);
    expect(parseFrame('[10]').canonical).toBe(true);
    expect(parseFrame('[010]').canonical).toBe(false);
  });

  it('calls a text canonical only when printing it gives it again', () => {
    const blanks = fc.constantFrom('', '', '', ' ', '\n');
    const value = fc.oneof(
      fc.json(),
      fc.constantFrom(
        '1.5',
        '-0',
        '007',
        '"\\/"',
        '"\\u0041"',
        '"\t"',
        "'x'",
        '"\u0001"',
        '"\\n"',
        '99999999999999999',
      ),
    );
    const text = fc
      .array(fc.tuple(fc.constantFrom('"a"', '"b"', '"7"', 'bare', '"\\""'), blanks, value), {
        maxLength: 5,
      })
      .map((members) => `{${members.map((parts) => `${parts[0] + parts[1]}:${parts[2]}`).join()}}`);
    let canonical = 0;
    fc.assert(
      fc.property(fc.tuple(text, blanks), ([body, tail]) => {
        const read = parseFrame(body + tail);
        if (!read.canonical) return;
        canonical++;
        expect(printJson(read.value)).toBe(body + tail);
      }),
      { numRuns: 1000 },
    );
    expect(canonical).toBeGreaterThan(100);
    expect(parseFrame('{"type":8,"dest":0,"from":9,"msg":"{\\"t\\":\\"ü\\n\\"}"}').canonical).toBe(
      true,
    );
  });

  it('prints what it reads the same way twice', () => {
    fc.assert(
      fc.property(nearby, (text) => {
        const once = again(text);
        expect(again(once)).toBe(once);
      }),
    );
  });

  it('throws JsonError or nothing', () => {
    const scraps = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      ':',
      ',',
      '\\',
      '\\u',
      'tru',
      '1e',
      '-',
      ' ',
      'a',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(scraps, { maxLength: 40 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (input) => {
        faultOf(input);
      }),
      { numRuns: 2000 },
    );
  });
});
