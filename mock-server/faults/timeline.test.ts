import { describe, expect, it } from 'vitest';
import { wireBytes } from '../../tools/formats/wire-script.ts';
import { cutAt, offsetOf, scriptOf, timelineOf } from './timeline.ts';

const HEAD = Buffer.from('HTTP/1.1 200 OK\r\nx-a: b\r\n\r\n');
const BODY = Buffer.from('0123456789');
const line = () => timelineOf(HEAD, BODY, 'keep');

describe('places', () => {
  it.each([
    [0, HEAD.length],
    [10, HEAD.length + 10],
    [11, undefined],
    [-1, HEAD.length + 9],
    [-99, HEAD.length],
    [{ head: 0 }, 0],
    [{ head: HEAD.length }, HEAD.length],
    [{ head: HEAD.length + 1 }, undefined],
    [{ answer: HEAD.length + 3 }, HEAD.length + 3],
    [{ answer: 999 }, undefined],
    ['status_line' as const, 8],
    ['headers' as const, Math.floor((17 + HEAD.length) / 2)],
    ['first_1024' as const, HEAD.length + 5],
  ])('%o is byte %s', (place, expected) => {
    expect(offsetOf(place, line())).toBe(expected);
  });
});

describe('scripts', () => {
  it('an answer is one step', () => {
    expect(scriptOf(line())).toEqual({
      kind: 'wire-script',
      steps: [{ kind: 'send', bytes: Buffer.concat([HEAD, BODY]) }],
      end: 'keep',
    });
  });

  it('the earliest cut counts; pauses behind it do not', () => {
    const timeline = line();
    cutAt(timeline, 20, 'fin');
    cutAt(timeline, 5, 'rst');
    cutAt(timeline, 9, 'stall');
    cutAt(timeline, undefined, 'fin');
    timeline.pauses.push({ at: 9, ms: 5 }, { at: 5, ms: 7 });
    const { steps, end } = scriptOf(timeline);
    expect(steps.map((step) => step.kind)).toEqual(['send', 'wait']);
    expect([end, Buffer.from(wireBytes(scriptOf(timeline))).toString()]).toEqual(['rst', 'HTTP/']);
  });

  it('pauses part the bytes in their order, and paces hold in every part', () => {
    const timeline = line();
    timeline.pauses.push({ at: HEAD.length, ms: 3 }, { at: 4, ms: 0 }, { at: 0, ms: 9 });
    timeline.pacing = { sizes: [2], gapMs: 1 };
    timeline.endAfterMs = 8;
    const { steps } = scriptOf(timeline);
    expect(steps.map((step) => (step.kind === 'wait' ? step.ms : step.bytes.length))).toEqual([
      9,
      4,
      HEAD.length - 4,
      3,
      10,
      8,
    ]);
    expect(steps[1]).toMatchObject({ sizes: [2], gapMs: 1 });
    expect(Buffer.from(wireBytes(scriptOf(timeline)))).toEqual(Buffer.concat([HEAD, BODY]));
  });
});
