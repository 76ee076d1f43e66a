/** Who hears whom: the shapes that a mesh can be laid out in. Devices that a layout does not name are heard by nobody. */
import type { PathLoss } from '../net/wifi-medium.ts';

/** Metres. */
export interface Place {
  x: number;
  y: number;
}

export interface RadioModel {
  /** dBm heard at one metre. */
  atOneMetre: number;
  /** 2 in the open, 2.7 to 4 indoors. */
  exponent: number;
  /** Weaker than that is not heard, dBm: an ESP32 at 1 Mbit/s. */
  sensitivity: number;
  /** Standard deviation of what walls add or take, dB, drawn once for each pair. */
  shadowing: number;
}

export const INDOORS: RadioModel = {
  atOneMetre: -40,
  exponent: 3,
  sensitivity: -90,
  shadowing: 0,
};
/** Neighbours in a layout by hops. */
const NEAR = -50;

export type Edge = readonly [a: string, b: string, rssi?: number];

/** @throws RangeError for a link from a device to itself */
export function edges(list: readonly Edge[]): PathLoss {
  const heard = new Map<string, number>();
  for (const [a, b, rssi = NEAR] of list) {
    if (a === b) throw new RangeError(`${a} cannot be linked to itself`);
    heard.set(`${a}\n${b}`, rssi).set(`${b}\n${a}`, rssi);
  }
  return (from, to) => heard.get(`${from}\n${to}`);
}

/** One after another. */
export function line(names: readonly string[]): PathLoss {
  return edges(names.slice(1).map((name, i) => [names[i]!, name]));
}

/** All around the first. */
export function star(names: readonly string[]): PathLoss {
  return edges(names.slice(1).map((name) => [names[0]!, name]));
}

/**
 * The first on top, each with at most `children` below it, filled row by row. Everyone hears its parent better than its children.
 */
export function tree(names: readonly string[], children: number): PathLoss {
  atLeast('children', children, 1);
  const depth: number[] = [0];
  return edges(
    names.slice(1).map((name, i): Edge => {
      const parent = Math.floor(i / children);
      depth.push(depth[parent]! + 1);
      return [names[parent]!, name, -42 - Math.min(40, 4 * depth[i + 1]!)];
    }),
  );
}

/** Rows of `width`; each hears the four around it. */
export function grid(names: readonly string[], width: number): PathLoss {
  atLeast('width', width, 1);
  const links: Edge[] = [];
  names.forEach((name, i) => {
    const [right, below] = [names[i + 1], names[i + width]];
    if (right !== undefined && (i + 1) % width !== 0) links.push([name, right]);
    if (below !== undefined) links.push([name, below]);
  });
  return edges(links);
}

/** Devices at places; strength falls with the logarithm of the distance. `random`: only drawn from where there is shadowing. */
export function positions(
  places: ReadonlyMap<string, Place>,
  model: Partial<RadioModel> = {},
  random: () => number = () => 0.5,
): PathLoss {
  const radio = { ...INDOORS, ...model };
  const shadows = new Map<string, number>();
  if (radio.shadowing > 0) {
    const names = [...places.keys()].sort();
    for (const a of names) {
      for (const b of names) if (a < b) shadows.set(`${a}\n${b}`, gauss(random) * radio.shadowing);
    }
  }
  return (from, to) => {
    const [a, b] = [places.get(from), places.get(to)];
    if (!a || !b || from === to) return undefined;
    const metres = Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
    const shadow = shadows.get(from < to ? `${from}\n${to}` : `${to}\n${from}`) ?? 0;
    const rssi = radio.atOneMetre - 10 * radio.exponent * Math.log10(metres) + shadow;
    // A reading of 0 means "none" to painlessMesh, and radios report whole decibels.
    const whole = Math.min(-1, Math.round(rssi));
    return whole >= radio.sensitivity ? whole : undefined;
  };
}

/**
 * Places drawn in a square of `side` metres, each in range of one placed before it, so that the mesh can be whole.
 * @throws RangeError when no such place is found: the square is too large for the range
 */
export function randomPlaces(
  names: readonly string[],
  side: number,
  random: () => number,
  model: Partial<RadioModel> = {},
): Map<string, Place> {
  const places = new Map<string, Place>();
  const flat = { ...model, shadowing: 0 };
  for (const name of names) {
    let tries = 0;
    for (;;) {
      if (tries++ > 10_000) {
        throw new RangeError(
          `no place for ${name} in range of the others in ${side} m by ${side} m`,
        );
      }
      places.set(name, { x: random() * side, y: random() * side });
      const heard = positions(places, flat);
      const others = [...places.keys()].filter((other) => other !== name);
      if (others.length === 0 || others.some((other) => heard(other, name) !== undefined)) break;
    }
  }
  return places;
}

/** Normally distributed, from two uniform draws (Box and Muller). */
function gauss(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function atLeast(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(`${name} is ${value}: give a whole number of at least ${least}`);
  }
}
