import type { FaultCount } from './plan.ts';
import { draw } from './random.ts';

/** Counts the requests that a plan meets, and says which of them it acts on. */
export interface Counter {
  /** Requests in the plan's scope. */
  readonly seen: number;
  /** Those it acted on. */
  readonly applied: number;
  /** Counts one more request of `key` (who is counted alone, see FaultCount.per); whether the plan acts on it. */
  meets(key: string): boolean;
}

export function createCounter(count: FaultCount, seed: string): Counter {
  const { after = 0, every = 1, probability = 1, first = Number.POSITIVE_INFINITY } = count;
  const counts = new Map<string, { seen: number; applied: number }>();
  let seen = 0;
  let applied = 0;
  return {
    get seen() {
      return seen;
    },
    get applied() {
      return applied;
    },
    meets(key) {
      const own = counts.get(key) ?? { seen: 0, applied: 0 };
      counts.set(key, own);
      own.seen += 1;
      seen += 1;
      const turn = own.seen - after;
      if (turn <= 0 || turn % every !== 0 || own.applied >= first) return false;
      if (probability < 1 && draw(seed, `chance:${key}`, own.seen) >= probability) return false;
      own.applied += 1;
      applied += 1;
      return true;
    },
  };
}
