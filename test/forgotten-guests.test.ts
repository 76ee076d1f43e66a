import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../simulator/scenario/world.ts';
import { firmware, world } from './support/bench.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('memory of a firmware that runs no more', () => {
  it('is given back after a reset, and at the end of the world, while a task waits', async () => {
    const guests = await twoLives();
    // What is unwound is so in a turn of its own.
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    expect(guests.map((guest) => guest.deref())).toEqual([undefined, undefined]);
  });
});

/** A sketch that stands in delay() most of the time: the firmware before and after a reset. */
async function twoLives() {
  const w = world([{ name: 'b', image: (await firmware('keeps_count')).image }]);
  const board = w.board('b');
  w.powerOn();
  const lives = [];
  for (let life = 0; life < 2; life++) {
    const waits = () => board.guest?.task(0)?.state === 'suspended';
    expect(await w.runUntil(waits, 5 * SECOND, SECOND / 100)).toBe(true);
    lives.push(new WeakRef(board.guest!));
    if (life === 0) board.pressReset();
  }
  w.close();
  return lives;
}
