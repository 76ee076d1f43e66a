/** The engine at its edge: update(), callbacks that block, slices, bounds, settings. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Mesh } from './mesh.ts';
import { type FakePorts, fakePorts } from './testing/fake-ports.ts';
import { decodeText, encodeFrame } from './text.ts';
import { LOG, type MeshCallback, type MeshLink, type MeshOptions } from './types.ts';

class Wire implements MeshLink {
  readonly id: number;
  readonly slices: Uint8Array[] = [];
  space = 5000;
  closed = false;

  constructor(id: number) {
    this.id = id;
  }

  write(bytes: Uint8Array): void {
    this.slices.push(bytes.slice());
  }

  sendSpace(): number {
    return this.space;
  }

  close(): void {
    this.closed = true;
  }

  /** Frames written since the last look. */
  all(): string[] {
    const bytes = this.slices.splice(0).flatMap((slice) => [...slice]);
    return decodeText(Uint8Array.from(bytes)).split('\0').slice(0, -1);
  }

  /** The same, node syncs left out. */
  frames(): string[] {
    return this.all().filter((frame) => !frame.startsWith('{"nodeId"'));
  }
}

let ports: FakePorts;
let mesh: Mesh;

function boot(options: Partial<MeshOptions> = {}): void {
  ports = fakePorts();
  mesh = new Mesh(ports, { nodeId: 1, ...options });
  mesh.init({ ssid: 'mesh', password: 'password', mode: 'ap' });
  mesh.setDebugMsgTypes(LOG.ERROR);
}

function run(ms: number): MeshCallback[] {
  const callbacks: MeshCallback[] = [];
  for (let i = 0; i < ms; i++) {
    callbacks.push(...mesh.update());
    ports.clock.micros += 1000;
  }
  return callbacks;
}

/** A neighbour that has introduced itself. */
function neighbour(nodeId: number, subs = ''): Wire {
  const wire = new Wire(nodeId);
  mesh.onAccepted(wire);
  mesh.onData(wire, encodeFrame(`{"nodeId":${nodeId}${subs},"type":5,"dest":0,"from":${nodeId}}`));
  run(8);
  wire.frames();
  return wire;
}

beforeEach(() => boot());

describe('update()', () => {
  it('with nothing to do hands out the same ended generator', () => {
    run(5);
    const idle = mesh.update();
    expect(mesh.update()).toBe(idle);
    expect(idle.next()).toBe(idle.next());
    expect([...idle]).toEqual([]);
    expect(mesh.hasWork()).toBe(false);
    expect(mesh.nextDue()).toBe(Number.POSITIVE_INFINITY);
  });

  it('says when it is due next: at once for what came in, later for a timer', () => {
    const wire = new Wire(2);
    mesh.onAccepted(wire);
    expect([mesh.nextDue(), mesh.hasWork()]).toEqual([0, true]);
    run(2);
    const accepted = 0;
    expect(mesh.nextDue()).toBe((accepted + 10_000) * 1000); // the acceptor's first node sync
    mesh.onData(wire, Uint8Array.of(65));
    expect(mesh.hasWork()).toBe(false); // half a frame is no work
    mesh.onData(wire, Uint8Array.of(0));
    expect(mesh.hasWork()).toBe(true);
  });

  it('idle costs no work however long the board was away', () => {
    const wire = neighbour(2);
    ports.clock.micros += 5_000_000;
    expect(mesh.hasWork()).toBe(false);
    expect(wire.frames()).toEqual([]);
  });

  it('makes one scheduler pass: read, then write on the next', () => {
    const wire = neighbour(2);
    mesh.onData(wire, encodeFrame('{"type":4,"dest":1,"from":2,"msg":{"type":0}}'));
    expect([...mesh.update()]).toEqual([]);
    expect(wire.frames()).toEqual([]);
    expect([...mesh.update()]).toEqual([]);
    expect(wire.frames().length).toBe(1);
  });

  it('does nothing while another update() waits in a callback; other methods work', () => {
    const wire = neighbour(2);
    mesh.onData(wire, encodeFrame('{"type":9,"dest":1,"from":2,"msg":"hi"}'));
    const steps = mesh.update();
    expect(steps.next().value).toEqual({ kind: 'receive', from: 2, message: 'hi' });
    expect([...mesh.update()]).toEqual([]);
    expect(mesh.sendSingle(2, 'back')).toBe(true);
    expect(steps.next().done).toBe(true);
    run(2);
    expect(wire.frames()).toEqual(['{"type":9,"dest":2,"from":1,"msg":"back"}']);
  });

  it('goes on after a pass that was given up in the middle', () => {
    const wire = neighbour(2);
    mesh.onData(wire, encodeFrame('{"type":9,"dest":1,"from":2,"msg":"a"}'));
    const steps = mesh.update();
    steps.next();
    steps.return();
    mesh.onData(wire, encodeFrame('{"type":9,"dest":1,"from":2,"msg":"b"}'));
    expect(run(3)).toMatchObject([{ message: 'b' }]);
  });

  it('survives stop() from within a callback', () => {
    const wire = neighbour(2);
    mesh.onData(wire, encodeFrame('{"type":9,"dest":1,"from":2,"msg":"a"}'));
    for (const _ of mesh.update()) mesh.stop();
    expect(wire.closed).toBe(true);
    expect(run(20_000)).toEqual([]);
    expect(mesh.getNodeList()).toEqual([]);
  });
});

describe('a callback that blocks', () => {
  /** Stop in a callback, let `during` happen, block for `ms`, then go on. */
  function block(ms: number, during: () => void): void {
    const wire = neighbour(2);
    mesh.onData(wire, encodeFrame('{"type":9,"dest":1,"from":2,"msg":"hi"}'));
    const steps = mesh.update();
    steps.next();
    during();
    ports.clock.micros += ms * 1000;
    for (const _ of steps);
  }

  it('for 10 ms misses nothing', () => {
    const late = new Wire(3);
    block(10, () => mesh.onAccepted(late));
    mesh.onData(late, encodeFrame('{"nodeId":3,"type":5,"dest":0,"from":3}'));
    run(8);
    expect(mesh.getNodeList()).toEqual([2, 3]);
  });

  it('for longer loses accepts: the stream stays open and nobody answers', () => {
    const late = new Wire(3);
    block(11, () => mesh.onAccepted(late));
    mesh.onData(late, encodeFrame('{"nodeId":3,"type":5,"dest":0,"from":3}'));
    run(20_000);
    expect(mesh.getNodeList()).toEqual([]); // 2 never answered node sync and is gone too
    expect(late.closed).toBe(false);
    expect(late.slices).toEqual([]);
  });

  it('never loses data or a close', () => {
    let wire: Wire | undefined;
    block(5000, () => {
      wire = new Wire(9);
    });
    expect(wire).toBeDefined();
    const other = neighbour(4);
    mesh.onData(other, encodeFrame('{"type":9,"dest":1,"from":4,"msg":"one"}'));
    const steps = mesh.update();
    steps.next();
    mesh.onData(other, encodeFrame('{"type":9,"dest":1,"from":4,"msg":"two"}'));
    ports.clock.micros += 3_000_000;
    for (const _ of steps);
    expect(run(3)).toMatchObject([{ message: 'two' }]);
    mesh.onData(other, encodeFrame('{"type":9,"dest":1,"from":4,"msg":"three"}'));
    const again = mesh.update();
    again.next();
    mesh.onClosed(other);
    ports.clock.micros += 3_000_000;
    for (const _ of again);
    expect(run(3).map(({ kind }) => kind)).toContain('droppedConnection');
  });
});

describe('writing', () => {
  it('goes out in slices of one byte less than the MSS', () => {
    boot({ tcpMss: 101 });
    const wire = neighbour(2);
    mesh.sendSingle(2, 'x'.repeat(250));
    run(10);
    expect(wire.slices.map(({ length }) => length)).toEqual([100, 100, 88]);
    expect(wire.frames()).toEqual([`{"type":9,"dest":2,"from":1,"msg":"${'x'.repeat(250)}"}`]);
  });

  it('takes what room there is, and goes on when told of more', () => {
    const wire = neighbour(2);
    wire.space = 10;
    mesh.sendSingle(2, 'hello');
    run(1);
    wire.space = 0;
    run(5);
    expect(wire.slices.map(({ length }) => length)).toEqual([10]);
    wire.space = 5000;
    mesh.onSendSpace(wire);
    run(1);
    expect(wire.frames()).toEqual(['{"type":9,"dest":2,"from":1,"msg":"hello"}']);
  });

  it('without being told tries again within a second', () => {
    const wire = neighbour(2);
    wire.space = 0;
    mesh.sendSingle(2, 'hello');
    run(5);
    wire.space = 5000;
    run(1001);
    expect(wire.frames().length).toBe(1);
  });

  it('lets node sync replies and time sync pass what waits', () => {
    const wire = neighbour(2);
    wire.space = 0;
    mesh.sendSingle(2, 'waits');
    mesh.onData(wire, encodeFrame('{"nodeId":2,"type":5,"dest":1,"from":2}'));
    mesh.onData(wire, encodeFrame('{"type":3,"dest":1,"from":2,"msg":{"type":1,"t0":7}}'));
    mesh.onData(wire, encodeFrame('{"type":4,"dest":1,"from":2,"msg":{"type":0}}'));
    run(8);
    wire.space = 5000;
    mesh.onSendSpace(wire);
    run(8);
    const types = wire.all().map((frame) => JSON.parse(frame).type);
    expect(types).toEqual([4, 6, 9, 3]);
  });

  it('refuses what no longer fits into the queue, and says so', () => {
    boot({ maxQueueBytes: 1000 });
    const wire = neighbour(2);
    wire.space = 0;
    const sent = Array.from({ length: 5 }, () => mesh.sendSingle(2, 'x'.repeat(300)));
    expect(sent).toEqual([true, true, false, false, false]);
    expect(ports.lines.at(-1)).toMatch(/queue to 2 is full/);
    wire.space = 5000;
    run(1010);
    expect(wire.frames().filter((frame) => frame.includes('xxx')).length).toBe(2);
  });
});

describe('a hostile neighbour', () => {
  it('that never sends a NUL is cut off at the bound, and others do not feel it', () => {
    boot({ maxFrameBytes: 10_000 });
    const good = neighbour(2);
    const bad = neighbour(3);
    const flood = new Uint8Array(1000).fill(65);
    for (let i = 0; i < 100_000; i++) mesh.onData(bad, flood); // 100 MB
    run(5);
    expect(bad.closed).toBe(true);
    expect(good.closed).toBe(false);
    expect(mesh.getNodeList()).toEqual([2]);
    expect(ports.lines).toEqual([expect.stringMatching(/too much data from 3/)]);
  });

  it.each([
    ['that changes its id', '{"nodeId":4,"type":5,"dest":1,"from":4}'],
    ['that is below itself', '{"nodeId":3,"subs":[{"nodeId":9,"subs":[{"nodeId":3}]}],"type":5}'],
  ])('%s is cut off without a reply', (_, frame) => {
    const wire = neighbour(3);
    mesh.onData(wire, encodeFrame(frame));
    const callbacks = run(8);
    expect(wire.closed).toBe(true);
    expect(wire.frames()).toEqual([]);
    expect(callbacks).toEqual([
      { kind: 'changedConnections' },
      { kind: 'droppedConnection', nodeId: 3 },
    ]);
  });

  it.each(['{"nodeId":0,"type":5,"from":0}', '{"type":5}', '{"nodeId":"3","type":5}'])(
    'that gives no id is cut off: %s',
    (frame) => {
      const wire = new Wire(5);
      mesh.onAccepted(wire);
      mesh.onData(wire, encodeFrame(frame));
      expect(run(8)).toEqual([]);
      expect(wire.closed).toBe(true);
    },
  );

  it('that sends no JSON keeps its link; the log says what came', () => {
    const wire = neighbour(3);
    mesh.onData(wire, encodeFrame('{"type":9,'));
    mesh.onData(wire, encodeFrame('{"type":9,"dest":1,"from":3,"msg":"ok"}'));
    expect(run(5)).toMatchObject([{ message: 'ok' }]);
    expect(wire.closed).toBe(false);
    expect(ports.lines).toEqual([expect.stringMatching(/IncompleteInput.*\{"type":9,/)]);
  });
});

describe('routing', () => {
  it('sends a single on with its keys in order, and hands over only its own', () => {
    const from = neighbour(2);
    const to = neighbour(3, ',"subs":[{"nodeId":30}]');
    const frame = '{"msg":{"9":1,"a":[1.5]},"from":77,"type":50,"dest":30,"routing":1}';
    mesh.onData(from, encodeFrame(frame));
    mesh.onData(from, encodeFrame(frame.replace('30', '31')));
    expect(run(5)).toEqual([]);
    expect(to.frames()).toEqual([frame]);
    expect(from.frames()).toEqual([]);
  });

  it('prints a frame anew that no library node would have written so', () => {
    const from = neighbour(2);
    const to = neighbour(3);
    run(5);
    to.frames();
    const frame =
      '{ "type" : 50, "dest":3, routing:1, "t": 21.50, "type":51, "s":"\\u00fc\\/" } tail';
    mesh.onData(from, encodeFrame(frame));
    run(5);
    expect(to.frames()).toEqual(['{"type":51,"dest":3,"routing":1,"t":21.5,"s":"ü/"}']);
  });

  it('sends a broadcast to all known neighbours but the one it came from', () => {
    const [a, b, c] = [neighbour(2), neighbour(3), neighbour(4)];
    const unknown = new Wire(9);
    mesh.onAccepted(unknown);
    mesh.onData(a, encodeFrame('{"type":8,"dest":0,"from":20,"msg":"x"}'));
    expect(run(5)).toMatchObject([{ kind: 'receive', from: 20, message: 'x' }]);
    expect([a, b, c, unknown].map((wire) => wire.frames().length)).toEqual([0, 1, 1, 0]);
  });

  it('an own package without a dest goes to all neighbours, with one to its branch, else nowhere', () => {
    const [a, b] = [neighbour(2), neighbour(3)];
    const results = [
      '{"type":40,"routing":0}',
      '{"type":40,"routing":0,"dest":3}',
      '{"type":40,"routing":2}',
      '{"type":40}',
      '{"type":40,"routing":1,"dest":99}',
      'no json',
    ].map((pkg) => mesh.sendPackage(pkg));
    expect(results).toEqual([true, true, true, false, false, false]);
    run(5);
    expect([a, b].map((wire) => wire.frames().length)).toEqual([2, 3]);
  });

  it('two subscriptions of one type are both called, the message handlers first', () => {
    const wire = neighbour(2);
    const handlers = [mesh.subscribePackage(8), mesh.subscribePackage(8)];
    const json = '{"type":8,"dest":0,"from":2,"msg":"x"}';
    mesh.onData(wire, encodeFrame(json));
    expect(run(3)).toEqual([
      { kind: 'receive', from: 2, message: 'x' },
      { kind: 'package', handler: handlers[0], type: 8, json },
      { kind: 'package', handler: handlers[1], type: 8, json },
    ]);
  });

  it('keeps bytes that are no UTF-8', () => {
    const from = neighbour(2);
    const to = neighbour(3);
    run(5);
    to.frames();
    const frame = encodeFrame('{"type":8,"dest":0,"from":2,"msg":"\udcff\udc80 x"}');
    mesh.onData(from, frame);
    run(5);
    expect(to.slices).toEqual([frame]);
  });
});

describe('an answer about the time', () => {
  const ask = (type: number) => {
    const wire = neighbour(2);
    mesh.onData(wire, encodeFrame(`{"type":${type},"dest":1,"from":2,"msg":{"type":1,"t0":7}}`));
    run(3);
    return JSON.parse(wire.frames()[0]!).msg;
  };

  it('claims the CPU time a chip would take, around the moment of the answer', () => {
    const { type, t0, t1, t2 } = ask(4);
    expect([type, t0, t2 - t1]).toEqual([2, 7, 400]);
    const at = ports.clock.micros - 3000;
    expect(t1).toBeLessThanOrEqual(at);
    expect(t2).toBeGreaterThanOrEqual(at);
  });

  it('claims nothing when told so', () => {
    boot({ turnaroundMicros: 0 });
    const { t1, t2 } = ask(4);
    expect(t2 - t1).toBe(0);
  });

  it('to a delay measurement is the bare clock', () => {
    const { t1, t2 } = ask(3);
    expect(t2 - t1).toBe(0);
  });
});

describe('the rest of the interface', () => {
  it('knows the tree', () => {
    neighbour(2, ',"root":true,"subs":[{"nodeId":20}]');
    expect(mesh.getNodeList(true)).toEqual([1, 2, 20]);
    expect(mesh.subConnectionJson()).toBe(
      '{"nodeId":1,"subs":[{"nodeId":2,"root":true,"subs":[{"nodeId":20}]}]}',
    );
    expect(mesh.subConnectionJson(true)).toContain('\r\n      "root": true,\r\n');
    expect([mesh.isConnected(20), mesh.isConnected(21)]).toEqual([true, false]);
    mesh.setRoot();
    expect([mesh.isRoot(), mesh.asNodeTree().root]).toEqual([true, true]);
  });

  it('halves stability when the layout changes and raises it by 25 for each sync that agrees', () => {
    const wire = neighbour(2);
    const sync = encodeFrame('{"nodeId":2,"type":6,"dest":1,"from":2}');
    for (let i = 0; i < 50; i++) {
      mesh.onData(wire, sync);
      run(2);
    }
    expect(mesh.stability).toBe(1000);
    mesh.onData(wire, encodeFrame('{"nodeId":2,"subs":[{"nodeId":5}],"type":6,"dest":1,"from":2}'));
    run(4);
    expect(mesh.stability).toBe(500);
  });

  it('wraps node time at 32 bits', () => {
    ports.clock.micros = 2 ** 32 + 5;
    expect(mesh.getNodeTime()).toBe(5);
  });

  it('writes no log line for types that are off', () => {
    mesh.setDebugMsgTypes(0);
    const wire = neighbour(2);
    mesh.onData(wire, encodeFrame('rubbish'));
    run(5);
    expect(ports.lines).toEqual([]);
  });

  it.each<[string, Partial<MeshOptions>]>([
    ['nodeId', { nodeId: -1 }],
    ['nodeId', { nodeId: 2 ** 32 }],
    ['tcpMss', { tcpMss: 1 }],
    ['1.4.9', { version: '1.4.9' as never }],
    ['maxFrameBytes', { maxFrameBytes: 0 }],
  ])('refuses a wrong %s', (word, options) => {
    expect(() => new Mesh(fakePorts(), { nodeId: 1, ...options })).toThrow(word);
  });
});
