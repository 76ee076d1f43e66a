import { describe, expect, it } from 'vitest';
import { Kernel } from '../kernel/kernel.ts';
import { DhtSensor } from './dht-sensor.ts';
import { Gpio, PIN_MODE, TRIGGER } from './gpio.ts';
import { type PinStep, playPin, press } from './pin-device.ts';

describe('pins', () => {
  it.each([
    ['INPUT', 0],
    ['INPUT_PULLUP', 1],
    ['INPUT_PULLDOWN', 0],
    ['OUTPUT', 0],
    ['OUTPUT_OPEN_DRAIN', 0],
  ] as const)('a floating %s reads %d', (mode, level) => {
    const gpio = new Gpio();
    gpio.setMode(5, PIN_MODE[mode]);
    expect(gpio.level(5)).toBe(level);
  });

  it('the world moves inputs, and not what firmware drives', () => {
    const gpio = new Gpio();
    gpio.setMode(5, PIN_MODE.INPUT_PULLUP);
    gpio.drive(5, 0);
    expect(gpio.level(5)).toBe(0);
    gpio.drive(5, undefined);
    expect(gpio.level(5)).toBe(1);
    gpio.setMode(5, PIN_MODE.OUTPUT);
    gpio.drive(5, 1);
    expect(gpio.level(5)).toBe(0);
  });

  it('an open-drain output lets go of the line when it writes 1', () => {
    const gpio = new Gpio();
    gpio.setMode(5, PIN_MODE.OUTPUT_OPEN_DRAIN);
    gpio.write(5, 1);
    expect(gpio.level(5)).toBe(1);
    gpio.drive(5, 0);
    expect(gpio.level(5)).toBe(0);
  });

  it.each([
    ['RISING', [1, 1]],
    ['FALLING', [0, 0]],
    ['CHANGE', [1, 0, 1, 0]],
    ['NONE', []],
  ] as const)('%s fires at its edges', (trigger, levels) => {
    const gpio = new Gpio();
    const fired: number[] = [];
    gpio.onInterrupt = (pin) => fired.push(gpio.level(pin));
    gpio.attach(5, TRIGGER[trigger]);
    for (const level of [1, 1, 0, 1, 0, 0] as const) gpio.drive(5, level);
    expect(fired).toEqual(levels);
  });

  it('a voltage is the reading that analogReadMilliVolts turns back', () => {
    const gpio = new Gpio();
    const millivolts = (volts: number) => {
      gpio.driveVolts(34, volts);
      return Math.floor((gpio.analogRead(34) * 3300) / 4095);
    };
    expect([0, 1.65, 3.3, 5, -1].map(millivolts)).toEqual([0, 1650, 3300, 3300, 0]);
  });

  it('a pin that is not there is told', () => {
    expect(() => new Gpio().level(64)).toThrow('there is no GPIO64');
  });
});

describe('what happens to a pin over time', () => {
  /** Levels of pin 5 (pull-up) by time, as the script has them. */
  async function played(steps: PinStep[]): Promise<[number, number][]> {
    const kernel = new Kernel('1');
    const gpio = new Gpio();
    const seen: [number, number][] = [];
    gpio.setMode(5, PIN_MODE.INPUT_PULLUP);
    gpio.onInput = ({ level }) => seen.push([kernel.now, level]);
    playPin(kernel, gpio, 5, steps);
    await kernel.runUntil(10_000_000);
    return seen;
  }

  it('follows its script on the virtual clock', async () => {
    const steps = [
      { at: 300, level: 1 },
      { at: 100, level: 0 },
      { at: 200, level: undefined },
    ] as const;
    expect(await played([...steps])).toEqual([
      [100, 0],
      [200, 1],
    ]);
  });

  it('a press bounces, the same each time for a seed, and ends where it began', async () => {
    const plan = () => press({ at: 1_000, held: 100_000 }, new Kernel('1').random('bounce'));
    const seen = await played(plan());
    expect(plan()).toEqual(plan());
    expect(seen.length).toBeGreaterThan(10);
    expect(seen[0]).toEqual([1_000, 0]);
    expect(seen.at(-1)![1]).toBe(1);
    // Between the two bouncing ends the contact is closed.
    expect(seen.filter(([time]) => time > 6_000 && time < 101_000)).toEqual([]);
  });

  it("a device's edges become interrupts where firmware waits for them, and only there", async () => {
    const answer = async (trigger: number) => {
      const kernel = new Kernel('1');
      const gpio = new Gpio();
      const fired: number[] = [];
      gpio.now = () => kernel.now;
      gpio.plan = (time, run) => kernel.at(time, run);
      gpio.onInterrupt = () => fired.push(kernel.now);
      gpio.connect(4, new DhtSensor('DHT11', [{ at: 0, temperature: 20, humidity: 50 }]));
      gpio.setMode(4, PIN_MODE.OUTPUT);
      kernel.at(20_000, () => {
        gpio.attach(4, trigger);
        gpio.setMode(4, PIN_MODE.INPUT_PULLUP);
      });
      await kernel.runUntil(1_000_000);
      return { fired, events: kernel.events };
    };
    const both = await answer(TRIGGER.CHANGE);
    expect(both.fired).toHaveLength(84);
    expect(both.fired.slice(0, 3)).toEqual([20_030, 20_110, 20_190]);
    expect((await answer(TRIGGER.FALLING)).fired).toHaveLength(42);
    expect((await answer(TRIGGER.NONE)).events).toBe(1);
  });
});
