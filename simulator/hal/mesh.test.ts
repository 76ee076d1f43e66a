import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile, stopCompilers } from './testing/build.ts';
import { GuestEnd, TestGuest } from './testing/guest.ts';

const RECEIVE = 1;
const NEW = 2;
const DROPPED = 3;
const CHANGED = 4;
const ADJUSTED = 5;
const DELAY = 6;
const PACKAGE = 7;
const REQUEST = 8;
const PROGRESS = 9;
const RESTART = 10;

interface Event {
  kind: number;
  a?: number;
  b?: number;
  text?: string;
}

let wasm: Uint8Array;
beforeAll(async () => {
  wasm = await compile('./sketches/mesh');
}, 300_000);
afterAll(stopCompilers);

const TREE = '{"nodeId":1,"subs":[{"nodeId":4294967295,"root":true}]}';

/** Gives the events one by one to update(), and records what the sketch asks of the mesh. */
async function run(events: Event[], seconds: number) {
  const packages: string[] = [];
  const calls: string[] = [];
  const queue = [...events];
  const encode = (text: string) => new TextEncoder().encode(text);
  let current: Event | undefined;
  const guest: TestGuest = new TestGuest(wasm, {
    'mesh.init': (
      ssid = 0,
      ssidLength = 0,
      pass = 0,
      passLength = 0,
      port = 0,
      mode = 0,
      channel = 0,
    ) =>
      void calls.push(
        `init ${guest.text(ssid, ssidLength)} ${guest.text(pass, passLength)} ${port} ${mode} ${channel}`,
      ),
    'mesh.poll': (out = 0) => {
      current = queue.shift();
      if (!current) return 0;
      const words = [
        current.kind,
        current.a ?? 0,
        current.b ?? 0,
        encode(current.text ?? '').length,
      ];
      for (const [i, word] of words.entries()) guest.word(out + 4 * i, word);
      return 1;
    },
    'mesh.text': (out = 0) => void guest.put(out, encode(current?.text ?? '')),
    'mesh.reply': (data = 0, length = 0) => void calls.push(`reply ${guest.text(data, length)}`),
    'mesh.send_single': (dest = 0, text = 0, length = 0) => {
      calls.push(`single ${dest >>> 0} ${guest.text(text, length)}`);
      return 1;
    },
    'mesh.send_package': (json = 0, length = 0) => {
      packages.push(guest.text(json, length));
      return 1;
    },
    'mesh.subscribe': (type = 0) => void calls.push(`subscribe ${type}`),
    'mesh.ota_init_send': (size = 0) => {
      calls.push(`ota send ${size}`);
      return 0;
    },
    'mesh.ota_init_receive': (role = 0, length = 0) =>
      void calls.push(`ota receive ${guest.text(role, length)}`),
    'mesh.node_list': (out = 0, capacity = 0) => {
      const ids = Array.from({ length: 20 }, (_, i) => 4_294_967_295 - i);
      for (const [i, id] of ids.slice(0, capacity).entries()) guest.word(out + 4 * i, id);
      return ids.length;
    },
    'mesh.sub_connection_json': (out = 0, capacity = 0) => {
      if (capacity >= TREE.length) guest.put(out, encode(TREE));
      return TREE.length;
    },
    'mesh.query': (what = 0) => [123, 0, 500, 0, 0, 0][what],
    'mesh.set': (what = 0, value = 0) => void calls.push(`set ${what} ${value}`),
  });
  let end: unknown;
  const serial = await guest
    .run((g) => g.now > seconds * 1e6)
    .catch((error: unknown) => {
      end = error;
      return guest.serial;
    });
  return { lines: serial.split('\n').map((line) => line.trim()), packages, calls, end };
}

describe('painlessMesh', () => {
  it('starts, offers every minute and sends packages with the members in the order of the library', async () => {
    const { lines, packages, calls } = await run([], 125);
    expect(calls).toEqual([
      'init net secret 5555 3 6',
      'subscribe 31',
      'ota send 16',
      'ota receive pir',
      'set 3 700', // stability, as the sketch wrote it
    ]);
    const announce =
      '{"from":123,"routing":2,"type":10,"md5":"abc","hardware":"ESP32","role":"pir","forced":true,"noPart":3,"broadcasted":false}';
    expect(packages[0]).toBe(
      '{"from":123,"routing":1,"type":10,"md5":"q\\"uote","hardware":"ESP32","role":"led","noPart":9,"broadcasted":false,"dest":77,"partNo":0}',
    );
    expect(packages.slice(1)).toEqual([announce]); // the offer was disabled after three seconds
    expect(lines.filter((line) => line.startsWith('node'))).toHaveLength(20);
    expect(lines).toContain('node 4294967276');
    expect(lines).toContain(`tree ${TREE} 1`);
    expect(lines).toContain('stability 500');
    expect(lines).toContain('reused');
    expect(lines.filter((line) => line.startsWith('tick')).length).toBeGreaterThanOrEqual(124);
  });

  it('runs every kind of callback inside update(), in order', async () => {
    const json = '{"type":31,"from":5,"dest":9,"routing":1,"v":[1,2.5]}';
    const { lines, calls } = await run(
      [
        { kind: NEW, a: 4294967295 },
        { kind: CHANGED },
        { kind: RECEIVE, a: 4000000000, text: 'hé llo' },
        { kind: ADJUSTED, a: -7 },
        { kind: DELAY, a: 3, b: 1500 },
        { kind: PACKAGE, a: 31, text: json },
        { kind: PACKAGE, a: 32, text: json },
        { kind: PROGRESS, a: 1, b: 20 },
        { kind: DROPPED, a: 5 },
      ],
      0.1,
    );
    const callbacks = lines.slice(lines.findIndex((line) => line.startsWith('new')));
    expect(callbacks.slice(0, 9)).toEqual([
      'new 4294967295',
      'changed',
      'receive 4000000000 hé llo',
      'again hé llo',
      'adjusted -7',
      'delay 3 1500',
      `package 31 9 1 ${json}`,
      'progress 1/20',
      'dropped 5',
    ]);
    expect(calls).toContain('single 4000000000 re: hé llo');
  });

  it('answers requests for parts', async () => {
    const request = (partNo: number) =>
      JSON.stringify({
        from: 9,
        routing: 1,
        type: 11,
        md5: 'm',
        hardware: 'ESP32',
        role: 'pir',
        noPart: 3,
        broadcasted: false,
        dest: 123,
        partNo,
      });
    const { lines, calls } = await run(
      [
        { kind: REQUEST, b: 16, text: request(1) },
        { kind: REQUEST, b: 16, text: request(2) },
        { kind: REQUEST, b: 16, text: 'junk' },
      ],
      0.1,
    );
    expect(lines).toContain('request 9 m 1/3 0');
    expect(lines).toContain('request 0 null 0/0 0');
    expect(calls.filter((call) => call.startsWith('reply'))).toEqual([
      'reply part',
      'reply ',
      'reply part',
    ]);
  });

  it('restarts when the engine says so', async () => {
    const { end } = await run([{ kind: RESTART }], 1);
    expect(end).toBeInstanceOf(GuestEnd);
    expect(String(end)).toContain('restart');
  });
});
