import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countWrites } from '../../simulator/faults/flash-moments.ts';
import { slotOf } from '../../simulator/faults/flash-places.ts';
import { SECOND } from '../../simulator/scenario/world.ts';
import { firmware } from '../support/bench.ts';
import { type MeshBench, MINUTE, meshBench, prepare, runs } from '../support/mesh-bench.ts';

/** What the fixture ota_announcer offers, by the digit that its MD5 is made of. */
const OFFERS = {
  'one that fits': 0,
  'another role': 1,
  'a role in capitals': 2,
  'no role': 3,
  'other hardware': 4,
  'no hardware': 5,
} as const;

let bench: MeshBench;
let writes: () => number;
/** Parts that pir-1 asked for, of each offer. */
const asked = (offer: keyof typeof OFFERS) =>
  bench.watch.count('pir-1', String(OFFERS[offer]).repeat(32)).parts;

beforeAll(async () => {
  await prepare(['pir'], ['ota_announcer']);
  const { image } = await firmware('ota_announcer');
  bench = await meshBench({ nodes: [{ name: 'pir-1' }, { name: 'announcer', image }] });
  writes = countWrites(bench.board('pir-1'), slotOf(bench.board('pir-1'), 1));
  await bench.world.run(2 * MINUTE);
});
afterAll(() => bench.close());

describe('announces on the air, every ten seconds, forced, by broadcast and by name', () => {
  it.each([
    'another role',
    'a role in capitals',
    'no role',
    'other hardware',
    'no hardware',
  ] as const)('with %s are ignored', (offer) => {
    expect(asked(offer)).toBe(0);
  });

  it('are taken by painlessMesh when they fit; what is no image is never booted', async () => {
    expect(asked('one that fits')).toBe(64);
    expect(writes()).toBeGreaterThan(0);
    const pir = bench.board('pir-1');
    expect(runs(pir)).toBe('1.0.0 app0');
    expect(pir.resets.length).toBe(1);
    pir.pressReset();
    await bench.world.run(10 * SECOND);
    expect(runs(pir)).toBe('1.0.0 app0');
  });
});
