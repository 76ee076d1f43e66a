import type { Context, Hono } from 'hono';
import type { Access } from '../auth/guard.ts';
import { Problem } from './problem.ts';

/** What the face that received a request knows of the caller. */
export interface CallerBindings {
  /** The peer's address; absent in process. */
  address?: string;
}

export type AppEnv = { Bindings: CallerBindings };

/** One line of the route table: everything the app serves stands in it, and 405 is built from it. */
export interface Route {
  method: 'GET' | 'POST' | 'DELETE';
  /** With `:name` for one path segment. */
  path: string;
  access: Access;
  handle(c: Context<AppEnv>): Response | Promise<Response>;
}

export type Guard = (request: Request, access: Access) => void;

/** Registers the routes behind the guard; a path with another method is 405, anything else 404. */
export function mountRoutes(app: Hono<AppEnv>, routes: readonly Route[], guard: Guard): void {
  for (const route of routes) {
    app.on(route.method, route.path, (c) => {
      guard(c.req.raw, route.access);
      return route.handle(c);
    });
  }
  const known = routes.map((route) => ({ method: route.method, pattern: toPattern(route.path) }));
  app.notFound((c) => {
    const methods = known.filter((r) => r.pattern.test(c.req.path)).map((r) => r.method);
    if (methods.length === 0) {
      throw new Problem(
        404,
        `Nothing is served at ${c.req.path}; see the route list in README.md.`,
      );
    }
    const allow = [...new Set(methods.flatMap((m) => (m === 'GET' ? ['GET', 'HEAD'] : [m])))];
    throw new Problem(405, `${c.req.method} is not served here; use ${allow.join(' or ')}.`, {
      headers: { allow: allow.join(', ') },
    });
  });
}

function toPattern(path: string): RegExp {
  const escaped = path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/:\w+/g, '[^/]+')}$`);
}
