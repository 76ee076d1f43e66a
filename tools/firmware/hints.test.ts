import { describe, expect, it } from 'vitest';
import { hintFor } from './hints.ts';

const missing = {
  headers: { 'Wire.h': 'no I2C yet' },
  symbols: {
    touchRead: 'no touch yet',
    'WiFiClass::scan': 'no scan yet',
    WebServer: 'no server yet',
  },
};

describe('hintFor', () => {
  it.each([
    ["'Wire.h' file not found", 'no I2C yet'],
    [
      "'Foo.h' file not found",
      'no library or component with Foo.h was found: for a sketch pass --library DIR, in a project name the component in REQUIRES',
    ],
    ["use of undeclared identifier 'touchRead'", 'no touch yet'],
    ["use of undeclared identifier 'touchRead'; did you mean 'touch'?", 'no touch yet'],
    ["unknown type name 'WebServer'", 'no server yet'],
    ["no member named 'scan' in 'WiFiClass'", 'no scan yet'],
    ["no member named 'scan' in 'Other'", undefined],
    ['undefined symbol: touchRead', 'no touch yet'],
    ['undefined symbol: WiFiClass::scan(int)', 'no scan yet'],
    ['undefined symbol: setup()', 'a sketch defines both void setup() and void loop()'],
    ['undefined symbol: loop()', 'a sketch defines both void setup() and void loop()'],
    ["use of undeclared identifier 'constructor'", undefined],
    ["use of undeclared identifier 'toString'", undefined],
    ['expected expression', undefined],
  ])('%s', (message, hint) => {
    expect(hintFor(message, missing)).toBe(hint);
  });
});
