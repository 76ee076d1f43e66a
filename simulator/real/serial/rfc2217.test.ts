import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comPortMessage, escapeTelnet, TelnetDecoder } from '../../../tools/formats/rfc2217.ts';
import { encodeSlip } from '../../../tools/formats/slip.ts';
import { SlipReader } from '../../board/serial-rom/slip.ts';
import { SYNC } from '../../board/serial-rom/testing/loader-client.ts';
import { SerialBench } from './bench.ts';
import type { Door } from './door.ts';
import { serveSocket } from './raw-socket.ts';
import { serveRfc2217 } from './rfc2217.ts';

let bench: SerialBench;
let door: Door;
let raw: Door;

beforeAll(async () => {
  bench = SerialBench.open({ boards: [{ name: 'a' }, { name: 'b', chip: 'esp32c3' }] });
  door = await serveRfc2217(bench, 'a', { port: 0 });
  raw = await serveSocket(bench, 'b', { port: 0 });
});

afterAll(async () => {
  await door?.close();
  await raw?.close();
  await bench?.close();
});

/** A client of either door. */
async function dial(url: string) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const answers: [number, number[]][] = [];
  let data = Buffer.alloc(0);
  const telnet = new TelnetDecoder();
  socket.on('data', (chunk: Uint8Array) => {
    for (const event of telnet.push(chunk)) {
      if (event.kind === 'data') data = Buffer.concat([data, event.bytes]);
      else if (event.kind === 'com-port') answers.push([event.command, [...event.value]]);
    }
  });
  return { socket, answers, data: () => data };
}

const com = (socket: Socket, command: number, ...value: number[]) =>
  socket.write(comPortMessage(command, Uint8Array.from(value)));

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 30_000;
  while (!condition() && performance.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 10));
}

const sync = encodeSlip(Uint8Array.of(0, 8, SYNC.length, 0, 0, 0, 0, 0, ...SYNC));

describe('a board on TCP by RFC 2217', () => {
  it('tells its name, takes a rate, and answers every setting', async () => {
    const { socket, answers } = await dial(door.url);
    com(socket, 0);
    com(socket, 1, 0, 0x07, 0x08, 0x00);
    com(socket, 2, 8);
    com(socket, 5, 11);
    com(socket, 5, 10);
    com(socket, 5, 12);
    com(socket, 12, 3);
    await until(() => answers.length >= 7);
    const name = String.fromCharCode(...(answers[0]?.[1] ?? []));
    expect(name).toBe('esp-ota-bench a');
    expect(answers.slice(1)).toEqual([
      [101, [0, 7, 8, 0]],
      [102, [8]],
      [105, [11]],
      [105, [11]],
      [105, [12]],
      [112, [3]],
    ]);
    socket.destroy();
    await once(socket, 'close');
  });

  it('reaches the loader by lines that come one at a time, slowly', async () => {
    const { socket, data } = await dial(door.url);
    for (const [control, ms] of [
      [9, 60],
      [11, 120],
      [8, 60],
      [12, 60],
      [9, 60],
    ] as const) {
      com(socket, 5, control);
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
    await until(() => bench.port('a').loader === 'rom');
    expect(bench.port('a').loader).toBe('rom');
    expect(data().toString()).toContain('waiting for download');
    socket.write(escapeTelnet(sync));
    const slip = new SlipReader();
    await until(() => data().includes(Uint8Array.of(0xc0, 1, 8)));
    expect(slip.push(data()).some((packet) => packet[1] === 8)).toBe(true);
    // One user at a time: a second one is hung up on.
    const other = connect(Number(new URL(door.url).port), '127.0.0.1');
    other.on('error', () => {});
    await once(other, 'close');
    socket.destroy();
  });

  it('hangs up when the board is unplugged', async () => {
    const { socket, answers } = await dial(door.url);
    com(socket, 0);
    await until(() => answers.length > 0);
    await bench.soon(() => bench.port('a').unplug());
    if (!socket.destroyed) await once(socket, 'close');
    await bench.soon(() => bench.port('a').plug());
    expect(bench.board('a').state).not.toBe('off');
  });
});

describe('a board on a bare socket', () => {
  it('waits in its loader', async () => {
    const { socket, data } = await dial(raw.url);
    await until(() => bench.port('b').loader === 'rom');
    socket.write(sync);
    await until(() => data().includes(Uint8Array.of(0xc0, 1, 8)));
    expect(data().includes(Uint8Array.of(0xc0, 1, 8))).toBe(true);
    socket.destroy();
  });
});
