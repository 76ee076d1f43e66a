import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DhtSensor } from '../../simulator/board/dht-sensor.ts';
import { playPin, press } from '../../simulator/board/pin-device.ts';
import type { VirtualBoard } from '../../simulator/guest/virtual-board.ts';
import { hopsFrom, meshFormed } from '../../simulator/scenario/mesh-update/observe.ts';
import { SECOND, type World } from '../../simulator/scenario/world.ts';
import { serial } from '../support/bench.ts';
import { type MeshBench, MINUTE, meshBench, prepare } from '../support/mesh-bench.ts';

const [BOOT_BUTTON, EXT_BUTTON, LED, PEER_LED, PIR, DHT] = [0, 5, 2, 4, 4, 4];
// A chain, so that most of what one node does reaches the others over several hops.
const NAMES = ['watcher-1', 'button-1', 'pir-1', 'dht-1', 'led-1', 'button2-1'];

let bench: MeshBench;
let w: World;
const board = (name: string) => bench.board(name);
beforeAll(async () => {
  await prepare(['watcher'], ['button'], ['pir'], ['dht'], ['led'], ['button2']);
  bench = await meshBench({ seed: 'sketches', nodes: NAMES.map((name) => ({ name })) });
  w = bench.world;
});
afterAll(() => bench.close());

/** The lines that a board has printed since `from`, those that begin with `tag`. */
function lines(name: string, tag: string, from = 0): string[] {
  return board(name)
    .uart.log.filter(({ time, text }) => time >= from && text.startsWith(tag))
    .map(({ text }) => text);
}

const soon = (condition: () => boolean, limit = 10 * SECOND) =>
  w.runUntil(condition, limit, SECOND / 10);
const send = (to: VirtualBoard, line: string) =>
  to.uart.receive(new TextEncoder().encode(`${line}\n`));

/** A finger on a button, half a second from now. */
async function push(name: string, pin: number): Promise<void> {
  const at = w.kernel.now + SECOND / 2;
  playPin(
    w.kernel,
    board(name).gpio,
    pin,
    press({ at, held: SECOND / 5 }, w.kernel.random('finger')),
  );
  await w.run(SECOND);
}

describe('sketches in one mesh, seen from outside', () => {
  it('a PIR that warms up keeps the mesh going, and is not listened to', async () => {
    // The mesh has formed through it, before its 30 seconds were over.
    const pir = board('pir-1');
    const warmAt = pir.resets[0]!.time + 30 * SECOND;
    expect(meshFormed(w)).toBe(true);
    expect(w.kernel.now).toBeLessThan(warmAt);
    playPin(w.kernel, pir.gpio, PIR, [
      { at: w.kernel.now, level: 1 },
      { at: w.kernel.now + SECOND, level: 0 },
    ]);
    await w.run(3 * SECOND);
    expect(lines('pir-1', '[PIR]')).toEqual([]);
    expect(board('led-1').gpio.level(LED)).toBe(0);
    // Meanwhile a button's message goes through it.
    await push('button-1', EXT_BUTTON);
    expect(await soon(() => board('led-1').gpio.level(LED) === 1)).toBe(true);
    await push('button-1', EXT_BUTTON);
    expect(await soon(() => board('led-1').gpio.level(LED) === 0)).toBe(true);
    expect(w.kernel.now).toBeLessThan(warmAt);
    expect(await soon(() => lines('pir-1', '[PIR] Warm').length === 1, MINUTE)).toBe(true);
  });

  it.each([
    ['external', EXT_BUTTON],
    ['boot', BOOT_BUTTON],
  ])('its %s button toggles an LED three hops away, once a press', async (_, pin) => {
    const [button, led] = [board('button-1'), board('led-1')];
    expect(hopsFrom(button).get(led.nodeId)).toBe(3);
    for (const level of [1, 0]) {
      const from = w.kernel.now;
      await push('button-1', pin);
      expect(await soon(() => led.gpio.level(LED) === level)).toBe(true);
      await w.run(SECOND);
      expect(lines('button-1', '[BUTTON]', from)).toHaveLength(1);
      expect(lines('watcher-1', '[WATCH] led:', from)).toEqual([
        `[WATCH] led: ${1 - level} -> ${level}`,
      ]);
    }
  });

  it('button2 toggles a key of its own, which the watcher sees and the LED node leaves alone', async () => {
    const own = board('button2-1');
    const from = w.kernel.now;
    await push('button2-1', EXT_BUTTON);
    expect(await soon(() => lines('watcher-1', '[WATCH] button2', from).length === 1)).toBe(true);
    expect(own.gpio.level(LED)).toBe(1);
    await push('button2-1', BOOT_BUTTON);
    expect(await soon(() => lines('watcher-1', '[WATCH] button2', from).length === 2)).toBe(true);
    expect(lines('watcher-1', '[WATCH]', from)).toEqual([
      '[WATCH] button2: (new) -> 1',
      '[WATCH] button2: 1 -> 0',
    ]);
    expect(own.gpio.level(LED)).toBe(0);
    expect(board('led-1').gpio.level(LED)).toBe(0);
  });

  it('motion lights the LED until ten seconds after the last of it', async () => {
    const led = board('led-1');
    const at = w.kernel.now + SECOND;
    const pulse = (from: number) => [
      { at: from, level: 1 as const },
      { at: from + 3 * SECOND, level: 0 as const },
    ];
    playPin(w.kernel, board('pir-1').gpio, PIR, [...pulse(at), ...pulse(at + 8 * SECOND)]);
    expect(await soon(() => led.gpio.level(LED) === 1)).toBe(true);
    await w.run(at + 20 * SECOND - w.kernel.now);
    expect(led.gpio.level(LED)).toBe(1);
    expect(await soon(() => led.gpio.level(LED) === 0)).toBe(true);
    expect(w.kernel.now - at).toBeGreaterThan(21 * SECOND);
    expect(w.kernel.now - at).toBeLessThan(22 * SECOND);
    expect(lines('watcher-1', '[WATCH] motion:')).toEqual([
      '[WATCH] motion: (new) -> 1',
      '[WATCH] motion: 1 -> 0',
    ]);
  });

  it("a DHT's values reach the watcher, failures do not, and values that get old are called so", async () => {
    const dht = board('dht-1');
    // Nothing was soldered to its pin so far.
    expect(lines('dht-1', '[DHT] No answer').length).toBeGreaterThan(3);
    expect(lines('watcher-1', '[WATCH] temp')).toEqual([]);
    const start = w.kernel.now;
    const at = (seconds: number) => start + seconds * SECOND;
    const sensor = new DhtSensor('DHT11', [
      { at: start, temperature: 21.4, humidity: 45 },
      { at: at(20), temperature: 21.6, humidity: 45 },
      { at: at(30), fault: 'checksum' },
      { at: at(40), fault: 'cut' },
      { at: at(50), temperature: -3.2, humidity: 80 },
      { at: at(60), fault: 'silent' },
      { at: at(150), temperature: -3.2, humidity: 80 },
    ]);
    dht.gpio.connect(DHT, sensor);
    // A second before the sensor answers again.
    await w.run(149 * SECOND);
    // Stale at 60 s without a good reading; failed readings are repeated after two seconds.
    expect(lines('watcher-1', '[WATCH] dht', start).slice(-1)).toEqual([
      '[WATCH] dht_zone1: ok -> stale',
    ]);
    expect(lines('dht-1', '[DHT] No answer', at(60)).length).toBeGreaterThan(30);
    send(dht, 'dht');
    await w.run(SECOND / 5);
    const age = Number(/^Age: (\d+) s$/.exec(lines('dht-1', 'Age:').at(-1)!)![1]);
    expect(age).toBeGreaterThan(85);
    expect(age).toBeLessThan(105);
    await w.run(11 * SECOND);
    const heard = lines('watcher-1', '[WATCH]', start).map((line) => line.slice(8));
    expect(heard.filter((line) => line.startsWith('temp'))).toEqual([
      'temp: (new) -> 21.4',
      'temp_zone1: (new) -> 21.4',
      'temp: 21.4 -> -3.2',
      'temp_zone1: 21.4 -> -3.2',
    ]);
    expect(heard.filter((line) => line.startsWith('humidity:'))).toEqual([
      'humidity: (new) -> 45.0',
      'humidity: 45.0 -> 80.0',
    ]);
    expect(heard.at(-1)).toBe('dht_zone1: stale -> ok');
  });

  it('the gateway hears all of it, and its serial console says so', async () => {
    send(bench.gateway, 'get temp_zone1');
    await w.run(SECOND);
    expect(serial(bench.gateway)).toContain('[GET] temp_zone1 = -3.2');
  });

  it('the watcher prints who is there, and the tree; the LED node shows that it has company', async () => {
    const ids = ['gateway', ...NAMES].map((name) => board(name).nodeId);
    send(board('watcher-1'), 'tree');
    await w.run(SECOND);
    const tree = lines('watcher-1', '[TREE]').slice(-8);
    expect(tree[0]).toBe('[TREE] 7 nodes');
    const named = tree.slice(1).map((line) => Number(/\((\d+)\)/.exec(line)![1]));
    expect([...named].sort()).toEqual([...ids].sort());
    // A chain: from the watcher, the gateway on one side, five boards one below another on the other.
    const depths = tree.slice(1).map((line) => line.slice(7).search(/\S/) / 2);
    expect(depths.sort()).toEqual([0, 1, 1, 2, 3, 4, 5]);
    expect(tree.find((line) => line.includes(`(${bench.gateway.nodeId})`))).toMatch(/ root$/);
    const peers = lines('watcher-1', '[PEER]');
    for (const role of ['button', 'pir', 'dht', 'led', 'button2'])
      expect(peers.some((line) => line.endsWith(`) ${role} 1.0.0 valid`))).toBe(true);
    expect(board('led-1').gpio.level(PEER_LED)).toBe(1);

    const gone = board('button2-1');
    const from = w.kernel.now;
    gone.cutPower();
    const told = () =>
      lines('watcher-1', `[PEER] ${gone.nodeId} is gone`, from).length === 1 &&
      lines('watcher-1', '[TREE] 6 nodes', from).length === 1;
    expect(await soon(told, 3 * MINUTE)).toBe(true);
    board('dht-1').cutPower();
    expect(await soon(() => board('led-1').gpio.level(PEER_LED) === 0, 3 * MINUTE)).toBe(true);
  });
});
