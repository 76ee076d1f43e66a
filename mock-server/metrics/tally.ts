import type { Exchange } from '../port/listener.ts';

/** Seconds: from a cached check to a download over a weak radio. */
export const DURATIONS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120,
];
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE']);

/** Requests of one method to one route that got one status. */
export interface Count {
  method: string;
  route: string;
  status: string;
  requests: number;
  bytes: number;
  seconds: number;
  /** Requests by the first of DURATIONS that they did not exceed; the last place is for longer ones. */
  buckets: number[];
}

/** Sums of exchanges: a few additions each, as it is in the way of every request. */
export interface Tally {
  add(exchange: Exchange): void;
  counts(): Iterable<Count>;
  offers: Record<NonNullable<Exchange['offered']>, number>;
}

export function createTally(): Tally {
  const counts = new Map<string, Count>();
  const offers = { device: 0, mesh: 0 };

  function countOf({ method, route, status }: Exchange): Count {
    // Methods and targets that no route took are as many as a stranger likes.
    const known = METHODS.has(method) ? method : 'other';
    const key = `${status} ${known} ${route}`;
    let count = counts.get(key);
    if (!count) {
      const buckets = new Array<number>(DURATIONS.length + 1).fill(0);
      const labels = { method: known, route: route ?? 'none', status: String(status) };
      count = { ...labels, requests: 0, bytes: 0, seconds: 0, buckets };
      counts.set(key, count);
    }
    return count;
  }

  return {
    add(exchange) {
      const count = countOf(exchange);
      const seconds = exchange.ms / 1000;
      let place = 0;
      while (place < DURATIONS.length && seconds > (DURATIONS[place] as number)) place += 1;
      count.requests += 1;
      count.bytes += exchange.bytes;
      count.seconds += seconds;
      count.buckets[place] = (count.buckets[place] as number) + 1;
      if (exchange.offered) offers[exchange.offered] += 1;
    },
    counts: () => counts.values(),
    offers,
  };
}
