/** Whole meshes in virtual time. */
import { describe, expect, it } from 'vitest';
import { of, TestNet } from './testing/testnet.ts';
import { contains, size } from './tree.ts';

describe('a chain of four', () => {
  const build = () => {
    const net = new TestNet();
    const nodes = net.chain(101, 102, 103, 104);
    net.run(5000);
    return { net, nodes, a: nodes[0]!, d: nodes[3]! };
  };

  it('forms: every node knows every other', () => {
    const { nodes, a } = build();
    for (const node of nodes) {
      expect([...node.mesh.getNodeList(true)].sort()).toEqual([101, 102, 103, 104]);
    }
    expect(a.mesh.subConnectionJson()).toBe(
      '{"nodeId":101,"subs":[{"nodeId":102,"subs":[{"nodeId":103,"subs":[{"nodeId":104}]}]}]}',
    );
  });

  it('tells each application of its neighbours only', () => {
    const { nodes } = build();
    const met = nodes.map((node) => of(node, 'newConnection').map(({ nodeId }) => nodeId));
    expect(met.map((ids) => ids.sort())).toEqual([[102], [101, 103], [102, 104], [103]]);
  });

  it('carries a broadcast to all but the sender, once each', () => {
    const { net, nodes, a } = build();
    expect(a.mesh.sendBroadcast('grüße "alle"\n')).toBe(true);
    net.run(100);
    const heard = nodes.map((node) =>
      of(node, 'receive').map(({ from, message }) => [from, message]),
    );
    expect(heard).toEqual([[], ...Array(3).fill([[101, 'grüße "alle"\n']])]);
  });

  it('gives the sender its own broadcast when asked', () => {
    const { net, a } = build();
    a.mesh.sendBroadcast('me too', true);
    net.run(10);
    expect(of(a, 'receive')).toMatchObject([{ from: 101, message: 'me too' }]);
  });

  it('carries a single through, past nodes that do not see it', () => {
    const { net, nodes, a, d } = build();
    expect(a.mesh.sendSingle(104, 'for d')).toBe(true);
    expect(a.mesh.sendSingle(999, 'nobody')).toBe(false);
    net.run(100);
    expect(of(d, 'receive')).toMatchObject([{ from: 101, message: 'for d' }]);
    for (const node of nodes.slice(0, 3)) expect(of(node, 'receive')).toEqual([]);
  });

  it('measures the way to the far end', () => {
    const { net, a } = build();
    expect(a.mesh.startDelayMeas(104)).toBe(true);
    net.run(100);
    const [answer] = of(a, 'nodeDelay');
    expect(answer!.nodeId).toBe(104);
    expect(answer!.delay).toBeGreaterThan(3 * 2000);
    expect(answer!.delay).toBeLessThan(3 * 2000 + 20_000);
  });

  it('delivers packages of own types by their routing, keys in order', () => {
    const { net, a, d } = build();
    const handler = d.mesh.subscribePackage(31);
    const json =
      '{"zeta":1.5,"10":"a","from":101,"dest":104,"routing":1,"type":31,"2":[true,null]}';
    expect(a.mesh.sendPackage(json)).toBe(true);
    net.run(100);
    expect(of(d, 'package')).toMatchObject([{ handler, type: 31, json }]);
  });

  it('notices a dead node at once through TCP, and says so everywhere', () => {
    const { net, nodes, a } = build();
    net.kill(nodes[2]!);
    net.run(100);
    expect(of(nodes[1]!, 'droppedConnection')).toMatchObject([{ nodeId: 103 }]);
    expect(a.mesh.getNodeList()).toEqual([102]);
    expect(a.mesh.isConnected(104)).toBe(false);
    expect(of(a, 'droppedConnection')).toEqual([]);
    expect(of(a, 'changedConnections').at(-1)!.atMs).toBeGreaterThan(5000);
  });

  it('has the changed tree when changedConnections comes, before droppedConnection', () => {
    const { net, nodes } = build();
    const b = nodes[1]!;
    const seen: string[] = [];
    b.onCallback = (callback) => {
      seen.push(`${callback.kind} ${b.mesh.getNodeList().join()}`);
      return undefined;
    };
    net.kill(nodes[2]!);
    net.run(50);
    expect(seen).toEqual(['changedConnections 101', 'droppedConnection 101']);
  });
});

describe('liveness', () => {
  it('gives up on a silent neighbour 10 s after a node sync request', () => {
    const net = new TestNet();
    const [a, b] = net.chain(1, 2) as [ReturnType<TestNet['add']>, ReturnType<TestNet['add']>];
    net.run(20_000);
    net.nodes.delete(b.id); // hangs: the stream stays open
    net.run(80_000);
    const [drop] = of(a, 'droppedConnection');
    expect(drop!.nodeId).toBe(2);
    // a's last sync with b was at about 10 s, so it asks at 70 s and waits until 80 s.
    expect(drop!.atMs).toBeGreaterThan(79_900);
    expect(drop!.atMs).toBeLessThan(80_200);
  });
});

describe('time sync', () => {
  it.each([0, 300])(
    'settles with %i µs jitter: then about one exchange a link a minute',
    (jitter) => {
      const net = new TestNet(3);
      net.jitterMicros = jitter;
      const nodes = net.chain(11, 12, 13, 14, 15);
      net.run(120_000);
      const times = nodes.map((node) => node.mesh.getNodeTime());
      expect(Math.max(...times) - Math.min(...times)).toBeLessThan(5000);
      const before = nodes.flatMap((node) => of(node, 'nodeTimeAdjusted')).length;
      const bytes = net.bytes;
      net.run(600_000);
      const adjusted = nodes.flatMap((node) => of(node, 'nodeTimeAdjusted')).length - before;
      expect(adjusted).toBeGreaterThan(20);
      expect(adjusted).toBeLessThan(200); // 4 links in 10 minutes; a chatter would be 5 a second each
      expect(net.bytes - bytes).toBeLessThan(250_000);
    },
  );

  it('the smaller part adopts; between equals the lower id', () => {
    const net = new TestNet();
    const low = net.add(5);
    const high = net.add(9);
    net.link(high, low);
    net.run(3000);
    expect(of(low, 'nodeTimeAdjusted').length).toBeGreaterThan(0);
    expect(of(high, 'nodeTimeAdjusted')).toEqual([]);
  });
});

describe('loops', () => {
  it('a second way to a known node is closed by the node that knows', () => {
    const net = new TestNet();
    const [a, , c] = net.chain(101, 102, 103);
    net.run(3000);
    net.link(a!, c!);
    net.run(1000);
    expect(a!.mesh.asNodeTree().subs.map(({ nodeId }) => nodeId)).toEqual([102]);
    expect(size(c!.mesh.asNodeTree())).toBe(3);
  });

  it('a ring of five closed at once does not stay', () => {
    const net = new TestNet(4);
    const nodes = [1, 2, 3, 4, 5].map((id) => net.add(id));
    nodes.forEach((node, i) => {
      net.link(node, nodes[(i + 1) % 5]!);
    });
    net.run(300_000);
    const links = nodes.reduce((sum, node) => sum + node.mesh.asNodeTree().subs.length, 0) / 2;
    expect(links).toBeLessThan(5);
    for (const node of nodes) {
      for (const sub of node.mesh.asNodeTree().subs) expect(contains(sub, node.id)).toBe(false);
    }
  });
});

describe('by itself, over the air', () => {
  it('six nodes in one room become one mesh', () => {
    const net = new TestNet(5);
    for (const id of [10, 20, 30, 40, 50, 60]) net.add(id, { mode: 'ap+sta' });
    net.run(600_000);
    for (const node of net.nodes.values()) {
      expect([...node.mesh.getNodeList(true)].sort()).toEqual([10, 20, 30, 40, 50, 60]);
    }
  });

  it('a line of five that only hears its neighbours becomes a chain, and heals', () => {
    const net = new TestNet(6);
    net.rssi = (from, to) => (Math.abs(from - to) === 1 ? -60 : undefined);
    for (const id of [1, 2, 3, 4, 5]) net.add(id, { mode: 'ap+sta' });
    net.run(900_000);
    const first = net.nodes.get(1)!;
    expect([...first.mesh.getNodeList(true)].sort()).toEqual([1, 2, 3, 4, 5]);
    net.kill(net.nodes.get(3)!);
    net.run(60_000);
    expect([...first.mesh.getNodeList(true)].sort()).toEqual([1, 2]);
    net.add(3, { mode: 'ap+sta' });
    net.run(1_200_000);
    expect([...first.mesh.getNodeList(true)].sort()).toEqual([1, 2, 3, 4, 5]);
  });
});

it('the same seed gives the same run', () => {
  const run = () => {
    const net = new TestNet(8);
    for (const id of [10, 20, 30]) net.add(id, { mode: 'ap+sta' });
    net.run(200_000);
    return JSON.stringify([...net.nodes.values()].map(({ callbacks }) => callbacks));
  };
  expect(run()).toBe(run());
});
