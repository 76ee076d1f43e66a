/** Each peculiarity of the library: what happens with it, and what would happen in a library without it. */
import { describe, expect, it } from 'vitest';
import { Mesh } from './mesh.ts';
import { boot, mesh, neighbour, ports, run } from './testing/edge.ts';
import { fakePorts } from './testing/fake-ports.ts';
import { byHand, chainWith, makeImage, md5Of, offer, PART, serve } from './testing/ota-net.ts';
import { of, TestNet } from './testing/testnet.ts';
import { encodeFrame } from './text.ts';
import type { MeshOptions } from './types.ts';
import { type LibraryVersion, type Quirks, quirksOf, VERSIONS } from './versions.ts';

type Hand = ReturnType<typeof byHand>;
const three = new Uint8Array(3);

/** What a scenario shows with the quirk, and without. */
interface Case {
  show: (hand: Hand, options: Partial<MeshOptions>) => unknown;
  with: unknown;
  without: unknown;
}

const partsAsked = (hand: Hand) => hand.asked().map(({ md5, partNo }) => `${md5}${partNo}`);

const CASES: Partial<Record<keyof Quirks, Case>> = {
  partKeptOnNewAnnounce: {
    show(hand) {
      hand.announce('a', 4);
      hand.net.run(20);
      hand.data('a', 4, 0, three);
      hand.net.run(20);
      hand.announce('b', 4);
      hand.net.run(20);
      return partsAsked(hand);
    },
    with: ['a0', 'a1', 'b1'],
    without: ['a0', 'a1', 'b0'],
  },
  zombieRequests: {
    show(hand) {
      hand.announce('a', 4);
      hand.net.run(1000);
      hand.announce('b', 4);
      hand.net.run(35_000);
      return partsAsked(hand);
    },
    with: ['a0', 'b0', 'a0', 'b0'],
    without: ['a0', 'b0', 'b0'],
  },
  partKeptWhenGivenUp: {
    show(hand) {
      hand.announce('a', 4);
      hand.net.run(20);
      hand.data('a', 4, 0, three);
      hand.net.run(280_000);
      hand.announce('a', 4);
      hand.net.run(20);
      return hand.asked().at(-1).partNo;
    },
    with: 1,
    without: 0,
  },
  forcedEveryAnnounce: {
    show(_hand, options) {
      const { net, gateway, nodes } = chainWith(options, 'pir');
      const [node] = nodes;
      const image = makeImage(12, 500);
      serve(gateway, image);
      offer(gateway, image, { forced: true });
      net.run(1000);
      node!.mesh.stop();
      node!.mesh.init({ ssid: 'mesh', password: 'password', mode: 'ap' });
      node!.mesh.initOTAReceive('pir');
      net.link(node!, gateway);
      net.run(60_000);
      return node!.ports.update.taken.length;
    },
    with: 2,
    without: 1,
  },
  lastPartTwice: {
    show({ net, node, announce, data }) {
      node.mesh.setDebugMsgTypes(1);
      const image = new Uint8Array([0xe9, 1, 2, 3]);
      announce(md5Of(image), 1);
      net.run(20);
      data(md5Of(image), 1, 0, image);
      net.run(20);
      const before = node.ports.update.calls.length;
      data(md5Of(image), 1, 0, image);
      net.run(20);
      return node.ports.update.calls.length > before;
    },
    with: true,
    without: false,
  },
  deafAfterBroadcast: {
    show(hand) {
      hand.announce('a', 4, ',"broadcasted":true');
      hand.net.run(20);
      hand.announce('a', 4);
      hand.net.run(20);
      return partsAsked(hand);
    },
    with: [],
    without: ['a0'],
  },
  uncheckedBase64: {
    show(hand) {
      hand.announce('a', 4);
      hand.net.run(20);
      hand.gateway.mesh.sendPackage(
        '{"from":1,"routing":1,"type":12,"md5":"a","hardware":"ESP32","role":"pir","noPart":4,"dest":2,"partNo":0,"data":"!!.."}',
      );
      hand.net.run(20);
      return of(hand.node, 'otaProgress').length;
    },
    with: 1,
    without: 0,
  },
  missingTextIsNull: {
    show(_hand, options) {
      const { net, gateway } = chainWith(options, 'null');
      gateway.mesh.subscribePackage(11);
      gateway.mesh.sendPackage('{"from":1,"routing":2,"type":10,"hardware":"ESP32","md5":"a"}');
      net.run(20);
      return of(gateway, 'package').length;
    },
    with: 1,
    without: 0,
  },
  sendersAddUp: {
    show(_hand, options) {
      const { net, gateway } = chainWith(options, 'pir');
      const handlers = [gateway.mesh.initOTASend(PART), gateway.mesh.initOTASend(PART)];
      offer(gateway, makeImage(9, 900));
      net.run(1000);
      return of(gateway, 'otaRequest').map(({ handler }) => handlers.indexOf(handler));
    },
    with: [0, 1],
    without: [1],
  },
  offersAddUp: {
    show(_hand, options) {
      const { net, gateway, nodes } = chainWith(options, 'led');
      nodes[0]!.mesh.subscribePackage(10);
      offer(gateway, makeImage(1, 100));
      net.run(1000);
      offer(gateway, makeImage(2, 100)).release();
      offer(gateway, makeImage(3, 100), { role: 'led' });
      nodes[0]!.callbacks.length = 0;
      net.run(61_500);
      const named = [1, 2, 3].map((seed) => md5Of(makeImage(seed, 100)));
      const heard = of(nodes[0]!, 'package').map(({ json }) => named.indexOf(JSON.parse(json).md5));
      return heard.sort();
    },
    with: [0, 1, 1, 2, 2],
    without: [1, 1, 2, 2],
  },
  broadcastedPartsUnicast: {
    show(_hand, options) {
      const { net, gateway, nodes } = chainWith(options, 'pir', 'pir');
      nodes[0]!.mesh.setRoot();
      const image = makeImage(20, 5 * PART);
      serve(gateway, image);
      gateway.mesh.offerOTA({ ...described(image), broadcasted: true });
      net.run(5000);
      return nodes.map((node) => node.ports.update.taken.length);
    },
    with: [1, 0],
    without: [1, 1],
  },
  broadcastedFlag: {
    show: (_hand, options) => announced(options),
    with: '{"from":1,"routing":2,"type":10,"md5":"m","hardware":"h","role":"r","noPart":3,"broadcasted":false}',
    without: '{"from":1,"routing":2,"type":10,"md5":"m","hardware":"h","role":"r","noPart":3}',
  },
  compressedFlag: {
    show: (_hand, options) => announced(options, true),
    with: '{"from":1,"routing":2,"type":10,"md5":"m","hardware":"h","role":"r","noPart":3,"broadcasted":false,"compressed":true}',
    without:
      '{"from":1,"routing":2,"type":10,"md5":"m","hardware":"h","role":"r","noPart":3,"broadcasted":false}',
  },
  fastAnswersDiscarded: {
    show: (_hand, options) => requestsInTwoMinutes(options, { answerMicros: 0, ahead: 4000 }) > 100,
    with: true,
    without: false,
  },
  zeroOffsetAsksAgain: {
    show: (_hand, options) => requestsInTwoMinutes(options, { answerMicros: 400, ahead: 0 }) > 100,
    with: true,
    without: false,
  },
  stationBefore156: {
    show: (_hand, options) => secondsToRescan(options),
    with: 60,
    without: 120,
  },
};

function described(image: Uint8Array) {
  return { role: 'pir', hardware: 'ESP32', md5: md5Of(image), noPart: image.length / PART };
}

function announced(options: Partial<MeshOptions>, compressed?: boolean): string {
  const { net, gateway, nodes } = chainWith(options, 'pir');
  nodes[0]!.mesh.subscribePackage(10);
  gateway.mesh.offerOTA({ role: 'r', hardware: 'h', md5: 'm', noPart: 3, compressed });
  net.run(50);
  return of(nodes[0]!, 'package')[0]!.json;
}

/** How often a node asks a peer for the time whose clock is `ahead` µs and who takes `answerMicros` to answer. */
function requestsInTwoMinutes(
  options: Partial<MeshOptions>,
  { answerMicros, ahead }: { answerMicros: number; ahead: number },
): number {
  boot(options);
  const wire = neighbour(5);
  let asked = 0;
  for (let i = 0; i < 120_000; i++) {
    const [request] = wire.frames().filter((frame) => frame.includes('"msg":{"type":1'));
    if (request) {
      asked++;
      const t0: number = JSON.parse(request).msg.t0;
      const t1 = mesh.getNodeTime() + ahead;
      const msg = { type: 2, t0, t1, t2: (t1 + answerMicros) >>> 0 };
      // The answer takes as long as the request did: the offset is exactly `ahead`.
      ports.clock.micros += answerMicros + (t1 - ahead - t0);
      mesh.onData(wire, encodeFrame(JSON.stringify({ type: 4, dest: 1, from: 5, msg })));
    }
    if (i % 5000 === 0) mesh.onData(wire, encodeFrame('{"nodeId":5,"type":6,"from":5}'));
    run(1);
  }
  return asked;
}

/** How long a node that cannot join the access point it has chosen waits for its next scan. */
function secondsToRescan(options: Partial<MeshOptions>): number {
  const net = new TestNet();
  const node = net.add(7, { ...options, mode: 'ap+sta' });
  node.ports.wifi.begin = () => {};
  net.add(8, options);
  const scans: number[] = [];
  const { startScan } = node.ports.wifi;
  node.ports.wifi.startScan = (...args) => {
    scans.push(net.now);
    startScan.apply(node.ports.wifi, args);
  };
  net.run(200_000);
  return Math.round((scans[1]! - scans[0]!) / 1e6);
}

describe('each quirk', () => {
  it('has a case here', () => {
    expect(Object.keys(CASES).sort()).toEqual(Object.keys(quirksOf('1.5.6')).sort());
  });

  it.each(Object.keys(CASES) as (keyof Quirks)[])('%s', (name) => {
    const shown = CASES[name]!;
    for (const on of [true, false]) {
      const options = { quirks: { [name]: on } };
      expect([on, shown.show(byHand(options), options)]).toEqual([
        on,
        on ? shown.with : shown.without,
      ]);
    }
  });
});

describe('releases', () => {
  it.each<[LibraryVersion, Partial<Quirks>]>([
    ['1.5.3', { broadcastedFlag: false, stationBefore156: true }],
    ['1.5.5', { broadcastedFlag: true, stationBefore156: true }],
    ['1.5.6', { stationBefore156: false, broadcastedPartsUnicast: true }],
    ['alteriom-1.9', { broadcastedPartsUnicast: false, compressedFlag: true }],
  ])('%s behaves so', (version, expected) => {
    expect(quirksOf(version)).toMatchObject(expected);
  });

  it('all speak with each other: an update goes through a chain of them', () => {
    const net = new TestNet(5, md5Of);
    const nodes = VERSIONS.map((version, i) => net.add(i + 1, { version }));
    nodes.slice(1).forEach((node, i) => net.link(node, nodes[i]!));
    for (const node of nodes.slice(1)) node.mesh.initOTAReceive('pir');
    net.run(2000);
    const image = makeImage(4, 3 * PART);
    serve(nodes[0]!, image);
    nodes[0]!.mesh.offerOTA(described(image));
    net.run(5000);
    expect(nodes.slice(1).map((node) => node.ports.update.taken.length)).toEqual(
      nodes.slice(1).map(() => 1),
    );
  });

  it('that are not known, and quirks that are not, are refused by name', () => {
    const make = (options: object) => () =>
      new Mesh(fakePorts(1, md5Of), { nodeId: 1, ...options } as MeshOptions);
    expect(make({ version: '1.4.0' })).toThrow(/1\.4\.0 is not known: use 1\.5\.3, 1\.5\.4/);
    expect(make({ quirks: { zombies: true } })).toThrow(/no quirk "zombies": there are part/);
  });
});
