import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FaultPlan, faults } from '../../mock-server/index.ts';
import {
  boots,
  type MeshBench,
  MINUTE,
  meshBench,
  prepare,
  release,
  runs,
} from '../support/mesh-bench.ts';

let bench: MeshBench;
let image: Uint8Array;
beforeAll(async () => {
  await prepare(['pir'], ['pir', '1.1.0']);
  image = await release('pir', '1.1.0');
});
afterEach(() => bench.close());

/** Faults on the way between the stock of images and a simulated gateway, over its virtual WiFi. */
const PLANS: [string, FaultPlan[]][] = [
  ['resets in bodies', [faults.resetAfter(500, { every: 10 })]],
  [
    'ends in bodies, at other places',
    [faults.finAfter(1, { every: 7 }), faults.finAfter(-1, { every: 11 })],
  ],
  ['a server that is down and up', [faults.downAndUp(20, 300)]],
  ['bodies split at every byte', [faults.splitEveryByte(0, { every: 5 })]],
  [
    'slices of odd sizes',
    [faults.slicer({ fault: 'slicer', average_size: 300, size_variation: 250 })],
  ],
  ['connections closed between ranges', [faults.closedBetweenRanges('rst', { every: 3 })]],
  ['whole images instead of ranges', [faults.ignoreRange({ every: 20, first: 5 })]],
  ['shed downloads', [faults.shedDownloads({}, { probability: 0.1, seed: 'x' })]],
  [
    'lost, doubled and late reports',
    [
      faults.loseStatusAnswer({ every: 3 }),
      faults.duplicateStatus(2, { every: 4 }),
      faults.delayStatus(60, { every: 5, route: 'progress' }),
      faults.status500(5, { every: 2 }),
    ],
  ],
  ['headers in capitals, and many of them', [faults.headerCase('upper'), faults.manyHeaders(20)]],
];

describe('a gateway and its node under faults on the wire', () => {
  it.each(PLANS)('%s: the node runs the new image', async (_, plans) => {
    bench = await meshBench({ nodes: [{ name: 'pir-1' }] });
    bench.server.use(...plans);
    const id = await bench.publish(image);
    expect(await bench.final(id, 60 * MINUTE)).toBe('completed');
    const pir = bench.board('pir-1');
    expect([runs(pir), boots(pir)]).toEqual(['1.1.0 app1', '1.1.0 VALID']);
    const armed = bench.server.faults.list();
    expect(armed.filter(({ applied }) => applied === 0)).toEqual([]);
    expect(bench.gateway.resets).toHaveLength(1);
  });

  it('is the same run for the same seeds', async () => {
    const hash = async () => {
      bench = await meshBench({ nodes: [{ name: 'pir-1' }] });
      bench.server.use(
        faults.resetAfter(700, { probability: 0.2, seed: 3 }),
        faults.latency(40, 30),
      );
      const id = await bench.publish(image);
      await bench.final(id, 60 * MINUTE);
      return bench.world.kernel.trace.digest();
    };
    const first = await hash();
    await bench.close();
    expect(await hash()).toBe(first);
  });
});
