import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createRandomness, type RandomStream } from '../../simulator/kernel/prng.ts';
import { SECOND } from '../../simulator/scenario/world.ts';
import {
  boots,
  type MeshBench,
  MINUTE,
  meshBench,
  prepare,
  release,
  runs,
} from '../support/mesh-bench.ts';
import { breakServer, SERVER_FAULTS } from '../support/server-faults.ts';

const PIRS = ['pir-1', 'pir-2', 'pir-3'];
const NODES = ['pir-1', 'led-1', 'pir-2', 'pir-3'];

let bench: MeshBench;
let image: Uint8Array;
beforeAll(async () => {
  await prepare(['pir'], ['led'], ['pir', '1.1.0']);
  image = await release('pir', '1.1.0');
});
afterEach(() => bench.close());

/** One thing goes wrong somewhere, for a while; what, where and how long is drawn. */
async function trouble(draw: RandomStream): Promise<void> {
  const pick = <T>(from: T[]) => from[Math.floor(draw() * from.length)]!;
  const { world } = bench;
  await world.run(draw() * 40 * SECOND);
  const kind = pick(['cut', 'reset', 'server', 'gateway cut', 'gateway reset']);
  const board = kind.startsWith('gateway') ? bench.gateway : bench.board(pick(NODES));
  const while_ = draw() * (draw() < 0.7 ? 30 * SECOND : 5 * MINUTE);
  if (kind === 'server') {
    const broken = breakServer(world, pick(Object.values(SERVER_FAULTS)));
    await world.run(while_);
    broken.mend();
  } else if (kind.endsWith('reset')) {
    board.pressReset();
  } else {
    board.cutPower();
    await world.run(while_);
    board.powerOn();
  }
}

/** What the server says of each node is what is in its flash. */
async function truthful(id: number): Promise<void> {
  for (const name of PIRS) {
    const told = (await bench.row(id, name))?.status === 'completed';
    expect(`${name} ${told}`).toBe(`${name} ${boots(bench.board(name)) === '1.1.0 VALID'}`);
  }
}

describe('power cuts, resets and failing servers, six of them in a row, while three nodes are updated', () => {
  it.each([1, 2, 3, 4, 5, 6])('seed %i: all nodes run, and the server is truthful', async (n) => {
    const seed = `chaos ${n}`;
    bench = await meshBench({ seed, nodes: NODES.map((name) => ({ name })) });
    const draw = createRandomness(seed)('trouble');
    const id = await bench.publish(image);
    await bench.world.run(MINUTE);
    for (let i = 0; i < 6; i++) await trouble(draw);
    await bench.final(id, 120 * MINUTE);
    await bench.world.run(20 * SECOND);
    for (const name of NODES) expect(runs(bench.board(name))).toMatch(/^1\.[01]\.0 app[01]$/);
    await truthful(id);
    expect(await bench.status(id)).toBe('completed');
    expect(boots(bench.board('led-1'))).toBe('1.0.0 VALID');
  });
});
