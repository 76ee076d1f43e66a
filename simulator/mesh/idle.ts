/** A generator that has ended, shared by all: an `update()` with nothing to do allocates nothing. */
import type { Steps } from './types.ts';

const DONE: IteratorReturnResult<void> = Object.freeze({ done: true, value: undefined });

class Idle {
  next(): IteratorReturnResult<void> {
    return DONE;
  }

  return(): IteratorReturnResult<void> {
    return DONE;
  }

  throw(error: unknown): never {
    throw error;
  }

  [Symbol.iterator](): this {
    return this;
  }

  [Symbol.dispose](): void {}

  get [Symbol.toStringTag](): string {
    return 'Generator';
  }
}

export const IDLE = Object.freeze(new Idle()) as unknown as Steps;
