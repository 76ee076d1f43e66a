/** Two and more engines over real sockets, and hostile peers. No time is asserted, only what comes in the end. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { MeshCallback, UpdatePort } from '../mesh/types.ts';
import type { TraceEntry } from './frame-trace.ts';
import { TcpMesh, type TcpMeshOptions } from './tcp-mesh.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

interface Node extends TcpMesh {
  heard: MeshCallback[];
}

async function node(options: TcpMeshOptions): Promise<Node> {
  const heard: MeshCallback[] = [];
  const made = await TcpMesh.open({
    redialMs: 50,
    ...options,
    onCallback(callback) {
      heard.push(callback);
      return options.onCallback?.(callback);
    },
  });
  open.push(made);
  return Object.assign(made, { heard });
}

const accessPoint = (options: TcpMeshOptions = {}) =>
  node({ listen: { host: '127.0.0.1', port: 0 }, ...options });
const stationOf = (ap: TcpMesh, options: TcpMeshOptions = {}) =>
  node({ dial: { host: '127.0.0.1', port: ap.port! }, ...options });

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error('it never came to that');
    await new Promise((done) => setTimeout(done, 5));
  }
}

const messages = (of: Node) => of.heard.flatMap((c) => (c.kind === 'receive' ? [c.message] : []));

/** Takes an image into memory. */
class Slot implements UpdatePort {
  image = Buffer.alloc(0);
  whole = false;
  #md5 = '';
  #running = false;
  isRunning = () => this.#running;
  abort = () => {};
  errorString = () => 'wrong bytes';

  begin(): boolean {
    this.image = Buffer.alloc(0);
    this.#running = true;
    return true;
  }

  setMD5(md5: string): boolean {
    this.#md5 = md5;
    return true;
  }

  write(bytes: Uint8Array): number {
    this.image = Buffer.concat([this.image, bytes]);
    return bytes.length;
  }

  end(evenIfRemaining: boolean): boolean {
    this.#running = false;
    this.whole = createHash('md5').update(this.image).digest('hex') === this.#md5;
    return evenIfRemaining && this.whole;
  }
}

describe('over TCP', () => {
  it('three nodes in a row know each other and talk, singly and to all', async () => {
    const a = await accessPoint({ nodeId: 1 });
    const b = await node({
      nodeId: 2,
      listen: { host: '127.0.0.1', port: 0 },
      dial: { host: '127.0.0.1', port: a.port! },
    });
    await until(() => b.mesh.getNodeList().length === 1); // else the end hears of it with the next node sync, in 10 s
    const c = await stationOf(b, { nodeId: 3 });
    await until(() => [a, b, c].every((one) => one.mesh.getNodeList().length === 2));
    expect(c.mesh.subConnectionJson()).toBe(
      '{"nodeId":3,"subs":[{"nodeId":2,"subs":[{"nodeId":1}]}]}',
    );
    c.mesh.sendBroadcast('to all');
    c.mesh.sendSingle(1, 'to one');
    c.pump();
    await until(() => messages(a).length === 2 && messages(b).length === 1);
    expect([messages(a), messages(b)]).toEqual([['to all', 'to one'], ['to all']]);
  });

  it('an image arrives byte for byte, and says so', async () => {
    const image = Buffer.from(Uint8Array.from({ length: 50_001 }, (_, i) => (i * 7919) >>> 3));
    const slot = new Slot();
    const sender = await accessPoint({
      onCallback: (c) =>
        c.kind === 'otaRequest'
          ? image.subarray(c.request.partNo * 1024, (c.request.partNo + 1) * 1024)
          : undefined,
    });
    const files = new Map<string, Uint8Array>();
    const receiver = await stationOf(sender, {
      update: slot,
      files: {
        read: (path) => files.get(path),
        write: (path, bytes) => files.set(path, bytes.slice()) === files,
      },
    });
    receiver.mesh.initOTAReceive('pir');
    await until(() => sender.mesh.getNodeList().length === 1);
    sender.mesh.initOTASend(1024);
    const md5 = createHash('md5').update(image).digest('hex');
    sender.mesh.offerOTA({ role: 'pir', hardware: 'ESP32', md5, noPart: 49 });
    sender.pump();
    await until(() => receiver.heard.some((c) => c.kind === 'restart'));
    expect([slot.whole, slot.image.equals(image), files.has('/ota_fw.json')]).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('two nodes settle their clocks and then leave each other alone', async () => {
    const trace: TraceEntry[] = [];
    const a = await accessPoint({ nodeId: 9, onTrace: (entry) => trace.push(entry) });
    const b = await stationOf(a, { nodeId: 4 });
    const adjusted = () =>
      b.heard.flatMap((c) => (c.kind === 'nodeTimeAdjusted' ? [c.offset] : []));
    await until(() => adjusted().some((offset) => Math.abs(offset) < 5000));
    const times = () => trace.filter((entry) => entry.frame?.startsWith('{"type":4')).length;
    const settled = times();
    await new Promise((done) => setTimeout(done, 1000)); // a pair that chatters would exchange five more
    expect(times()).toBe(settled);
    expect(Math.abs((a.mesh.getNodeTime() - b.mesh.getNodeTime()) | 0)).toBeLessThan(50_000);
  });

  it('a station dials again when its access point comes back', async () => {
    const failures: string[] = [];
    const first = await accessPoint({ nodeId: 1 });
    const port = first.port!;
    const station = await stationOf(first, {
      nodeId: 2,
      onDialError: (error) => failures.push(error.code ?? ''),
    });
    await until(() => station.mesh.getNodeList().length === 1);
    await first.close();
    await until(() => failures.includes('ECONNREFUSED'));
    expect(station.mesh.getNodeList()).toEqual([]);
    await node({ nodeId: 7, listen: { host: '127.0.0.1', port } });
    await until(() => station.mesh.getNodeList()[0] === 7);
  });

  it('a port that is taken is an error at once', async () => {
    const first = await accessPoint();
    await expect(node({ listen: { host: '127.0.0.1', port: first.port! } })).rejects.toThrow(
      /EADDRINUSE/,
    );
  });

  it('a trace has every frame, both ways, and the ends of links', async () => {
    const trace: TraceEntry[] = [];
    const a = await accessPoint({ nodeId: 1, onTrace: (entry) => trace.push(entry) });
    const b = await stationOf(a, { nodeId: 2 });
    await until(() => b.mesh.getNodeList().length === 1);
    await b.close();
    await until(() => trace.some((entry) => entry.event === 'eof'));
    const shape = trace.map(({ from, to, event, frame }) => [
      from === 'me',
      to === 'me',
      event,
      frame,
    ]);
    expect(shape.slice(0, 3)).toEqual([
      [false, true, 'connect', undefined],
      [false, true, undefined, '{"nodeId":2,"type":5,"dest":0,"from":2}'],
      [true, false, undefined, '{"nodeId":1,"type":6,"dest":2,"from":1}'],
    ]);
  });
});

describe('a hostile peer', () => {
  async function raw(to: TcpMesh): Promise<Socket> {
    const socket = connect(to.port!, '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  }

  it('that never ends a frame is cut off, whatever it sends, and others do not feel it', async () => {
    const victim = await accessPoint({ nodeId: 1 });
    const friend = await stationOf(victim, { nodeId: 2 });
    await until(() => friend.mesh.getNodeList().length === 1);
    const socket = await raw(victim);
    const closed = once(socket, 'close');
    const piece = Buffer.alloc(64 * 1024, 65);
    let sent = 0;
    for (; sent < 100 * 1024 * 1024 && !socket.destroyed; sent += piece.length) {
      if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), closed]);
    }
    socket.resume();
    await closed;
    expect(sent).toBeLessThan(100 * 1024 * 1024);
    friend.mesh.sendSingle(1, 'still here');
    friend.pump();
    await until(() => messages(victim).length === 1);
    await until(() => victim.links.length === 1);
  });

  it('that sends rubbish, cuts frames anywhere, or resets in the middle of one harms nobody', async () => {
    const victim = await accessPoint({ nodeId: 1 });
    const socket = await raw(victim);
    const frame = Buffer.from('{"nodeId":5,"type":5,"dest":0,"from":5}\0{"type":9,\0\0\0');
    for (const byte of frame) socket.write(Buffer.of(byte));
    socket.write('{"type":9,"dest":1,"from":5,"msg":"ok"}\0{"type":9,"dest":1');
    await until(() => messages(victim).includes('ok'));
    socket.resetAndDestroy();
    await until(() => victim.mesh.getNodeList().length === 0);
    const friend = await stationOf(victim, { nodeId: 2 });
    await until(() => friend.mesh.getNodeList().length === 1);
  });

  it('that reads nothing makes the queue full, not the memory', async () => {
    const victim = await accessPoint({ nodeId: 1, maxQueueBytes: 100_000 });
    const socket = await raw(victim);
    socket.pause();
    socket.write('{"nodeId":5,"type":5,"dest":0,"from":5}\0');
    await until(() => victim.mesh.getNodeList().length === 1);
    const text = 'x'.repeat(10_000);
    let refused = false;
    for (let i = 0; i < 3000 && !refused; i++) {
      refused = !victim.mesh.sendSingle(5, text);
      victim.pump();
      if (i % 50 === 0) await new Promise((done) => setImmediate(done));
    }
    expect(refused).toBe(true);
    socket.destroy();
  });
});
