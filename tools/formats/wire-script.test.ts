import { describe, expect, it } from 'vitest';
import { isWireScript, type WireScript, wireActs, wireBytes } from './wire-script.ts';

const bytes = Uint8Array.from([1, 2, 3, 4, 5, 6, 7]);
const script = (steps: WireScript['steps']): WireScript => ({
  kind: 'wire-script',
  steps,
  end: 'fin',
});
const acts = (steps: WireScript['steps']) =>
  [...wireActs(script(steps))].map((act) => (act.do === 'wait' ? act.ms : [...act.bytes]));

describe('wireActs', () => {
  it('sends a step in one piece, or in pieces whose sizes go round, with a gap between two', () => {
    expect(acts([{ kind: 'send', bytes }])).toEqual([[1, 2, 3, 4, 5, 6, 7]]);
    expect(acts([{ kind: 'send', bytes, sizes: [3, 1], gapMs: 5 }])).toEqual([
      [1, 2, 3],
      5,
      [4],
      5,
      [5, 6, 7],
    ]);
    expect(
      acts([
        { kind: 'wait', ms: 9 },
        { kind: 'send', bytes: bytes.subarray(0, 1) },
      ]),
    ).toEqual([9, [1]]);
  });

  it('comes to an end with sizes of nothing, none, and no bytes', () => {
    expect(acts([{ kind: 'send', bytes, sizes: [0] }])).toHaveLength(7);
    expect(acts([{ kind: 'send', bytes, sizes: [] }])).toHaveLength(1);
    expect(acts([{ kind: 'send', bytes: new Uint8Array(0) }])).toEqual([]);
  });
});

it('wireBytes joins what is sent', () => {
  const steps = [
    { kind: 'send', bytes },
    { kind: 'wait', ms: 1 },
    { kind: 'send', bytes },
  ] as const;
  expect([...wireBytes(script(steps))]).toEqual([...bytes, ...bytes]);
});

it('isWireScript knows a script from anything else', () => {
  expect([script([]), {}, null, 7, new Response()].map(isWireScript)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});
