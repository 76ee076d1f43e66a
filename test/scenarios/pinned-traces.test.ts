import { describe, expect, it } from 'vitest';
import { textOf } from './library-run.ts';
import { LONG } from './long.ts';
import { movedPin, readPins } from './pinned-traces.ts';

const PINS = [...readPins()];

/** The runs themselves are those of `library.test.ts`. */
describe('pinned traces', () => {
  it('are five of those that npm test runs, each with a reason', () => {
    expect(PINS).toHaveLength(5);
    for (const [file, { seed, trace, because }] of PINS) {
      expect(textOf(file)).toContain('name:');
      expect([LONG.has(file), seed]).toEqual([false, '1']);
      expect(trace).toMatch(/^[0-9a-f]{64}$/);
      expect(because.length).toBeGreaterThan(20);
    }
  });

  it('say how they are moved where a run goes another way', () => {
    const [[file, { trace }]] = PINS as [(typeof PINS)[number]];
    expect(movedPin(file, trace)).toBeUndefined();
    expect(movedPin(file, '0'.repeat(64))).toMatch(
      /something behaves differently.*npm run pin -- "WHAT CHANGED/,
    );
    expect(movedPin('not-pinned.yaml', trace)).toBeUndefined();
  });
});
