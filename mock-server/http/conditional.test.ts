import { describe, expect, it } from 'vitest';
import { httpDate, isNotModified, rangeHolds } from './conditional.ts';

const known = { etag: '"abc"', modified: 1_700_000_000 };
const stored = httpDate(known.modified);
const earlier = httpDate(known.modified - 1);
const later = httpDate(known.modified + 1);

describe('isNotModified', () => {
  it.each([
    ['no condition', {}, false],
    ['the same tag', { 'if-none-match': '"abc"' }, true],
    ['the same tag, weak', { 'if-none-match': 'W/"abc"' }, true],
    ['in a list', { 'if-none-match': '"x", "abc"' }, true],
    ['any', { 'if-none-match': '*' }, true],
    ['another tag', { 'if-none-match': '"x"' }, false],
    ['a date equal', { 'if-modified-since': stored }, true],
    ['a date later', { 'if-modified-since': later }, true],
    ['a date earlier', { 'if-modified-since': earlier }, false],
    ['no date at all', { 'if-modified-since': 'yesterday-ish' }, false],
    ['a tag wins over a date', { 'if-none-match': '"x"', 'if-modified-since': later }, false],
  ])('%s', (_name, headers, expected) => {
    expect(isNotModified(new Headers(headers as Record<string, string>), known)).toBe(expected);
  });
});

describe('rangeHolds', () => {
  it.each([
    ['no condition', {}, true],
    ['the same tag', { 'if-range': '"abc"' }, true],
    ['another tag', { 'if-range': '"x"' }, false],
    ['a weak tag never', { 'if-range': 'W/"abc"' }, false],
    ['the same date', { 'if-range': stored }, true],
    ['a later date', { 'if-range': later }, false],
    ['an earlier date', { 'if-range': earlier }, false],
    ['nonsense', { 'if-range': 'abc' }, false],
  ])('%s', (_name, headers, expected) => {
    expect(rangeHolds(new Headers(headers as Record<string, string>), known)).toBe(expected);
  });
});
