/** Frames made of almost the right things, for every handler: nothing throws, nothing grows, the node lives on. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Mesh } from './mesh.ts';
import { fakePorts } from './testing/fake-ports.ts';
import { encodeFrame } from './text.ts';
import type { MeshLink } from './types.ts';

fc.configureGlobal({ seed: 156 });

const ids = fc.constantFrom<unknown>(
  0,
  1,
  2,
  3,
  30,
  4294967295,
  4294967296,
  -1,
  1.5,
  '2',
  null,
  true,
  [],
  {},
);
const words = fc.constantFrom<unknown>(
  'pir',
  'ESP32',
  'md5',
  'null',
  '',
  'AAAA',
  '"\\\u0000',
  7,
  null,
  {},
  [],
);
const numbers = fc.oneof(
  fc.nat(3),
  fc.constantFrom<unknown>(-1, 2 ** 32 - 1, 1e300, '1', null, false),
);
const tree = fc.letrec((tie) => ({
  node: fc.record(
    {
      nodeId: ids,
      root: fc.constantFrom<unknown>(true, false, 1, 'x'),
      subs: fc.oneof({ depthSize: 'small' }, fc.array(tie('node'), { maxLength: 3 }), numbers),
    },
    { requiredKeys: [] },
  ),
})).node as fc.Arbitrary<object>;

const fields = fc.record(
  {
    from: ids,
    dest: ids,
    routing: fc.constantFrom<unknown>(-1, 0, 1, 2, 3, '1', null),
    msg: fc.oneof(
      words,
      fc.record(
        { type: fc.integer({ min: -2, max: 4 }), t0: numbers, t1: numbers, t2: numbers },
        { requiredKeys: [] },
      ),
    ),
    md5: words,
    hardware: words,
    role: words,
    forced: fc.constantFrom<unknown>(true, false, 1),
    broadcasted: fc.constantFrom<unknown>(true, false, 'true'),
    noPart: numbers,
    partNo: numbers,
    data: words,
  },
  { requiredKeys: [] },
);

const frame = fc
  .tuple(fc.integer({ min: -1, max: 14 }), fields, tree)
  .map(([type, some, layout]) => JSON.stringify({ ...layout, ...some, type }));
const rubbish = fc.oneof(
  fc.string(),
  fc.json(),
  frame.map((text) => text.slice(0, -3)),
);
const traffic = fc.array(fc.tuple(fc.nat(2), fc.oneof({ weight: 5, arbitrary: frame }, rubbish)), {
  maxLength: 40,
});

class Sink implements MeshLink {
  readonly id: number;
  closed = false;

  constructor(id: number) {
    this.id = id;
  }

  write(): void {}

  sendSpace(): number {
    return 1000;
  }

  close(): void {
    this.closed = true;
  }
}

function build() {
  const ports = fakePorts(1, () => 'md5');
  const mesh = new Mesh(ports, { nodeId: 1 });
  mesh.init({ ssid: 'mesh', password: 'password', mode: 'ap' });
  mesh.setDebugMsgTypes(0xffff);
  mesh.initOTAReceive('pir');
  mesh.initOTASend(16);
  mesh.subscribePackage(13);
  const links = [0, 1, 2].map((id) => new Sink(id));
  for (const link of links) mesh.onAccepted(link);
  const run = (ms: number) => {
    for (let i = 0; i < ms; i++) {
      const steps = mesh.update();
      for (let next = steps.next(); !next.done; next = steps.next(Uint8Array.of(1, 2, 3)));
      ports.clock.micros += 1000;
    }
  };
  return { mesh, links, ports, run };
}

it('survives any traffic, and a new neighbour still gets in', () => {
  fc.assert(
    fc.property(traffic, (messages) => {
      const { mesh, links, run } = build();
      run(2);
      for (const [link, text] of messages) mesh.onData(links[link]!, encodeFrame(text));
      run(150);
      run(3); // the queues are empty again
      const late = new Sink(9);
      mesh.onAccepted(late);
      mesh.onData(late, encodeFrame('{"nodeId":4000,"type":5,"dest":0,"from":4000}'));
      run(10);
      expect(mesh.isConnected(4000)).toBe(true);
      expect(mesh.nextDue()).toBeGreaterThan(0);
      JSON.parse(mesh.subConnectionJson());
    }),
    { numRuns: 300 },
  );
});

it('keeps bounded memory over a long run of accepted and dropped links', () => {
  const { mesh, run } = build();
  run(2);
  for (let i = 0; i < 2000; i++) {
    const link = new Sink(i);
    mesh.onAccepted(link);
    mesh.onData(link, encodeFrame(`{"nodeId":${100 + i},"type":5,"dest":0,"from":1}`));
    run(4);
    mesh.onClosed(link);
    run(4);
  }
  expect(mesh.getNodeList()).toEqual([]);
  expect(mesh.chainLength()).toBeLessThan(40);
});
