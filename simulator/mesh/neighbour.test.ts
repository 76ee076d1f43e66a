/** The engine and its neighbours: hostile ones, routing, answers about the time. */
import { beforeEach, describe, expect, it } from 'vitest';
import { boot, mesh, neighbour, ports, run, Wire } from './testing/edge.ts';
import { encodeFrame } from './text.ts';

beforeEach(() => boot());

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

  it('with a tree 10,000 deep is no tree at all; the link stays', () => {
    boot({ maxFrameBytes: 1_000_000, maxQueueBytes: 1_000_000 });
    const wire = neighbour(3);
    const depth = 10_000;
    const deep = `${'{"nodeId":9,"subs":['.repeat(depth)}${']}'.repeat(depth)}`;
    mesh.onData(wire, encodeFrame(`{"nodeId":3,"type":5,"from":3,"subs":[${deep}]}`));
    run(8);
    expect(ports.lines).toEqual([expect.stringMatching(/TooDeep/)]);
    expect([wire.closed, mesh.getNodeList()]).toEqual([false, [3]]);
  });

  it('that claims a tree with this node, or with one node twice, is heard as the library hears it', () => {
    const wire = neighbour(3, ',"subs":[{"nodeId":1},{"nodeId":5},{"nodeId":5}]');
    expect(mesh.getNodeList()).toEqual([3, 1, 5, 5]);
    expect(mesh.sendSingle(5, 'once')).toBe(true);
    run(5);
    expect(wire.frames()).toEqual(['{"type":9,"dest":5,"from":1,"msg":"once"}']);
  });

  it('that never answers is cut off ten seconds after the request it owes an answer', () => {
    boot();
    const silent = new Wire(5);
    mesh.onAccepted(silent); // the acceptor's first request comes after 10 s
    run(19_990);
    expect(silent.closed).toBe(false);
    expect(silent.all()).toEqual([expect.stringMatching(/"type":5/)]);
    run(20);
    expect(silent.closed).toBe(true);
  });

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
