import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRange } from './range.ts';

const whole = { kind: 'whole' };
const none = { kind: 'unsatisfiable' };
const part = (start: number, end: number) => ({ kind: 'part', start, end });

describe('parseRange', () => {
  it.each([
    ['bytes=0-0', part(0, 0)],
    ['bytes=0-1023', part(0, 1023)],
    ['bytes=1024-2047', part(1024, 2047)],
    ['bytes=4096-4999', part(4096, 4999)],
    ['bytes=4096-9999', part(4096, 4999)],
    ['bytes=4999-', part(4999, 4999)],
    ['bytes=-1', part(4999, 4999)],
    ['bytes=-9999', part(0, 4999)],
    ['Bytes=0-1', part(0, 1)],
    ['bytes=0-99999999999999999999999', part(0, 4999)],
    ['bytes=5000-', none],
    ['bytes=5000-5001', none],
    ['bytes=99999999999999999999999-', none],
    ['bytes=-0', none],
    ['bytes=', whole],
    ['bytes=-', whole],
    ['bytes=2-1', whole],
    ['bytes=0-1,4-5', whole],
    ['bytes=a-b', whole],
    ['bytes=--1', whole],
    ['bytes=0x0-1', whole],
    ['items=0-1', whole],
    ['0-1', whole],
  ])('%s', (header, expected) => {
    expect(parseRange(header, 5000)).toEqual(expected);
  });

  it('takes no header as the whole', () => {
    expect(parseRange(null, 5000)).toEqual(whole);
  });

  it('never selects outside the bytes, whatever is asked', () => {
    const header = fc.oneof(
      fc.string(),
      fc.tuple(fc.nat(20), fc.nat(20)).map(([a, b]) => `bytes=${a}-${b}`),
      fc.nat(20).map((n) => `bytes=-${n}`),
    );
    fc.assert(
      fc.property(header, fc.nat(12), (text, size) => {
        const range = parseRange(text, size);
        if (range.kind !== 'part') return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeLessThan(size);
        expect(range.start).toBeLessThanOrEqual(range.end);
      }),
    );
  });
});
