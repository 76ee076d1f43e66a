import type { CallerBindings } from '../http/routes.ts';
import type { FaultScope } from './plan.ts';
import { isRoute } from './routes-by-name.ts';

/** What a plan can know of a request. `device` is read from a body at most once, and only when asked for. */
export interface Subject {
  request: Request;
  path: string;
  connection: number | undefined;
  gateway: string | undefined;
  device(): Promise<string | undefined>;
}

export function subjectOf(request: Request, caller: CallerBindings): Subject {
  const path = new URL(request.url).pathname;
  let device: Promise<string | undefined> | undefined;
  return {
    request,
    path,
    connection: caller.connection,
    gateway: request.headers.get('x-gateway-id') ?? undefined,
    device() {
      device ??= deviceOf(request, path);
      return device;
    },
  };
}

/** Whether a request is one of those that a scope means. */
export async function inScope(scope: FaultScope, subject: Subject): Promise<boolean> {
  const { request, path } = subject;
  const { route, method, headers = {} } = scope;
  if (route !== undefined && !list(route).some((name) => isRoute(name, path))) return false;
  if (scope.path !== undefined && !glob(scope.path).test(path)) return false;
  if (method !== undefined && !list(method).includes(request.method)) return false;
  if (scope.connection !== undefined && scope.connection !== subject.connection) return false;
  if (scope.gateway !== undefined && scope.gateway !== subject.gateway) return false;
  for (const [name, wanted] of Object.entries(headers)) {
    const given = request.headers.get(name);
    if (given === null || (wanted !== '*' && wanted !== given)) return false;
  }
  return scope.device === undefined || String(scope.device) === (await subject.device());
}

function list<T>(one: T | T[]): T[] {
  return Array.isArray(one) ? one : [one];
}

function glob(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*');
  return new RegExp(`^${escaped}$`);
}

async function deviceOf(request: Request, path: string): Promise<string | undefined> {
  const node = /\/node\/([^/]+)\/progress$/.exec(path)?.[1];
  if (node !== undefined) return decode(node);
  const fromToken = subjectOfToken(request.headers.get('authorization'));
  if (fromToken !== undefined) return fromToken;
  if (!/json/i.test(request.headers.get('content-type') ?? '')) return undefined;
  const body: unknown = await request
    .clone()
    .json()
    .catch(() => undefined);
  const id = (body as { device_id?: unknown } | null | undefined)?.device_id;
  return typeof id === 'number' || typeof id === 'string' ? String(id) : undefined;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The `sub` of a bearer JWT, unverified: it only chooses who is hurt. */
function subjectOfToken(header: string | null): string | undefined {
  const claims = /^bearer +[^.\s]+\.([^.\s]+)\./i.exec(header ?? '')?.[1];
  if (claims === undefined) return undefined;
  try {
    const { sub } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'));
    return typeof sub === 'string' ? sub : undefined;
  } catch {
    return undefined;
  }
}
