import { beforeAll, describe, expect, it } from 'vitest';
import { hopsFrom, meshFormed } from '../simulator/scenario/mesh-update/observe.ts';
import { SECOND, type World } from '../simulator/scenario/world.ts';
import { firmware, serial, world } from './support/bench.ts';

const MINUTE = 60 * SECOND;
const NAMES = ['a', 'b', 'c', 'd', 'e'];

beforeAll(() => firmware('hello_mesh'));

/** Five boards with painlessMesh's first example, each in range of its neighbours in the row only. */
async function chain(seed: string): Promise<World> {
  const { image } = await firmware('hello_mesh');
  const rssi = (a: string, b: string) => {
    const [i, j] = [NAMES.indexOf(a), NAMES.indexOf(b)];
    return i >= 0 && j >= 0 && Math.abs(i - j) === 1 ? -50 - Math.max(i, j) : undefined;
  };
  return world(
    NAMES.map((name) => ({ name, image })),
    { seed, rssi },
  );
}

/** Who hears whom from now on, within three of the five-second hellos: "a" → "bcde". */
async function hearing(w: World): Promise<Record<string, string>> {
  const lengths = new Map(NAMES.map((name) => [name, serial(w.board(name)).length]));
  await w.run(15 * SECOND);
  const heard = NAMES.map((name) => {
    const printed = serial(w.board(name)).slice(lengths.get(name));
    const from = NAMES.filter((other) => {
      const { nodeId } = w.board(other);
      return printed.includes(`${nodeId}: hello from ${nodeId}`);
    });
    return [name, from.join('')];
  });
  return Object.fromEntries(heard);
}

const EVERYONE = { a: 'bcde', b: 'acde', c: 'abde', d: 'abce', e: 'abcd' };

describe('a chain of five boards with a plain painlessMesh sketch', () => {
  it.each(['one', 'two', 'three'])('forms, and everyone hears everyone (seed %s)', async (seed) => {
    const w = await chain(seed);
    w.powerOn();
    expect(await w.runUntil(() => meshFormed(w), 10 * MINUTE, SECOND)).toBe(true);
    expect(hopsFrom(w.board('a')).get(w.board('e').nodeId)).toBe(4);
    expect(await hearing(w)).toEqual(EVERYONE);
  });

  it('falls in two when the power of the middle one is cut, and heals when it is back', async () => {
    const w = await chain('cut');
    const middle = w.board('c');
    w.powerOn();
    await w.runUntil(() => meshFormed(w), 10 * MINUTE, SECOND);
    expect(await hearing(w)).toEqual(EVERYONE);

    middle.cutPower();
    // A dead neighbour is noticed when it leaves a node sync unanswered: after 70 s at most.
    const known = (name: string) => w.board(name).guest?.binding.mesh?.engine.getNodeList().length;
    const parted = () => NAMES.every((name) => name === 'c' || known(name) === 1);
    expect(await w.runUntil(parted, 90 * SECOND, SECOND)).toBe(true);
    expect(await hearing(w)).toEqual({ a: 'b', b: 'a', c: '', d: 'e', e: 'd' });
    expect(serial(w.board('b'))).toContain(`dropped ${middle.nodeId}`);

    middle.powerOn();
    expect(await w.runUntil(() => meshFormed(w), 10 * MINUTE, SECOND)).toBe(true);
    expect(await hearing(w)).toEqual(EVERYONE);
  });
});
