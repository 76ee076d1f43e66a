import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DhtSensor, type DhtStep } from '../../simulator/board/dht-sensor.ts';
import { playPin, press } from '../../simulator/board/pin-device.ts';
import type { VirtualBoard } from '../../simulator/guest/virtual-board.ts';
import { SECOND, type World } from '../../simulator/scenario/world.ts';
import { firmware, world } from '../support/bench.ts';

const [RISE, FALL, CHANGE, BUTTON, PULSE, ADC, DHT11, DHT22] = [18, 19, 21, 5, 23, 34, 4, 27];
const MS = SECOND / 1000;

let image: Uint8Array;
let w: World;
let board: VirtualBoard;
beforeAll(async () => {
  image = (await firmware('pins')).image;
});
beforeEach(async () => {
  w = world([{ name: 'b', image }]);
  board = w.board('b');
  w.powerOn();
  await w.runUntil(() => printed().includes('ready'), 5 * SECOND);
});
afterEach(() => expect(board.resets).toHaveLength(1));

const printed = () => board.uart.log.map((line) => line.text);
const send = (what: string) => board.uart.receive(new TextEncoder().encode(`${what}\n`));

/** Asks the sketch for one thing; answers the line that it prints. */
async function ask(what: string): Promise<string> {
  const before = printed().length;
  send(what);
  await w.runUntil(() => printed().length > before, 5 * SECOND, 10 * MS);
  return printed()[before]!;
}

describe('firmware and its pins', () => {
  it('interrupts come at the edges that were asked for, at the time of the edge', async () => {
    for (const pin of [RISE, FALL, CHANGE]) {
      playPin(w.kernel, board.gpio, pin, [
        { at: w.kernel.now + 10_000, level: 1 },
        { at: w.kernel.now + 20_000, level: 0 },
        { at: w.kernel.now + 31_234, level: 1 },
      ]);
    }
    const booted = w.kernel.now - board.cpu.sinceBoot;
    const last = w.kernel.now + 31_234 - booted;
    await w.run(40 * MS);
    const [, changes, at] = /^counts rises=2 falls=1 changes=(\d+) at=(\d+)$/.exec(await ask('c'))!;
    // With the pull-up the pin was high already.
    expect(changes).toBe('2');
    expect(Math.abs(Number(at) - last)).toBeLessThan(5);
  });

  it('while loop() sleeps, and while it waits busily', async () => {
    send('s');
    await w.run(100 * MS);
    board.gpio.drive(RISE, 1);
    board.gpio.drive(FALL, 0);
    await w.run(3 * SECOND);
    expect(printed().at(-1)).toBe('slept rises=1 falls=1');
    board.gpio.drive(RISE, 0);
    send('w');
    await w.run(100 * MS);
    expect(printed().at(-1)).toBe('slept rises=1 falls=1');
    board.gpio.drive(RISE, 1);
    await w.run(2 * SECOND);
    expect(printed().at(-1)).toBe('waited rises=2');
  });

  it('none after detachInterrupt, and none left over by a reset', async () => {
    send('d');
    await w.run(100 * MS);
    board.gpio.drive(RISE, 1);
    expect(await ask('c')).toMatch(/^counts rises=0 /);
  });

  it('pulseIn measures a pulse on the virtual clock', async () => {
    const from = w.kernel.now + 50_000;
    send('p');
    playPin(w.kernel, board.gpio, PULSE, [
      { at: from, level: 1 },
      { at: from + 120_000, level: 0 },
    ]);
    await w.run(SECOND);
    const [, length] = /^pulse (\d+)$/.exec(printed().at(-1)!)!;
    // The longer a busy wait lasts, the coarser it looks.
    expect(Math.abs(Number(length) - 120_000)).toBeLessThan(200);
  });

  it.each([
    [0, 'adc 0 0 mV'],
    [1, 'adc 1241 1000 mV'],
    [3.3, 'adc 4095 3300 mV'],
  ])('%d V at the ADC', async (volts, line) => {
    board.gpio.driveVolts(ADC, volts);
    expect(await ask('a')).toBe(line);
  });

  it('a button that bounces is pressed once; one that was pressed while loop() slept, too', async () => {
    const random = w.kernel.random('bounce');
    const pressed = () => printed().filter((line) => line === 'pressed').length;
    const push = (held: number) =>
      playPin(w.kernel, board.gpio, BUTTON, press({ at: w.kernel.now + MS, held }, random));
    push(200 * MS);
    await w.run(SECOND);
    expect(pressed()).toBe(1);
    push(3 * SECOND);
    await w.run(2 * SECOND);
    expect(pressed()).toBe(2);
    await w.run(3 * SECOND);
    expect(pressed()).toBe(2);
    send('s');
    await w.run(300 * MS);
    push(200 * MS);
    await w.run(SECOND);
    expect(pressed()).toBe(2);
    await w.run(2 * SECOND);
    expect(pressed()).toBe(3);
    // A spike is no press.
    playPin(w.kernel, board.gpio, BUTTON, [
      { at: w.kernel.now + 1_000, level: 0 },
      { at: w.kernel.now + 6_000, level: undefined },
    ]);
    await w.run(SECOND);
    expect(pressed()).toBe(3);
  });
});

describe('DHT sensors, read by the library', () => {
  const solder = (eleven: DhtStep[], twentyTwo: DhtStep[] = eleven) => {
    board.gpio.connect(DHT11, new DhtSensor('DHT11', eleven));
    board.gpio.connect(DHT22, new DhtSensor('DHT22', twentyTwo));
  };

  it.each([
    [23.4, 56, 'dht11 23.4 56.0 dht22 23.4 56.0'],
    [-7.5, 31.7, 'dht11 -7.5 32.0 dht22 -7.5 31.7'],
    [0, 0, 'dht11 0.0 5.0 dht22 0.0 0.0'],
  ])('%d °C and %d %% arrive', async (temperature, humidity, line) => {
    solder([{ at: 0, temperature, humidity }]);
    expect(await ask('t')).toBe(line);
  });

  it.each(['silent', 'checksum', 'cut'] as const)(
    '%s is NaN, and the next reading is good again',
    async (fault) => {
      solder([
        { at: 0, fault },
        { at: w.kernel.now + 4 * SECOND, temperature: 20, humidity: 40 },
      ]);
      expect(await ask('t')).toBe('dht11 nan nan dht22 nan nan');
      await w.run(5 * SECOND);
      expect(await ask('t')).toBe('dht11 20.0 40.0 dht22 20.0 40.0');
    },
  );

  it('no sensor at all is NaN', async () => {
    expect(await ask('t')).toBe('dht11 nan nan dht22 nan nan');
  });

  it('the edges of an answer are interrupts for firmware that asks for them', async () => {
    solder([{ at: 0, temperature: 20, humidity: 40 }]);
    // The answer's own, and the line that rises when firmware lets go of it is no edge of the sensor.
    expect(await ask('e')).toBe('answer edges=84');
  });
});
