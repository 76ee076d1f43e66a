import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConditionWorld, evaluateCondition } from './conditions.ts';

const world: ConditionWorld = {
  macro: (name) => ({ ESP32: '1', ARDUINO: '10819', ZERO: '0', TEXT: '"x"' })[name],
  neverDefined: (name) => name === 'ESP8266',
  hasInclude: (header) => header === '<known.h>' || header === '"own.h"',
};

describe('evaluateCondition', () => {
  it.each([
    ['1', true],
    ['0', false],
    ['defined(ESP32)', true],
    ['defined ESP32', true],
    ['!defined(ESP32)', false],
    ['defined(ESP8266)', false],
    ['ESP8266', false],
    ['defined(ANYTHING)', undefined],
    ['ANYTHING', undefined],
    ['ARDUINO >= 100', true],
    ['ARDUINO<0x10', false],
    ['ARDUINO >= 10800L && ARDUINO < 20000UL', true],
    ['0 && ANYTHING', false],
    ['1 || ANYTHING', true],
    ['ANYTHING && 1', undefined],
    ['ANYTHING || 0', undefined],
    ['!ANYTHING', undefined],
    ['__has_include(<known.h>)', true],
    ['__has_include("own.h")', true],
    ['__has_include(<other.h>)', false],
    ['defined(ESP32) && !defined(ESP8266)', true],
    ['(1 + 2) * 3 == 9', true],
    ['-1 < 0', true],
    ['1 == 1 == 1', true],
    ['TEXT == 1', undefined],
    ['FN(1, 2)', undefined],
    ['(1', undefined],
    ['1 1', undefined],
    ['', undefined],
    ["1'000 == 1000", true],
  ])('%s is %s', (expression, truth) => {
    expect(evaluateCondition(expression, world)).toBe(truth);
  });

  it('never throws and always ends, also for deep nesting', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      '!',
      '&&',
      '||',
      'defined',
      'ESP32',
      '1',
      '<',
      ' ',
      '-',
      '__has_include(',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
        expect([true, false, undefined]).toContain(evaluateCondition(pieces.join(''), world));
      }),
    );
    expect(evaluateCondition('('.repeat(50_000), world)).toBeUndefined();
    expect(evaluateCondition('!'.repeat(50_000), world)).toBeUndefined();
  });
});
