import type { WireEnd } from '../../tools/formats/wire-script.ts';
import { Problem, problemResponse } from '../http/problem.ts';
import type { Fault } from './fault-schema.ts';
import { redirect, refuse } from './refusals.ts';

/** What an armed plan remembers between requests. */
export interface PlanMemory {
  /** Of `capacity`: when its window began, Unix milliseconds, and how many it has let through. */
  window: { start: number; used: number };
  /** Of `expire_link`: how often each address was asked for. */
  links: Map<string, number>;
  /** Of `limit_data`. */
  sent: Map<number | undefined, number>;
}

export const emptyMemory = (): PlanMemory => ({
  window: { start: Number.NEGATIVE_INFINITY, used: 0 },
  links: new Map(),
  sent: new Map(),
});

/** What comes instead of the server's answer: a Response, the end of the connection without a word, or `undefined` for nothing. */
export function insteadOf(
  fault: Fault,
  request: Request,
  { memory, turn, now }: { memory: PlanMemory; turn: number; now: number },
): Response | WireEnd | undefined {
  switch (fault.fault) {
    case 'answer':
      return answered(fault.status, fault.headers, fault.body);
    case 'shed':
      return refuse(fault, now);
    case 'capacity': {
      const { window } = memory;
      if (now - window.start >= fault.seconds * 1000)
        Object.assign(window, { start: now, used: 0 });
      window.used += 1;
      return window.used > fault.requests ? refuse(fault, now) : undefined;
    }
    case 'redirect':
      return redirect(request, fault);
    case 'expire_link': {
      const used = memory.links.get(request.url) ?? 0;
      memory.links.set(request.url, used + 1);
      return used < fault.requests ? undefined : expired();
    }
    case 'flap':
      return (turn - 1) % (fault.up + fault.down) < fault.up ? undefined : 'rst';
    case 'lose_request':
    case 'late':
      return fault.end;
    default:
      return undefined;
  }
}

function answered(status: number, headers: Record<string, string>, body: string): Response {
  const bodiless = status === 204 || status === 205 || status === 304;
  return new Response(bodiless ? null : body, { status, headers });
}

function expired(): Response {
  const detail = 'This link has expired; ask for a new one with a check.';
  return problemResponse(new Problem(403, detail));
}
