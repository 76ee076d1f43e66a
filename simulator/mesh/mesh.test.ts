/** The engine at its edge: update(), callbacks that block, slices, settings. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Mesh } from './mesh.ts';
import { boot, mesh, neighbour, ports, run, Wire } from './testing/edge.ts';
import { fakePorts } from './testing/fake-ports.ts';
import { encodeFrame } from './text.ts';
import type { MeshOptions } from './types.ts';

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

  it('loses a frame that the heap has no room for, in silence but for the log', () => {
    boot();
    let left = 1000;
    ports.heapFree = () => left;
    const wire = neighbour(2);
    expect(mesh.sendSingle(2, 'x'.repeat(2000))).toBe(true);
    expect(mesh.queuedBytes()).toBe(0);
    expect(ports.lines).toEqual([expect.stringMatching(/no heap for a frame of 20\d\d bytes/)]);
    left = 5000;
    mesh.sendSingle(2, 'y'.repeat(2000));
    expect(mesh.queuedBytes()).toBeGreaterThan(2000);
    run(5);
    expect([mesh.queuedBytes(), wire.frames().length]).toEqual([0, 1]);
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
