import type { RandomStream } from '../../kernel/prng.ts';

/** Draws of the kinds that a swarm needs, from one stream. */
export class Dice {
  readonly #stream: RandomStream;

  constructor(stream: RandomStream) {
    this.#stream = stream;
  }

  /** Uniform in [from, to). */
  between(from: number, to: number): number {
    return from + this.#stream() * (to - from);
  }

  /** As often between 1 and 10 as between 10 and 100: durations and rates of which nobody knows which matter. */
  spread(from: number, to: number): number {
    return Math.exp(this.between(Math.log(from), Math.log(to)));
  }

  /** A whole number, both ends included. */
  whole(from: number, to: number): number {
    return Math.floor(this.between(from, to + 1));
  }

  /** Until the next of things that come at any time, so often on average. */
  wait(mean: number): number {
    return -Math.log(1 - this.#stream()) * mean;
  }

  chance(share: number): boolean {
    return this.#stream() < share;
  }

  /** @throws RangeError when there is nothing to choose from */
  one<T>(list: readonly T[]): T {
    if (list.length === 0) throw new RangeError('there is nothing to draw from');
    return list[this.whole(0, list.length - 1)]!;
  }
}
