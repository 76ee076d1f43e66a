import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AP, record, testAir } from '../net/testing.ts';
import { type FrameRule, FrameTap } from './frame-tap.ts';

const SECOND = 1_000_000;
const encoder = new TextEncoder();
const frames = (...texts: string[]) => encoder.encode(texts.map((text) => `${text}\0`).join(''));

/** A station s and its access point ap, with a connection between them that a tap stands at. */
async function hop() {
  const air = testAir('tap');
  const tap = new FrameTap(air.medium);
  const ap = air.device('ap');
  ap.startAccessPoint(AP);
  const station = air.device('s');
  await air.join(station);
  let accepted: ReturnType<typeof record> | undefined;
  ap.listen(5555, (end) => {
    accepted = record(end);
  });
  const end = await air.dial(station);
  const text = () => String.fromCharCode(...accepted!.bytes);
  const send = async (...pieces: Uint8Array[]) => {
    for (const piece of pieces) end.write(piece);
    await air.settle(SECOND);
    return text().split('\0').slice(0, -1);
  };
  return { ...air, tap, end, send, text };
}

const only = (wanted: string, rule: FrameRule): FrameRule => {
  return (frame) => (frame.text === wanted ? rule(frame) : undefined);
};

describe('a frame tap', () => {
  it('counts frames by hop and in all, also while nobody looks', async () => {
    const { tap, send } = await hop();
    await send(frames('one', 'two'));
    const seen: unknown[] = [];
    tap.add(({ from, to, index, number, text }) => {
      seen.push([from, to, index, number, text]);
      return undefined;
    });
    await send(frames('three'));
    expect(seen).toEqual([['s', 'ap', 3, 3, 'three']]);
    expect(tap.frames).toBe(3);
  });

  it('changes nothing where no rule speaks, however the stream was cut', async () => {
    const cuts = fc.array(fc.nat(40), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(cuts, fc.nat(3), async (at, armedBefore) => {
        const { tap, send } = await hop();
        const all = frames('{"a":1}', 'second', '', 'the third one');
        const pieces = [...new Set([0, ...at, all.length])]
          .filter((n) => n <= all.length)
          .sort((a, b) => a - b)
          .map((from, i, list) => all.slice(from, list[i + 1] ?? all.length));
        await send(...pieces.slice(0, armedBefore));
        const forget = tap.add(() => undefined);
        await send(...pieces.slice(armedBefore));
        forget();
        expect(await send(frames('last'))).toEqual([
          '{"a":1}',
          'second',
          '',
          'the third one',
          'last',
        ]);
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it('leaves a frame alone whose beginning was received before the rule came', async () => {
    const { tap, send } = await hop();
    await send(encoder.encode('half'));
    tap.add(() => ({ do: 'drop' }));
    expect(await send(frames(' a frame', 'dropped'))).toEqual(['half a frame']);
  });

  it.each([
    ['drops', { do: 'drop' }, ['a', 'c']],
    ['changes', { do: 'replace', bytes: frames('B') }, ['a', 'B', 'c']],
    ['repeats', { do: 'repeat', times: 3 }, ['a', 'b', 'b', 'b', 'c']],
    ['delays', { do: 'delay', us: 10_000 }, ['a', 'c', 'b']],
    ['reorders', { do: 'hold', behind: ({ text }) => text === 'c' }, ['a', 'c', 'b']],
    ['keeps', { do: 'hold', behind: () => false }, ['a', 'c']],
  ] satisfies [string, ReturnType<FrameRule>, string[]][])('%s a frame', async (_, fate, left) => {
    const { tap, send, kernel } = await hop();
    const faults: string[] = [];
    kernel.trace.listen(({ kind, board, data }) => {
      if (kind === 'fault') faults.push(`${board}: ${data}`);
    });
    tap.add(
      only('b', () => fate),
      1,
    );
    expect(await send(frames('a', 'b', 'c'))).toEqual(left);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/^ap: frame 2 from s: /);
  });

  it('hands nothing to a connection that has ended meanwhile', async () => {
    const { tap, send, end, settle, text } = await hop();
    tap.add(only('b', () => ({ do: 'delay', us: SECOND * 5 })));
    await send(frames('a', 'b'));
    end.close();
    await settle(10 * SECOND);
    expect(text()).toBe('a\0');
  });
});
