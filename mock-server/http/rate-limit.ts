import type { Clock } from '../clock.ts';
import { Lru } from './lru.ts';

/** How much one client may ask. */
export interface RateLimits {
  /** Requests a minute, on average. */
  perMinute: number;
  /** Requests at once; default `perMinute`. */
  burst?: number;
}

export interface RateLimiter {
  /** Counts one request of `key`: 0 where it may go on, else the seconds until the next one may. */
  take(key: string): number;
  /** As `take`, where a later part of a download that `key` has started is free. */
  takeDownload(key: string, path: string, range: string | null): number;
  forget(): void;
}

interface Bucket {
  tokens: number;
  /** Unix milliseconds. */
  at: number;
}

/** Clients and downloads kept in mind; who is forgotten begins anew. */
const KEPT = 20_000;
const CONTINUES = /^bytes=[ \t]*0*[1-9]/i;

/** A token bucket a client. Throws where the limits make no sense. */
export function createRateLimiter(limits: RateLimits, clock: Clock): RateLimiter {
  const { perMinute, burst = perMinute } = limits;
  if (!(perMinute > 0) || !(burst >= 1)) {
    throw new Error('A rate limit needs more than 0 requests a minute, and 1 or more at once.');
  }
  const buckets = new Lru<string, Bucket>(KEPT);
  const started = new Lru<string, true>(KEPT);

  function take(key: string): number {
    const now = clock.now();
    const bucket = buckets.get(key) ?? { tokens: burst, at: now };
    const gained = (Math.max(0, now - bucket.at) / 60_000) * perMinute;
    const tokens = Math.min(burst, bucket.tokens + gained);
    const pass = tokens >= 1;
    buckets.set(key, { tokens: pass ? tokens - 1 : tokens, at: now });
    return pass ? 0 : Math.max(1, Math.ceil(((1 - tokens) / perMinute) * 60));
  }

  return {
    take,
    takeDownload(key, path, range) {
      const download = `${key} ${path}`;
      if (range !== null && CONTINUES.test(range) && started.get(download)) return 0;
      const wait = take(key);
      if (wait === 0) started.set(download, true);
      return wait;
    },
    forget() {
      buckets.clear();
      started.clear();
    },
  };
}
