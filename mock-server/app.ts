import { Hono } from 'hono';
import type { ServerAccess } from './auth/access.ts';
import type { DeviceDeps } from './device-api/deps.ts';
import { healthRoute } from './device-api/health-route.ts';
import { deviceApi } from './device-api/routes.ts';
import { fullDisk, ownFault, Problem, problemAnswer, problemResponse } from './http/problem.ts';
import { RouteRouter } from './http/router.ts';
import { type AppEnv, handedOn, mountRoutes, type Route } from './http/routes.ts';
import type { MeshDeps } from './mesh-api/deps.ts';
import { firmwareRoutes } from './mesh-api/firmware-routes.ts';
import { gatewayRoutes } from './mesh-api/gateway-routes.ts';
import { updateRoutes } from './mesh-api/update-routes.ts';
import type { Metrics } from './metrics/metrics.ts';
import { metricsRoutes } from './metrics/route.ts';
import { openApiRoutes } from './openapi/routes.ts';
import { packageVersion } from './package-version.ts';
import { isUnavailable } from './store/errors.ts';

export interface App {
  hono: Hono<AppEnv>;
  /** Every route served, for documents and tests. */
  routes: readonly Route[];
  /** Drops what is cached of rows; needed when the store is changed behind the routes. */
  forget(): void;
}

/** Told of every failure that is the server's own, with what it was doing, and the request's id where it has one. */
export type ErrorLog = (error: unknown, request: Request, id?: string) => void;

export type AppDeps = MeshDeps & Omit<DeviceDeps, 'access'>;

/** The one app that all faces (in process, MSW, a port) serve. */
export function createApp(
  deps: AppDeps,
  access: ServerAccess,
  metrics: Metrics,
  logError: ErrorLog,
  more: readonly Route[] = [],
): App {
  const hono = new Hono<AppEnv>({ router: new RouteRouter() });
  const devices = deviceApi({ ...deps, access });
  const firmware = firmwareRoutes(deps);
  // `/updates/pending` stands before `/updates/:id`: the first match wins.
  const routes: Route[] = [
    healthRoute(deps, packageVersion()),
    ...devices.routes,
    ...firmware.routes,
    ...gatewayRoutes(deps),
    ...updateRoutes(deps),
    ...metricsRoutes(metrics, access.admit),
    ...more,
    ...openApiRoutes(() => routes),
  ];
  mountRoutes(hono, routes, access.admit);
  hono.onError((error, c) => {
    if (!(error instanceof Problem)) logError(error, c.req.raw, c.env?.id);
    const problem =
      error instanceof Problem ? error : (fullDisk(error) ?? databaseAway(error) ?? ownFault());
    return c.env?.plain ? handedOn(problemAnswer(problem)) : problemResponse(problem);
  });
  const forget = () => {
    devices.forget();
    firmware.forget();
  };
  return { hono, routes, forget };
}

/** A 503 while the database does not answer: it may be starting again. */
function databaseAway(error: unknown): Problem | undefined {
  if (!isUnavailable(error)) return undefined;
  return new Problem(503, "The server's database does not answer; try again in a moment.", {
    headers: { 'retry-after': '5' },
  });
}
