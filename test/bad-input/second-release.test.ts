import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { countWrites } from '../../simulator/faults/flash-moments.ts';
import { slotOf } from '../../simulator/faults/flash-places.ts';
import { readFlash } from '../../simulator/oracles/flash-view.ts';
import { md5Hex } from '../../simulator/scenario/mesh-update/observe.ts';
import { SECOND } from '../../simulator/scenario/world.ts';
import { firmware } from '../support/bench.ts';
import {
  boots,
  chosen,
  type MeshBench,
  MINUTE,
  meshBench,
  prepare,
  release,
} from '../support/mesh-bench.ts';

let bench: MeshBench;
beforeAll(() => prepare(['pir'], ['pir', '1.1.0'], ['pir', '1.2.0'], ['ota_announcer']));
afterEach(() => bench.close());

/** Has pir-1 take 1.1.0, and takes the gateway away when the node restarts: nobody will confirm that image. */
async function onTrial(): Promise<void> {
  const image = await release('pir', '1.1.0');
  await bench.publish(image);
  const pir = bench.board('pir-1');
  const switched = () => chosen(pir) === 'app1 NEW';
  expect(await bench.world.runUntil(switched, 10 * MINUTE, SECOND / 10)).toBe(true);
  bench.gateway.cutPower();
  await bench.world.run(30 * SECOND);
  expect(boots(pir)).toBe('1.1.0 PENDING_VERIFY');
}

/** Watches the air; answers how many announces (type 10) a board has sent since. */
function announcesBy(name: string): () => number {
  let count = 0;
  bench.world.kernel.trace.listen(({ board, kind, data }) => {
    if (board === name && kind === 'frame' && Buffer.from(data).includes('"type":10,')) count++;
  });
  return () => count;
}

/** Cuts the node's power in the middle of its trial, and gives it back. */
async function powerCycle(): Promise<void> {
  const pir = bench.board('pir-1');
  pir.cutPower();
  await bench.world.run(5 * SECOND);
  pir.powerOn();
  await bench.world.run(20 * SECOND);
}

describe('a second release, announced while the first is on trial', () => {
  it('is held back by a gateway, and the old image boots after a power cut', async () => {
    bench = await meshBench({ nodes: [{ name: 'pir-1' }, { name: 'gateway-2', off: true }] });
    await onTrial();
    const pir = bench.board('pir-1');
    const oldSlot = countWrites(pir, slotOf(pir, 0));
    // A gateway in the first one's stead: it knows nothing of the image on trial, and confirms nothing.
    const second = await bench.publish(await release('pir', '1.2.0'), {}, true);
    const announces = announcesBy('gateway-2');
    bench.board('gateway-2').powerOn();
    const started = async () => (await bench.status(second)) === 'in_progress';
    expect(await bench.world.runUntil(started, 5 * MINUTE, SECOND)).toBe(true);
    await bench.world.run(2 * MINUTE);
    expect(boots(pir)).toBe('1.1.0 PENDING_VERIFY');
    expect(bench.watch.count('pir-1', md5Hex(await release('pir', '1.2.0'))).parts).toBe(0);
    expect([oldSlot(), announces()]).toEqual([0, 0]);
    await powerCycle();
    expect(boots(pir)).toBe('1.0.0 VALID');
    expect(pir.guest).toBeDefined();
    expect(await bench.final(second, 20 * MINUTE)).toBe('completed');
    expect(boots(pir)).toBe('1.2.0 VALID');
    expect(announces()).toBeGreaterThan(0);
  });

  it('waits with the same gateway until the first is confirmed, and both come through', async () => {
    bench = await meshBench({ nodes: [{ name: 'pir-1' }] });
    const pir = bench.board('pir-1');
    const oldSlot = slotOf(pir, 0);
    const early: string[] = [];
    pir.flash.hooks.cut = ({ offset, kind }) => {
      const inOld = offset >= oldSlot.offset && offset < oldSlot.offset + oldSlot.size;
      if (inOld && chosen(pir) !== 'app1 VALID') early.push(`${kind} while ${chosen(pir)}`);
      return undefined;
    };
    const first = await bench.publish(await release('pir', '1.1.0'));
    const onTrial = () => chosen(pir) === 'app1 PENDING_VERIFY';
    expect(await bench.world.runUntil(onTrial, 10 * MINUTE, SECOND / 10)).toBe(true);
    const second = await bench.publish(await release('pir', '1.2.0'), {}, true);
    expect(await bench.status(first)).toBe('cancelled');
    expect(await bench.final(second, 30 * MINUTE)).toBe('completed');
    expect([boots(pir), pir.resets.length]).toEqual(['1.2.0 VALID', 3]);
    expect(early).toEqual([]);
  });

  it('is not taken from any other member of the mesh either, by broadcast or by name', async () => {
    const { image } = await firmware('ota_announcer');
    bench = await meshBench({
      nodes: [{ name: 'pir-1' }, { name: 'announcer', image, off: true }],
    });
    await onTrial();
    const pir = bench.board('pir-1');
    const oldSlot = countWrites(pir, slotOf(pir, 0));
    const asked = () => bench.watch.count('pir-1', '0'.repeat(32)).parts;
    bench.board('announcer').powerOn();
    await bench.world.run(3 * MINUTE);
    expect(boots(pir)).toBe('1.1.0 PENDING_VERIFY');
    expect([asked(), oldSlot()]).toEqual([0, 0]);
    await powerCycle();
    expect(boots(pir)).toBe('1.0.0 VALID');
    // Now that nothing is on trial the same offer is taken; its image fails its MD5 and is never booted.
    expect(await bench.world.runUntil(() => asked() > 0, 5 * MINUTE, SECOND)).toBe(true);
    await bench.world.run(3 * MINUTE);
    expect(boots(pir)).toBe('1.0.0 VALID');
    expect(readFlash(pir).slots[0]?.md5).toBe(md5Hex(await release('pir')));
    expect(pir.resets.length).toBe(3);
  });
});
