import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { md5Hex } from '../../simulator/scenario/mesh-update/observe.ts';
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

let bench: MeshBench;
let image: Uint8Array;
beforeAll(async () => {
  await prepare(['pir'], ['pir', '1.1.0']);
  image = await release('pir', '1.1.0');
});
afterEach(() => bench.close());

/** The update has reached the node, and neither board was restarted by anything but the update. */
async function completes(id: number): Promise<void> {
  expect(await bench.final(id, 60 * MINUTE)).toBe('completed');
  const pir = bench.board('pir-1');
  expect([runs(pir), boots(pir)]).toEqual(['1.1.0 app1', '1.1.0 VALID']);
  expect(await bench.row(id, 'pir-1')).toMatchObject({ status: 'completed' });
  expect([bench.gateway.resets.length, pir.resets.length]).toEqual([1, 2]);
}

describe.each(Object.entries(SERVER_FAULTS))('a server that %s', (_, fault) => {
  it('while the gateway polls, and again in the middle of the transfer: nothing is taken from it, and the update comes when it is back', async () => {
    bench = await meshBench({ nodes: [{ name: 'pir-1' }] });
    const pir = bench.board('pir-1');
    const polled = breakServer(bench.world, fault);
    const id = await bench.publish(image);
    await bench.world.run(5 * MINUTE);
    expect(await bench.status(id)).toBe('pending');
    expect(polled.requests).toBeGreaterThan(0);
    polled.mend();

    expect(await bench.transferring('pir-1', image, 100)).toBe(true);
    const broken = breakServer(bench.world, fault);
    await bench.world.run(2 * MINUTE);
    expect([runs(pir), await bench.status(id)]).toEqual(['1.0.0 app0', 'in_progress']);
    expect(broken.requests).toBeGreaterThan(0);
    broken.mend();
    await completes(id);
    // It has gone on from where it was: nothing that the broken server sent was taken for a part.
    expect(bench.watch.count('pir-1', md5Hex(image)).retries).toBeLessThan(20);
  });
});

describe('a server away for longer than a gateway may hold an update', () => {
  it('has it completed all the same', async () => {
    bench = await meshBench({ nodes: [{ name: 'pir-1' }] });
    const id = await bench.publish(image);
    expect(await bench.transferring('pir-1', image, 100)).toBe(true);
    const broken = breakServer(bench.world, SERVER_FAULTS['is down']!);
    await bench.world.run(20 * MINUTE);
    expect(broken.requests).toBeGreaterThan(0);
    broken.mend();
    await completes(id);
  });

  it.each(['answers 500', 'is another server', 'stalls'])(
    'or that %s, learns what became of a node that finished meanwhile',
    async (name) => {
      bench = await meshBench({ nodes: [{ name: 'pir-1' }] });
      const id = await bench.publish(image);
      const all = Math.ceil(image.length / 1024);
      expect(await bench.transferring('pir-1', image, all)).toBe(true);
      await bench.world.run(SECOND / 2);
      const broken = breakServer(bench.world, SERVER_FAULTS[name]!);
      await bench.world.run(10 * MINUTE);
      expect(boots(bench.board('pir-1'))).toBe('1.1.0 VALID');
      expect(await bench.status(id)).not.toBe('completed');
      expect(broken.requests).toBeGreaterThan(0);
      broken.mend();
      await completes(id);
    },
  );
});
