import { describe, expect, it } from 'vitest';
import { type DhtKind, DhtSensor, type DhtStep } from './dht-sensor.ts';
import { Gpio, PIN_MODE } from './gpio.ts';

const PIN = 4;

/** Asks as firmware does, holding the line low for `held` µs; answers lengths of the levels that follow, first a high one. */
function ask(kind: DhtKind, steps: DhtStep[], held = 20_000): number[] {
  return answerOf(new DhtSensor(kind, steps), held);
}

function answerOf(sensor: DhtSensor, held = 20_000): number[] {
  const gpio = new Gpio();
  let now = 1_000_000;
  gpio.now = () => now;
  gpio.connect(PIN, sensor);
  gpio.setMode(PIN, PIN_MODE.OUTPUT);
  gpio.write(PIN, 0);
  now += held;
  gpio.setMode(PIN, PIN_MODE.INPUT_PULLUP);
  const lengths: number[] = [];
  for (let length = 1, level = gpio.level(PIN); length < 2_000; length++) {
    now++;
    if (gpio.level(PIN) === level) continue;
    lengths.push(length);
    level = gpio.level(PIN);
    length = 0;
  }
  return lengths;
}

/** The five bytes of an answer, by the data sheet: a bit's high is shorter or longer than the low before it. */
function bytesOf(lengths: number[]): number[] {
  const bytes = [0, 0, 0, 0, 0];
  for (let bit = 0; bit < 40; bit++) {
    const [low, high] = lengths.slice(3 + 2 * bit);
    bytes[bit >> 3] = (bytes[bit >> 3]! << 1) | (high! > low! ? 1 : 0);
  }
  return bytes;
}

const at = 0;

describe('a DHT sensor on its wire', () => {
  it.each<[DhtKind, number, number, number[]]>([
    ['DHT11', 21.4, 45, [45, 0, 21, 4, 70]],
    ['DHT11', 0, 20, [20, 0, 0, 0, 20]],
    ['DHT11', -0.1, 20, [20, 0, 0, 0x89, 157]],
    ['DHT11', -5.3, 60.4, [60, 0, 5, 0x87, 200]],
    ['DHT11', 99, 200, [95, 0, 60, 0, 155]],
    ['DHT22', 35.1, 65.2, [2, 0x8c, 1, 0x5f, 0xee]],
    ['DHT22', -10.1, 65.2, [2, 0x8c, 0x80, 0x65, 0x73]],
  ])('%s says %d °C and %d %%', (kind, temperature, humidity, bytes) => {
    const lengths = ask(kind, [{ at, temperature, humidity }]);
    expect(lengths.slice(0, 3)).toEqual([30, 80, 80]);
    expect(lengths).toHaveLength(84);
    expect(bytesOf(lengths)).toEqual(bytes);
  });

  it('says what holds when it is asked', () => {
    const steps = [
      { at: 1_020_001, temperature: 30, humidity: 30 },
      { at: 1_020_000, temperature: 20, humidity: 40 },
      { at: 5, temperature: 10, humidity: 50 },
    ];
    expect(bytesOf(ask('DHT11', steps))).toEqual([40, 0, 20, 0, 60]);
  });

  it('answers only to a start signal that is long enough', () => {
    const steps: DhtStep[] = [{ at, temperature: 20, humidity: 50 }];
    expect(ask('DHT11', steps, 17_999)).toEqual([]);
    expect(ask('DHT22', steps, 1_100)).toHaveLength(84);
  });

  it('fails by script', () => {
    expect(ask('DHT11', [])).toEqual([]);
    expect(ask('DHT11', [{ at, fault: 'silent' }])).toEqual([]);
    const wrong = bytesOf(ask('DHT11', [{ at, fault: 'checksum' }]));
    expect(wrong.slice(0, 4).reduce((a, b) => a + b) & 255).not.toBe(wrong[4]);
    // 20 bits, and the line stays high.
    expect(ask('DHT11', [{ at, fault: 'cut' }])).toHaveLength(42);
  });

  it('measures something else from a step on that comes later', () => {
    const sensor = new DhtSensor('DHT11', [{ at: 0, temperature: 20, humidity: 50 }]);
    sensor.add({ at: 1_000_000, temperature: 30, humidity: 60 });
    expect(() => sensor.add({ at: Number.NaN, fault: 'cut' })).toThrow(/no number/);
    expect(bytesOf(answerOf(sensor))).toEqual([60, 0, 30, 0, 90]);
  });

  it('refuses a value that is no number', () => {
    expect(() => new DhtSensor('DHT11', [{ at, temperature: Number.NaN, humidity: 1 }])).toThrow(
      /a step of a DHT11 is no number/,
    );
  });
});
