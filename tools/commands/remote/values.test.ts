import { describe, expect, it } from 'vitest';
import { idOf, moment, rowId, seconds, since, wholeNumber } from './values.ts';

const NOW = Date.UTC(2026, 0, 31, 12);

describe('values', () => {
  it.each([
    ['90m', '2026-01-31T10:30:00.000Z'],
    ['24h', '2026-01-30T12:00:00.000Z'],
    ['30d', '2026-01-01T12:00:00.000Z'],
    ['5s', '2026-01-31T11:59:55.000Z'],
    ['2026-01-02', '2026-01-02T00:00:00.000Z'],
    ['2026-01-02T03:04:05+01:00', '2026-01-02T02:04:05.000Z'],
  ])('since %s is %s', (text, expected) => {
    expect(since(text, NOW)).toBe(expected);
  });

  it.each(['', 'x', '24', '24w', '-1h', '2026', '2026-13-01', '2026-01-31T12:00', '9999999d'])(
    'since %j is refused',
    (text) => {
      expect(() => since(text, NOW)).toThrow(/Give 90m, 24h, 30d/);
      expect(() => moment(text)).toThrow(/Give a time/);
    },
  );

  it.each(['0', '-1', '1.5', '1e3', ' 1', '', 'x', '99999999999999999999'])(
    'an id of %j is refused',
    (text) => {
      expect(() => rowId(text)).toThrow('Give a whole number, 1 or more.');
    },
  );

  it('takes an id as an argument or as --id, and numbers from their least on', () => {
    expect(rowId('123')).toBe(123);
    expect(wholeNumber(0)('0')).toBe(0);
    expect(idOf([7], { id: 8 })).toBe(7);
    expect(idOf([undefined], { id: 8 })).toBe(8);
    expect(() => idOf([], {})).toThrow('which one?');
    expect(seconds('0.5')).toBe(0.5);
    expect(() => seconds('0')).toThrow('Give a number of seconds.');
  });
});
