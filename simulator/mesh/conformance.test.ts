/**
 * The engine against recordings of the real painlessMesh 1.5.6 (test/fixtures/mesh/*.jsonl).
 *
 * One node of a trace is the engine; it is fed what that node received, at the recorded times. What it sends must
 * be the recorded frames: same order over all its links, byte for byte except the values of t0, t1 and t2 (clock
 * readings), and each within 30 ms of the recorded time (the recorded hosts were up to 26 ms slow).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeBase64 } from './base64.ts';
import { Mesh } from './mesh.ts';
import { FakeFiles, fakePorts } from './testing/fake-ports.ts';
import {
  type Application,
  type Play,
  play,
  readTrace,
  recorded,
  type TraceLine,
  withoutClocks,
} from './testing/trace.ts';

const TOLERANCE_MS = 30;
const PART_SIZE = 1024;

function load(name: string): TraceLine[] {
  const file = new URL(`../../test/fixtures/mesh/${name}.jsonl`, import.meta.url);
  return readTrace(readFileSync(file, 'utf8'));
}

const md5Of = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');

/** Node ids as the trace shows them. */
function nodeIdOf(trace: TraceLine[], me: string): number {
  const line = trace.find(({ from, frame }) => from === me && frame?.startsWith('{"nodeId"'));
  return JSON.parse(line!.frame!).nodeId;
}

function engine(trace: TraceLine[], me: string) {
  const ports = fakePorts(7, md5Of);
  const mesh = new Mesh(ports, { nodeId: nodeIdOf(trace, me), tcpMss: 1024 });
  mesh.init({ ssid: 'mesh', password: 'password', mode: 'ap' });
  return { mesh, ports };
}

function expectRecorded(result: Play, trace: TraceLine[], me: string): void {
  const expected = recorded(trace, me);
  expect(withoutClocks(result.sent)).toEqual(withoutClocks(expected));
  const late = result.sent
    .map((frame, i) => ({ ...frame, off: frame.atMs - expected[i]!.atMs }))
    .filter(({ off }) => Math.abs(off) > TOLERANCE_MS);
  expect(late).toEqual([]);
}

/** Repeat at their times what the recorded application sent: types 8, 9 and 3 that `me` began. */
function messagesOf(trace: TraceLine[], me: string): Application {
  const id = nodeIdOf(trace, me);
  const actions = recorded(trace, me)
    .map(({ atMs, frame }) => ({ atMs: atMs - 1, ...JSON.parse(frame) }))
    .filter(
      ({ from, type, msg }) =>
        from === id && (type === 8 || type === 9 || (type === 3 && msg.type === 1)),
    )
    .map(({ atMs, type, dest, msg }) => ({
      atMs,
      run: (mesh: Mesh) => {
        if (type === 8) mesh.sendBroadcast(msg);
        else if (type === 9) mesh.sendSingle(dest, msg);
        else mesh.startDelayMeas(dest);
      },
    }));
  return { actions };
}

describe('trace a: two nodes meet', () => {
  const trace = load('a_two_node_handshake');
  it.each(['a', 'b'])('node %s', (me) => {
    const { mesh, ports } = engine(trace, me);
    expectRecorded(play(mesh, ports, trace, me), trace, me);
  });
});

describe('trace b: broadcast, single and delay through a chain, then a drop', () => {
  const all = load('b_chain_broadcast_single');
  // After a has died the recorded application of b dials it again and again in vain: no link comes of it.
  const trace = all.filter(({ t_ms, event }) => !(event === 'connect' && t_ms > 32_000));
  it.each(['a', 'b', 'c'])('node %s', (me) => {
    const { mesh, ports } = engine(trace, me);
    const result = play(mesh, ports, trace, me, messagesOf(trace, me));
    expectRecorded(result, trace, me);
  });

  it('hands the messages to the application of c', () => {
    const { mesh, ports } = engine(trace, 'c');
    const received = play(mesh, ports, trace, 'c').callbacks.filter(
      ({ kind }) => kind === 'receive',
    );
    expect(received).toMatchObject([
      { from: 2147311111, message: 'hello from a "quoted" \\\\ ünïcode' },
      { from: 2147311111, message: '{"t":2,"n":"A","d":{"k":"motion","v":"1"}}' },
    ]);
  });
});

interface OtaTrace {
  name: string;
  /** Data requests of this part that never reached the sender's application, counted from 0. */
  silentRequests: number[];
}

function otaLives(trace: TraceLine[]): TraceLine[][] {
  const starts = trace.flatMap(({ event }, i) => (event === 'connect' ? [i] : []));
  return starts.map((start, i) => trace.slice(start, starts[i + 1]));
}

function imageOf(trace: TraceLine[]): { parts: Uint8Array[]; md5: string } {
  const parts: Uint8Array[] = [];
  let md5 = '';
  for (const { frame } of trace) {
    const json = frame === undefined ? {} : JSON.parse(frame);
    if (json.type === 10) md5 = json.md5;
    if (json.type === 12) parts[json.partNo] = decodeBase64(json.data);
  }
  return { parts, md5 };
}

describe.each<OtaTrace>([
  { name: 'c_ota_20k_1024', silentRequests: [] },
  { name: 'x_d_retry_after_drop', silentRequests: [2] },
])('trace $name: an image goes over', ({ name, silentRequests }) => {
  const trace = load(name);
  const { parts, md5 } = imageOf(trace);

  it('the sender', () => {
    const { mesh, ports } = engine(trace, 'sender');
    mesh.initOTASend(PART_SIZE);
    let offered = false;
    let request = 0;
    const result = play(mesh, ports, trace, 'sender', {
      onCallback: (callback) => {
        if (callback.kind === 'newConnection' && !offered) {
          offered = true;
          mesh.offerOTA({ role: 'pir', hardware: 'ESP32', md5, noPart: parts.length });
        }
        if (callback.kind !== 'otaRequest') return undefined;
        return silentRequests.includes(request++) ? undefined : parts[callback.request.partNo];
      },
    });
    expectRecorded(result, trace, 'sender');
  });

  it('the receiver, in each of its lives', () => {
    const files = new FakeFiles();
    const [first, ...later] = otaLives(trace);
    const { mesh, ports } = engine(trace, 'receiver');
    const own = { ...ports, files };
    const booted = new Mesh(own, { nodeId: mesh.nodeId, tcpMss: 1024 });
    booted.init({ ssid: 'mesh', password: 'password', mode: 'ap' });
    booted.initOTAReceive('pir');
    const result = play(booted, own, first!, 'receiver');
    expectRecorded(result, first!, 'receiver');
    const image = new Uint8Array(parts.flatMap((part) => [...part]));
    expect(md5Of(image)).toBe(md5);
    expect(own.update.taken).toEqual([image]);
    expect(new TextDecoder().decode(files.read('/ota_fw.json'))).toBe(
      `{"role":"pir","md5":"${md5}","hardware":"ESP32","broadcasted":false}`,
    );
    const eof = first!.find(({ from, event }) => from === 'receiver' && event === 'eof')!;
    const restart = result.callbacks.find(({ kind }) => kind === 'restart')!;
    expect(Math.abs(restart.atMs - eof.t_ms)).toBeLessThan(TOLERANCE_MS);
    for (const life of later) {
      const again = engine(trace, 'receiver');
      const reborn = { ...again.ports, files };
      const next = new Mesh(reborn, { nodeId: mesh.nodeId, tcpMss: 1024 });
      next.init({ ssid: 'mesh', password: 'password', mode: 'ap' });
      next.initOTAReceive('pir');
      expectRecorded(play(next, reborn, life, 'receiver'), life, 'receiver');
    }
  });
});

describe('trace j: a third link would close a loop', () => {
  const trace = load('x_j_loop');
  it.each(['a', 'b', 'c'])('node %s', (me) => {
    const { mesh, ports } = engine(trace, me);
    expectRecorded(play(mesh, ports, trace, me), trace, me);
  });

  it('c closes each new link from a without a word', () => {
    const { mesh, ports } = engine(trace, 'c');
    const result = play(mesh, ports, trace, 'c');
    expect(result.closed).toContain('a');
    expect(result.sent.filter(({ to }) => to === 'a')).toEqual([]);
  });
});
