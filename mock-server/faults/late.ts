import type { Clock } from '../clock.ts';
import type { FaultOf } from './fault-schema.ts';

type Ask = (request: Request) => Promise<Response>;

/** Requests that the network keeps for a while: the server sees them after later ones, or after a time. */
export interface LateRequests {
  /** Keeps a request of plan `plan`. */
  keep(plan: number, request: Request, fault: FaultOf<'late'>): Promise<void>;
  /** Hands on those whose time has come; to be called before every request. */
  due(ask: Ask): Promise<void>;
  /** A later request of that plan's scope has been served: hands on those that waited for it. */
  passed(plan: number, ask: Ask): Promise<void>;
  clear(): void;
}

interface Kept {
  plan: number;
  request: Request;
  /** Later requests still to come first. */
  requests: number;
  at: number;
}

export function createLateRequests(clock: Clock): LateRequests {
  let kept: Kept[] = [];

  async function release(ready: (one: Kept) => boolean, ask: Ask): Promise<void> {
    const now = kept.filter(ready);
    kept = kept.filter((one) => !now.includes(one));
    // Nobody waits for these answers any more.
    for (const { request } of now) await ask(request);
  }

  return {
    async keep(plan, request, { requests, seconds }) {
      const never = Number.POSITIVE_INFINITY;
      const after = requests ?? (seconds === undefined ? 1 : never);
      const at = seconds === undefined ? never : clock.now() + seconds * 1000;
      kept.push({ plan, request: await whole(request), requests: after, at });
    },
    due: (ask) => release(({ at }) => at <= clock.now(), ask),
    async passed(plan, ask) {
      for (const one of kept) if (one.plan === plan) one.requests -= 1;
      await release(({ requests }) => requests <= 0, ask);
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
