/** Which access point a node joins (PAINLESSMESH.md §5): the engine on simulated radios, no firmware. */
import { describe, expect, it } from 'vitest';
import { Kernel } from '../../simulator/kernel/kernel.ts';
import { type PathLoss, WifiMedium } from '../../simulator/net/wifi-medium.ts';
import { edges, grid, positions, randomPlaces, star } from '../../simulator/scenario/layout.ts';
import { AirNode, type AirNodeOptions } from './air-node.ts';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;

function air(rssi: PathLoss, seed = 'association') {
  const kernel = new Kernel(seed);
  const medium = new WifiMedium(kernel, rssi);
  const nodes: AirNode[] = [];
  const add = (name: string, options: AirNodeOptions = {}): AirNode => {
    const node = new AirNode(medium, name, options);
    nodes.push(node);
    return node;
  };
  /** Switches a node on and gives it time to join. */
  const on = async (node: AirNode, us = 5 * SECOND) => {
    node.powerOn();
    await kernel.runUntil(kernel.now + us);
  };
  const run = (us: number) => kernel.runUntil(kernel.now + us);
  const whole = () => nodes.every((node) => node.mesh.getNodeList().length === nodes.length - 1);
  const stations = (name: string) => nodes.filter((node) => node.parent === name).length;
  return { kernel, medium, nodes, add, on, run, whole, stations };
}

/** These hear nobody, so that their own stations join nobody. */
const deaf =
  (heard: PathLoss, ...names: string[]): PathLoss =>
  (from, to) =>
    names.includes(to) ? undefined : heard(from, to);

describe('a station', () => {
  it('joins the strongest access point, and the next one when that is full', async () => {
    const rssi = edges([
      ['near', 'node', -50],
      ['far', 'node', -70],
      ['near', 'other', -60],
      ['far', 'other', -80],
    ]);
    const { add, on } = air(deaf(rssi, 'near', 'far'));
    const [far, near] = [add('far'), add('near')];
    await on(far);
    await on(near);
    const node = add('node');
    await on(node);
    expect(node.parent).toBe('near');
    node.powerOff();
    near.radio.ap!.maxStations = 0;
    const late = add('other');
    await on(late, 20 * SECOND);
    expect(late.parent).toBe('far');
  });

  it('passes over the stronger one that is in its own tree already', async () => {
    // `top` hears its own station best. `other` hears nobody: it waits to be joined.
    const heard = edges([
      ['top', 'child', -40],
      ['other', 'top', -80],
    ]);
    const { add, on, run, whole } = air(deaf(heard, 'other'));
    const [top, child, other] = [add('top'), add('child'), add('other')];
    await on(top);
    await on(child);
    expect(child.parent).toBe('top');
    await on(other);
    await run(2 * MINUTE);
    expect(top.parent).toBe('other');
    expect(child.parent).toBe('top');
    expect(whole()).toBe(true);
  });

  it('joins nobody on another channel, however strong, nor another network', async () => {
    const { add, on, run } = air(() => -40);
    const elsewhere = add('elsewhere', { channel: 6 });
    await on(elsewhere);
    const node = add('node');
    await on(node);
    await run(MINUTE);
    expect([node.parent, elsewhere.parent]).toEqual([undefined, undefined]);
    const beside = add('beside', { channel: 6 });
    await on(beside);
    expect(beside.parent).toBe('elsewhere');
  });

  it('looks for another access point when its own one dies', async () => {
    const { add, on, run } = air(
      edges([
        ['a', 'node', -50],
        ['b', 'node', -70],
      ]),
    );
    const [a, b, node] = [add('a'), add('b'), add('node')];
    for (const one of [a, b, node]) await on(one);
    expect(node.parent).toBe('a');
    a.powerOff();
    await run(MINUTE);
    expect(node.parent).toBe('b');
    expect(node.mesh.getNodeList()).toEqual([b.nodeId]);
  });
});

describe('an access point', () => {
  it.each([
    ['ESP32', 10],
    ['ESP8266', 4],
  ] as const)(
    'of an %s takes %i stations, and a later one when there is room',
    async (hardware, limit) => {
      const names = ['hub', ...Array.from({ length: limit + 2 }, (_, i) => `s${i}`)];
      const { add, on, run, stations, nodes } = air(deaf(star(names), 'hub'));
      await on(add('hub', { hardware }));
      for (const name of names.slice(1)) await on(add(name), 2 * SECOND);
      await run(5 * MINUTE);
      expect(stations('hub')).toBe(limit);
      expect(nodes[0]!.mesh.getNodeList()).toHaveLength(limit);
      const waiting = nodes.slice(1).filter((node) => !node.parent);
      expect(waiting).toHaveLength(2);
      // Without a goodbye: the access point keeps its place for five minutes.
      nodes.find((node) => node.parent === 'hub')!.powerOff();
      await run(4 * MINUTE);
      expect(stations('hub')).toBe(limit - 1);
      await run(6 * MINUTE);
      expect(stations('hub')).toBe(limit);
      expect(waiting.filter((node) => node.parent === 'hub')).toHaveLength(1);
    },
  );
});

describe('the tree forms by itself', () => {
  const named = (count: number) => Array.from({ length: count }, (_, i) => `n${i}`);
  const random = (names: string[], seed: string): PathLoss => {
    const draw = new Kernel(seed).random('places');
    return positions(randomPlaces(names, 120, draw), { shadowing: 4 }, draw);
  };
  const layouts: [string, number, (names: string[], seed: string) => PathLoss][] = [
    ['a grid of 16', 16, (names) => grid(names, 4)],
    ['20 random places', 20, random],
  ];

  for (const [layout, count, lay] of layouts) {
    it.each(['1', '2', '3'])(`in ${layout}, seed %s`, async (seed) => {
      const names = named(count);
      const rssi = lay(names, seed);
      const { kernel, add, whole, nodes, stations } = air(rssi, seed);
      const delay = kernel.random('power-on');
      for (const name of names) {
        const node = add(name);
        if (name === 'n0') node.mesh.setRoot();
        node.mesh.setContainsRoot();
        kernel.after(delay() * 30 * SECOND, () => node.powerOn());
      }
      while (!whole() && kernel.now < 90 * MINUTE) await kernel.runUntil(kernel.now + 5 * SECOND);
      expect(whole()).toBe(true);
      // One link fewer than nodes, each to somebody in range: a tree, since everyone knows everyone.
      const linked = nodes.filter((node) => node.parent !== undefined);
      expect(linked).toHaveLength(count - 1);
      for (const node of linked) expect(rssi(node.parent!, node.name)).toBeDefined();
      for (const name of names) expect(stations(name)).toBeLessThanOrEqual(10);
    });
  }
});
