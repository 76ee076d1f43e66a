import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { createApp, type ErrorLog } from './app.ts';
import { type AccessOptions, planAccess, type ServerAccess } from './auth/access.ts';
import type { AuthSettings } from './auth/guard.ts';
import { type Clock, systemClock } from './clock.ts';
import { createFaces, type Faces } from './faces.ts';
import { fillable, skewable } from './faults/environment.ts';
import type { FaultPlan } from './faults/plan.ts';
import { faultRoutes } from './faults/routes.ts';
import type { AppEnv, Route } from './http/routes.ts';
import { openImageStore } from './images/image-store.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import { openStore, type Store } from './store/store.ts';

export interface OtaServerOptions extends AccessOptions {
  /** Holds `ota.sqlite` and `images/`. Without it a temporary folder, removed by `close`. */
  dataDir?: string;
  /** Holds the image files; default `images/` in `dataDir`. Several servers may share one. */
  imagesDir?: string;
  /** A file, `:memory:`, or `postgres://…`. Default: `ota.sqlite` in `dataDir`, in memory where none is given. */
  database?: string;
  /** Default: the machine's clock. */
  clock?: Clock;
  /** Under which simulated boards and MSW know the server, default `http://ota.test`; links lead there where it is given. */
  publicUrl?: string;
  /** Bytes of the largest upload; default 50 MB. */
  maxUploadSize?: number;
  /** How long a gateway holds an update without a word, in seconds; default 180. */
  leaseSeconds?: number;
  /** How long a device may be silent in the middle of an update, in seconds; default 86400. */
  staleAfterSeconds?: number;
  /** Told of failures of the server's own. Default: standard error. */
  logError?: ErrorLog;
  /**
   * Serves `/__faults`, where an admin arms fault plans over HTTP; plans given here are in force from the start. `use` takes plans
   * without it.
   */
  faults?: boolean | readonly FaultPlan[];
}

export interface OtaServer extends Faces {
  app: Hono<AppEnv>;
  /** The route table. */
  routes: readonly Route[];
  auth: AuthSettings;
  publicUrl: string;
  dataDir: string;
  /** Back to empty: overrides, fault plans, rows (ids start at 1 again) and images. */
  reset(): Promise<void>;
  store: Store;
  /** What `/metrics` tells; a port counts into it. */
  metrics: Metrics;
  logError: ErrorLog;
  /** Makes one JWT void by its `jti`, or all that a device was given so far. */
  revoke: ServerAccess['revoke'];
  close(): Promise<void>;
}

const MAX_UPLOAD_SIZE = 50 * 1024 * 1024;
const LEASE_SECONDS = 180;
const STALE_AFTER_SECONDS = 24 * 3600;

/** Opens storage and builds the server; `serve` puts it on a port, MSW and `fetch` need none. */
export async function createOtaServer(options: OtaServerOptions = {}): Promise<OtaServer> {
  const auth = options.auth ?? 'open';
  const logError = options.logError ?? logToStandardError;
  const publicUrl = new URL(options.publicUrl ?? 'http://ota.test').origin;
  const rightClock = options.clock ?? systemClock;
  const clock = skewable(rightClock);
  const accessTo = planAccess({ ...options, auth }, clock);
  const ownsDir = options.dataDir === undefined;
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'ota-server-')));
  await mkdir(dataDir, { recursive: true });
  const inMemory = ownsDir ? ':memory:' : join(dataDir, 'ota.sqlite');
  const images = await openImageStore(options.imagesDir ?? join(dataDir, 'images'));
  const store = await openStore(options.database ?? inMemory);
  const metrics = createMetrics(store);
  const access = accessTo(store);
  const app = createApp(
    {
      store,
      images: fillable(images),
      clock,
      maxUploadSize: options.maxUploadSize ?? MAX_UPLOAD_SIZE,
      leaseMs: (options.leaseSeconds ?? LEASE_SECONDS) * 1000,
      staleMs: (options.staleAfterSeconds ?? STALE_AFTER_SECONDS) * 1000,
    },
    access,
    metrics,
    logError,
    options.faults ? faultRoutes(() => faces.engine()) : [],
  );
  const faces = createFaces({
    ask: async (request, caller) => app.hono.fetch(request, caller),
    publicUrl,
    clock: rightClock,
    faults: Array.isArray(options.faults) ? options.faults : [],
  });

  return {
    app: app.hono,
    routes: app.routes,
    auth,
    publicUrl,
    dataDir,
    fetch: faces.fetch,
    answer: faces.answer,
    exchange: faces.exchange,
    use: faces.use,
    boundary: faces.boundary,
    faults: faces.faults,
    store,
    metrics,
    logError,
    revoke: access.revoke,
    // A getter: it loads msw.
    get handlers() {
      return faces.handlers;
    },
    async reset() {
      faces.restore();
      app.forget();
      access.forget();
      await store.reset();
      await images.clear();
    },
    async close() {
      faces.close();
      await store.close();
      if (ownsDir) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function logToStandardError(error: unknown, request: Request): void {
  const { pathname } = new URL(request.url);
  console.error(`ota server: ${request.method} ${pathname} failed:`, error);
}
