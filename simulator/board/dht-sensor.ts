import type { Drive, PinDevice } from './pin-device.ts';

export type DhtKind = 'DHT11' | 'DHT22';

/** What the sensor measures, or how it fails, from `at` (kernel time, µs) until the next step. */
export type DhtStep =
  /** °C and % relative humidity. */
  | { at: number; temperature: number; humidity: number }
  /** No answer at all; a wrong checksum; an answer that ends after half of its bits. */
  | { at: number; fault: 'silent' | 'checksum' | 'cut' };

interface KindFacts {
  /** µs for which firmware must hold the line low before the sensor answers. */
  start: number;
  temperature: [least: number, most: number];
  humidity: [least: number, most: number];
  bytes(temperature: number, humidity: number): number[];
}

/** Timing of an answer, µs (Aosong's data sheets of DHT11 and AM2302). */
const ANSWER = { after: 30, low: 80, high: 80, bitLow: 50, zero: 27, one: 70, end: 50 };

const KINDS: Record<DhtKind, KindFacts> = {
  DHT11: {
    start: 18_000,
    temperature: [-20, 60],
    humidity: [5, 95],
    // Whole percent; degrees and tenths, below zero counted from the next lower degree, with the top bit as sign.
    bytes(temperature, humidity) {
      const tenths = Math.round(temperature * 10);
      const whole = Math.floor(tenths / 10);
      const rest = tenths - 10 * whole;
      const degrees = whole < 0 ? [-1 - whole, 0x80 | rest] : [whole, rest];
      return [Math.round(humidity), 0, ...degrees];
    },
  },
  DHT22: {
    start: 800,
    temperature: [-40, 80],
    humidity: [0, 100],
    // Tenths in 16 bits; the top bit of the temperature is its sign.
    bytes(temperature, humidity) {
      const moist = Math.round(humidity * 10);
      const warm = Math.round(Math.abs(temperature) * 10);
      return [moist >> 8, moist & 255, (warm >> 8) | (temperature < 0 ? 0x80 : 0), warm & 255];
    },
  },
};

/**
 * A DHT11 or DHT22 with its pull-up on the data line. Firmware asks by holding the line low; once it lets go, the sensor
 * answers with 40 bits as pulses of different length. Values beyond the sensor's range read as its end.
 */
export class DhtSensor implements PinDevice {
  readonly #name: DhtKind;
  readonly #kind: KindFacts;
  readonly #steps: DhtStep[];
  #lowSince: number | undefined;
  /** Times at which the level turns over, the first to low. */
  #edges: number[] = [];
  /** Requests that the sensor answered, or failed to by script. */
  asked = 0;

  /** `steps` in any order; before the first the sensor is silent. @throws RangeError for a value that is no number */
  constructor(kind: DhtKind, steps: readonly DhtStep[]) {
    this.#kind = KINDS[kind];
    for (const step of steps) checkStep(kind, step);
    this.#steps = [...steps].sort((a, b) => a.at - b.at);
    this.#name = kind;
  }

  /** From `step.at` on, until a later step. @throws RangeError as the constructor */
  add(step: DhtStep): void {
    checkStep(this.#name, step);
    this.#steps.push(step);
    this.#steps.sort((a, b) => a.at - b.at);
  }

  driven(level: Drive, time: number): void {
    if (level === 0) {
      this.#lowSince ??= time;
      this.#edges = [];
      return;
    }
    const held = this.#lowSince === undefined ? 0 : time - this.#lowSince;
    this.#lowSince = undefined;
    if (held >= this.#kind.start) this.#answer(time);
  }

  level(time: number): 0 | 1 {
    // An even number of edges has passed: the pull-up holds the line.
    return passed(this.#edges, time) % 2 === 0 ? 1 : 0;
  }

  nextEdge(time: number): number {
    return this.#edges[passed(this.#edges, time)] ?? Number.POSITIVE_INFINITY;
  }

  #answer(time: number): void {
    this.asked++;
    const step = this.#steps.findLast(({ at }) => at <= time);
    if (!step) return;
    const fault = 'fault' in step ? step.fault : undefined;
    if (fault === 'silent') return;
    const { temperature: warm, humidity: moist } = this.#kind;
    const bytes =
      'fault' in step
        ? this.#kind.bytes(20, 50)
        : this.#kind.bytes(clamp(step.temperature, warm), clamp(step.humidity, moist));
    const sum = bytes.reduce((a, b) => a + b, 0) & 255;
    bytes.push(fault === 'checksum' ? sum ^ 1 : sum);
    const lengths = [ANSWER.after, ANSWER.low, ANSWER.high];
    for (let bit = 0; bit < (fault === 'cut' ? 20 : 40); bit++) {
      const one = (bytes[bit >> 3]! >> (7 - (bit & 7))) & 1;
      lengths.push(ANSWER.bitLow, one ? ANSWER.one : ANSWER.zero);
    }
    if (fault !== 'cut') lengths.push(ANSWER.end);
    let at = time;
    this.#edges = lengths.map((length) => (at += length));
    // Cut short, the line stays high: the last edge would pull it low.
    if (fault === 'cut') this.#edges.pop();
  }
}

function checkStep(kind: DhtKind, step: DhtStep): void {
  const values = 'fault' in step ? [step.at] : [step.at, step.temperature, step.humidity];
  if (values.every(Number.isFinite)) return;
  throw new RangeError(`a step of a ${kind} is no number: ${JSON.stringify(step)}`);
}

/** How many of the ascending `edges` lie at or before `time`. */
function passed(edges: readonly number[], time: number): number {
  let low = 0;
  for (let high = edges.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (edges[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function clamp(value: number, [least, most]: [number, number]): number {
  return Math.max(least, Math.min(most, value));
}
