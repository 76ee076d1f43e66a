import { checkProfile, type LinkTrouble } from '../../net/link-profile.ts';
import type { WifiMedium } from '../../net/wifi-medium.ts';

interface Open {
  from: string;
  to: string;
  trouble: LinkTrouble;
}

/** Troubles of links that may overlap: each ends alone, and what others do to the same link goes on. */
export class LinkTroubles {
  readonly #medium: WifiMedium;
  #open: Open[] = [];

  constructor(medium: WifiMedium) {
    this.#medium = medium;
  }

  /** To one direction of a link, or to both; answers what ends it. @throws RangeError when a figure makes no sense */
  add(a: string, b: string, trouble: LinkTrouble, oneWay = false): () => void {
    checkProfile(trouble);
    const added = [{ from: a, to: b, trouble }];
    if (!oneWay) added.push({ from: b, to: a, trouble });
    this.#open.push(...added);
    this.#apply(a, b);
    return () => {
      this.#open = this.#open.filter((one) => !added.includes(one));
      this.#apply(a, b);
    };
  }

  /** Ends all of both directions. */
  heal(a: string, b: string): void {
    this.#open = this.#open.filter(({ from, to }) => !isBetween(from, to, a, b));
    this.#apply(a, b);
  }

  #apply(a: string, b: string): void {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const here = this.#open.filter((one) => one.from === from && one.to === to);
      const trouble = here
        .map((one) => one.trouble)
        .reduce<LinkTrouble | undefined>(worse, undefined);
      this.#medium.trouble(from, to, trouble);
    }
  }
}

function isBetween(from: string, to: string, a: string, b: string): boolean {
  return (from === a && to === b) || (from === b && to === a);
}

/** Both at once: of each figure the worse one. */
function worse(one: LinkTrouble | undefined, other: LinkTrouble): LinkTrouble {
  const both: LinkTrouble = { ...one, ...other };
  if (!one) return both;
  for (const name of ['latency', 'jitter', 'loss', 'segmentMicros'] as const) {
    const [a, b] = [one[name], other[name]];
    if (a !== undefined && b !== undefined) both[name] = Math.max(a, b);
  }
  const { bytesPerSecond: a } = one;
  const { bytesPerSecond: b } = other;
  if (a !== undefined && b !== undefined) both.bytesPerSecond = Math.min(a, b);
  if (one.down) both.down = true;
  return both;
}
