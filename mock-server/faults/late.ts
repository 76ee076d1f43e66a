import type { Clock } from '../clock.ts';
import type { FaultOf } from './fault-schema.ts';

type Ask = (request: Request) => Promise<Response>;

/** Requests that the network keeps for a while: the server sees them after later ones, or after a time. */
export interface LateRequests {
  /** Keeps a request of plan `plan`, to be answered by `ask`, as its own caller's. */
  keep(plan: number, request: Request, fault: FaultOf<'late'>, ask: Ask): Promise<void>;
  /** Hands on those whose time has come; to be called before every request. */
  due(): Promise<void>;
  /** A later request of that plan's scope has been served: hands on those that waited for it. */
  passed(plan: number): Promise<void>;
  clear(): void;
}

interface Kept {
  plan: number;
  request: Request;
  ask: Ask;
  /** Later requests still to come first. */
  requests: number;
  at: number;
}

export function createLateRequests(clock: Clock): LateRequests {
  let kept: Kept[] = [];

  async function release(ready: (one: Kept) => boolean): Promise<void> {
    const now = kept.filter(ready);
    kept = kept.filter((one) => !now.includes(one));
    // Nobody waits for these answers any more.
    for (const { request, ask } of now) await ask(request).catch(() => {});
  }

  return {
    async keep(plan, request, { requests, seconds }, ask) {
      const never = Number.POSITIVE_INFINITY;
      const after = requests ?? (seconds === undefined ? 1 : never);
      const at = seconds === undefined ? never : clock.now() + seconds * 1000;
      kept.push({ plan, request: await whole(request), ask, requests: after, at });
    },
    due: () => release(({ at }) => at <= clock.now()),
    async passed(plan) {
      for (const one of kept) if (one.plan === plan) one.requests -= 1;
      await release(({ requests }) => requests <= 0);
    },
    clear() {
      kept = [];
    },
  };
}

/** The request with its body read: what it came by may be gone when it is handed on. */
async function whole(request: Request): Promise<Request> {
  const { url, method, headers } = request;
  const body = request.body === null ? undefined : await request.arrayBuffer();
  return new Request(url, { method, headers, ...(body ? { body } : {}) });
}
