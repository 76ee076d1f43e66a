import type { Context } from 'hono';
import type { Caller } from '../auth/caller.ts';
import { gatewayOwner } from '../auth/gateway.ts';
import type { Guard } from '../auth/guard.ts';
import type { Client, ClientReader } from './client.ts';
import { Problem } from './problem.ts';
import type { RateLimiter } from './rate-limit.ts';
import type { AppEnv, Route } from './routes.ts';

export interface AdmissionRules {
  guard: Guard;
  clientOf: ClientReader;
  /** Absent: nobody is limited. */
  limiter: RateLimiter | undefined;
  /** Plain HTTP is for loopback alone. */
  requireHttps: boolean;
}

/** Lets a request in, at once wherever it can, and notes who it is; throws or rejects with Problem 401, 403 or 429. */
export type Admission = (c: Context<AppEnv>, route: Route) => void | Promise<void>;

export function createAdmission(rules: AdmissionRules): Admission {
  const { guard, clientOf, limiter, requireHttps } = rules;

  function admitted(c: Context<AppEnv>, route: Route, client: Client, caller: Caller): void {
    c.set('caller', caller);
    if (!limiter || route.rate === 'exempt') return;
    const key = identity(caller, client, c.req.raw);
    const wait =
      route.rate === 'download'
        ? limiter.takeDownload(key, c.req.path, c.req.header('range') ?? null)
        : limiter.take(key);
    if (wait > 0) throw tooMany(wait);
  }

  /** Guessing is limited by address, and only guessing: who has a good credential is not held up by a neighbour. */
  function refused(client: Client, error: unknown): never {
    const guessed = error instanceof Problem && error.status === 401;
    const wait = guessed && limiter ? limiter.take(`guess:${client.address}`) : 0;
    throw wait > 0 ? tooMany(wait) : error;
  }

  return (c, route) => {
    const client = clientOf(c.req.raw, c.env?.address);
    c.set('client', client);
    if (requireHttps && !client.secure && !client.loopback) throw needsHttps();
    try {
      const caller = guard(c.req.raw, route);
      if (!(caller instanceof Promise)) return admitted(c, route, client, caller);
      return caller.then(
        (found) => admitted(c, route, client, found),
        (error) => refused(client, error),
      );
    } catch (error) {
      if (error instanceof Problem && error.status === 429) throw error;
      return refused(client, error);
    }
  };
}

function identity(caller: Caller, client: Client, request: Request): string {
  if (caller.role === 'anyone') return `address:${client.address}`;
  if (caller.role === 'gateway') return `gateway:${gatewayOwner(request, client.address)}`;
  return `${caller.role}:${caller.id}`;
}

function tooMany(seconds: number): Problem {
  return new Problem(429, `Too many requests; come back in ${seconds} s.`, {
    headers: { 'retry-after': String(seconds) },
  });
}

function needsHttps(): Problem {
  return new Problem(403, 'This server takes HTTPS only; use its https:// address.');
}
