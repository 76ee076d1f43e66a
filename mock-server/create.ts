import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import type { HttpHandler, RequestHandler } from 'msw';
import { createApp, type ErrorLog } from './app.ts';
import { type AccessOptions, createAccess } from './auth/access.ts';
import type { AuthSettings } from './auth/guard.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Answer } from './http/answer.ts';
import type { AppEnv, CallerBindings, Route } from './http/routes.ts';
import { openImageStore } from './images/image-store.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import { createHandlers, fetchWithOverrides } from './msw.ts';
import type { RawAnswer } from './port/raw-answer.ts';
import { openStore, type Store } from './store/store.ts';

export interface OtaServerOptions extends AccessOptions {
  /** Holds `ota.sqlite` and `images/`. Without it a temporary folder, removed by `close`. */
  dataDir?: string;
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
  /** Told of failures of the server's own. Default: standard error. */
  logError?: ErrorLog;
}

export interface OtaServer {
  app: Hono<AppEnv>;
  /** The route table. */
  routes: readonly Route[];
  auth: AuthSettings;
  publicUrl: string;
  dataDir: string;
  /** Answers a request; rejects only with BrokenConnection, where an override asks for it. */
  fetch(request: Request, caller?: CallerBindings): Promise<Response>;
  /** As `fetch`, for a face that writes answers itself, such as a port. */
  answer(request: Request, caller: CallerBindings): Promise<Answer | RawAnswer>;
  /** For MSW's setupServer or setupWorker: everything under `publicUrl`. */
  readonly handlers: HttpHandler[];
  /** Adds MSW handlers that answer before the server does, the newest first, on every face. */
  use(...overrides: RequestHandler[]): void;
  /** Back to empty: overrides, rows (ids start at 1 again) and images. */
  reset(): Promise<void>;
  store: Store;
  /** What `/metrics` tells; a port counts into it. */
  metrics: Metrics;
  logError: ErrorLog;
  close(): Promise<void>;
}

const MAX_UPLOAD_SIZE = 50 * 1024 * 1024;
const LEASE_SECONDS = 180;

/** Opens storage and builds the server; `serve` puts it on a port, MSW and `fetch` need none. */
export async function createOtaServer(options: OtaServerOptions = {}): Promise<OtaServer> {
  const auth = options.auth ?? 'open';
  const logError = options.logError ?? logToStandardError;
  const publicUrl = new URL(options.publicUrl ?? 'http://ota.test').origin;
  const ownsDir = options.dataDir === undefined;
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'ota-server-')));
  await mkdir(dataDir, { recursive: true });
  const inMemory = ownsDir ? ':memory:' : join(dataDir, 'ota.sqlite');
  const images = await openImageStore(join(dataDir, 'images'));
  const store = await openStore(options.database ?? inMemory);
  const clock = options.clock ?? systemClock;
  const metrics = createMetrics(store);
  const access = createAccess({ ...options, auth }, { store, clock });
  const app = createApp(
    {
      store,
      images,
      clock,
      maxUploadSize: options.maxUploadSize ?? MAX_UPLOAD_SIZE,
      leaseMs: (options.leaseSeconds ?? LEASE_SECONDS) * 1000,
    },
    access,
    metrics,
    logError,
  );
  let overrides: RequestHandler[] = [];
  let handlers: HttpHandler[] | undefined;

  const ask = async (request: Request, caller: CallerBindings) => app.hono.fetch(request, caller);
  const fetch = (request: Request, caller: CallerBindings = {}) =>
    overrides.length === 0
      ? ask(request, caller)
      : fetchWithOverrides(overrides, request, publicUrl, (r) => ask(r, caller));
  const answer = (request: Request, caller: CallerBindings) =>
    overrides.length === 0
      ? ask(request, Object.assign(caller, { plain: true as const }))
      : fetch(request, caller);

  return {
    app: app.hono,
    routes: app.routes,
    auth,
    publicUrl,
    dataDir,
    fetch,
    answer,
    store,
    metrics,
    logError,
    get handlers() {
      handlers ??= createHandlers(publicUrl, fetch);
      return handlers;
    },
    use(...added) {
      overrides = [...added, ...overrides];
    },
    async reset() {
      overrides = [];
      app.forget();
      access.forget();
      await store.reset();
      await images.clear();
    },
    async close() {
      await store.close();
      if (ownsDir) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function logToStandardError(error: unknown, request: Request): void {
  const { pathname } = new URL(request.url);
  console.error(`ota server: ${request.method} ${pathname} failed:`, error);
}
