import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { md5Hex, meshFormed } from '../../simulator/scenario/mesh-update/observe.ts';
import { SECOND } from '../../simulator/scenario/world.ts';
import { firmware, serial } from '../support/bench.ts';
import {
  boots,
  type MeshBench,
  MINUTE,
  meshBench,
  prepare,
  release,
  runs,
} from '../support/mesh-bench.ts';

const ROLES = ['pir', 'led', 'button', 'button2', 'dht', 'watcher'];
/** No image has such an MD5; the first digit names the role that it is offered for. */
const FALSE_MD5 = (role: string) => `${ROLES.indexOf(role)}`.repeat(32);

let bench: MeshBench;
const node = (role: string) => bench.board(`${role}-1`);
beforeAll(async () => {
  await prepare(
    ...ROLES.flatMap((role): [string, string][] => [
      [role, '1.0.0'],
      [role, '1.1.0'],
    ]),
  );
  const sender = (await firmware('stock_sender')).image;
  bench = await meshBench({
    seed: 'roles',
    nodes: [
      ...ROLES.map((role) => ({ name: `${role}-1` })),
      { name: 'sender-1', image: sender, off: true },
    ],
  });
});
afterAll(() => bench.close());

describe('each sketch takes an update for its own role and refuses every other', () => {
  it('from the gateway: one node after another, each confirmed, none of the others touched', async () => {
    const done: string[] = [];
    for (const role of ROLES) {
      const image = await release(role, '1.1.0');
      const id = await bench.publish(image);
      expect(await bench.final(id, 10 * MINUTE)).toBe('completed');
      done.push(role);
      const parts = ROLES.map((other) => bench.watch.count(`${other}-1`, md5Hex(image)).parts > 0);
      expect(parts).toEqual(ROLES.map((other) => other === role));
      for (const other of ROLES) {
        expect(runs(node(other))).toBe(done.includes(other) ? '1.1.0 app1' : '1.0.0 app0');
        expect(boots(node(other))).toBe(done.includes(other) ? '1.1.0 VALID' : '1.0.0 VALID');
        expect(node(other).resets.length > 1).toBe(done.includes(other));
      }
    }
  });

  it('from a painlessMesh sender that tells all nodes of all six: each asks for its own only', async () => {
    const { world, watch } = bench;
    const sender = bench.board('sender-1');
    sender.powerOn();
    expect(await world.runUntil(() => meshFormed(world), 5 * MINUTE, SECOND)).toBe(true);
    const asked = () =>
      ROLES.map((role) =>
        ROLES.filter((offered) => watch.count(`${role}-1`, FALSE_MD5(offered)).parts > 0),
      );
    for (const role of ROLES) {
      sender.uart.receive(new TextEncoder().encode(`offer ${role} ${FALSE_MD5(role)} 65536\n`));
      // Told twice: at once, and after a minute.
      await world.run(70 * SECOND);
    }
    expect(serial(sender).match(/^offering /gm)).toHaveLength(ROLES.length);
    expect(asked()).toEqual(ROLES.map((role) => [role]));
    // What was handed out was no image.
    for (const role of ROLES) {
      expect(runs(node(role))).toBe('1.1.0 app1');
      expect(boots(node(role))).toBe('1.1.0 VALID');
    }
  });
});
