/** The library's own plugins: performance reports (13) and the remote log (14). */
import { describe, expect, it } from 'vitest';
import { parseJson } from './json-parse.ts';
import { readPerformance } from './performance.ts';
import { readRemoteLog } from './remote-log.ts';
import { of, TestNet } from './testing/testnet.ts';
import { LOG } from './types.ts';

function two() {
  const net = new TestNet(3);
  const [a, b] = net.chain(11, 12);
  net.run(2000);
  return { net, a: a!, b: b! };
}

describe('performance', () => {
  it('is on the wire as the library writes it', () => {
    const { net, a, b } = two();
    b.mesh.subscribePackage(13);
    a.mesh.beginPerformance(2, () => 123_456);
    net.run(10);
    const { json } = of(b, 'package')[0]!;
    expect(json).toMatch(
      /^\{"from":11,"routing":2,"type":13,"id":1,"time":-?\d+,"stability":\d+,"freeMemory":123456,"hardware":"ESP32"\}$/,
    );
    expect(readPerformance(parseJson(json))).toMatchObject({ from: 11, id: 1, freeMemory: 123456 });
  });

  it('counts what arrived, what was lost, and where the node was each minute', () => {
    const { net, a, b } = two();
    const tracks = b.mesh.beginPerformance(1000);
    a.mesh.beginPerformance(2, () => 100);
    net.run(120_500);
    expect(tracks.get(11)).toMatchObject({
      hits: 61,
      misses: 0,
      lastId: 61,
      present: 2,
      absent: 0,
    });
    expect(tracks.get(11)!.freeMemory).toEqual({ mean: 100, variance: 0 });
    net.kill(a);
    net.run(60_000);
    expect(tracks.get(11)).toMatchObject({ hits: 61, present: 2, absent: 1 });
  });

  it('sees gaps and restarts by the number of the report', () => {
    const { net, a, b } = two();
    const tracks = b.mesh.beginPerformance(1000);
    for (const id of [5, 9, 2, 3]) {
      a.mesh.sendPackage(`{"from":11,"routing":2,"type":13,"id":${id},"freeMemory":${id * 10}}`);
      net.run(20);
    }
    expect(tracks.get(11)).toMatchObject({ hits: 4, misses: 3, lastId: 3 });
    expect(tracks.get(11)!.freeMemory.mean).toBeCloseTo(((50 * 0.9 + 9) * 0.9 + 2) * 0.9 + 3);
  });
});

describe('the remote log', () => {
  it('sends the last ten lines again and again to one node, where REMOTE is on', () => {
    const { net, a, b } = two();
    b.mesh.subscribePackage(14);
    a.mesh.logRemote('before REMOTE is on\n');
    a.mesh.setDebugMsgTypes(LOG.REMOTE);
    for (let i = 0; i < 11; i++) a.mesh.logRemote(`line ${i}\n`);
    a.mesh.beginRemoteLog(12, 60, () => 777);
    net.run(60_500);
    const logs = of(b, 'package').map(({ json }) => readRemoteLog(parseJson(json)));
    expect(logs.map((lines) => lines.map(({ id }) => id))).toEqual([
      [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
      [3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    ]);
    expect(logs[0]![0]!.text).toBe('line 2\n');
    expect(logs[0]!.at(-1)!.text).toMatch(/^Memory 777 and stability \d+\n$/);
    expect(of(b, 'package')[0]!.json).toMatch(
      /^\{"from":11,"dest":12,"routing":1,"type":14,"log":\[\{"first":2,"second":"line 2\\n"\},/,
    );
  });

  it('cuts long lines and says nothing while REMOTE is off', () => {
    const { net, a, b } = two();
    b.mesh.subscribePackage(14);
    a.mesh.beginRemoteLog(12, 10);
    net.run(25_000);
    expect(of(b, 'package')).toEqual([]);
    a.mesh.setDebugMsgTypes(LOG.REMOTE);
    a.mesh.logRemote('x'.repeat(500));
    net.run(10_000);
    const { json } = of(b, 'package')[0]!;
    expect(readRemoteLog(parseJson(json))[0]!.text.length).toBe(199);
  });

  it('reads anything', () => {
    for (const json of ['{}', '{"log":7}', '{"log":[1,"x",null,{"first":-1}]}']) {
      for (const line of readRemoteLog(parseJson(json))) expect(line.id).toBe(0);
    }
  });
});
