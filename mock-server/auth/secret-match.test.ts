import { describe, expect, it } from 'vitest';
import { secretMatcher } from './secret-match.ts';

const long = 'ü'.repeat(200);

describe('secretMatcher', () => {
  it.each([
    ['secret', 'secret', true],
    ['secret', 'Secret', false],
    ['secret', 'secret\0', false],
    ['secret', 'secre', false],
    ['secret', '', false],
    ['secret', null, false],
    ['secret', long, false],
    ['ä€', 'ä€', true],
    ['x'.repeat(255), 'x'.repeat(255), true],
    ['x'.repeat(255), 'x'.repeat(254), false],
    ['x'.repeat(256), 'x'.repeat(256), true],
    [long, long, true],
    [long, `${long}ü`, false],
    ['', '', false],
    [undefined, '', false],
  ])('%s, given %s: %s', (secret, given, matches) => {
    const match = secretMatcher(secret);
    expect(match(given)).toBe(matches);
    // What was given before leaves no trace.
    match('another text, longer than some');
    expect(match(given)).toBe(matches);
  });
});
