import { redirected, serverError, UnreachableError, unreachable } from './errors.ts';
import type { FormBody } from './multipart.ts';

export interface HttpOptions {
  /** With or without a slash at the end, for example `http://127.0.0.1:8000`. */
  baseUrl: string;
  /** How requests are sent: the platform's, or an in-process server's. */
  fetch?: (request: Request) => Promise<Response>;
  /** Sent as `Authorization: Bearer`. */
  adminToken?: string;
  /** Sent as `X-API-Key`. */
  gatewayKey?: string;
  /** Sent as `X-Gateway-Id`: under which name updates are claimed. */
  gatewayId?: string;
  /** For a whole call, in milliseconds; default 30 s, uploads and downloads ten times that. */
  timeoutMs?: number;
}

export interface Call {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Beginning with a slash; segments are already encoded. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  json?: unknown;
  form?: FormBody;
  headers?: Record<string, string>;
  /** Carries an image. */
  large?: boolean;
}

export interface Http {
  /** The answer, if it is a success. Throws ServerError and UnreachableError. */
  send(call: Call): Promise<Response>;
  /** The answer's JSON. */
  json<T>(call: Call): Promise<T>;
  /** The answer's JSON and headers. */
  answer<T>(call: Call): Promise<{ body: T; headers: Headers }>;
}

const TIMEOUT_MS = 30_000;

export function createHttp(options: HttpOptions): Http {
  const base = options.baseUrl.replace(/\/+$/, '');
  const send = options.fetch ?? ((request: Request) => globalThis.fetch(request));
  const credentials: Record<string, string> = {};
  if (options.adminToken) credentials.authorization = `Bearer ${options.adminToken}`;
  if (options.gatewayKey) credentials['x-api-key'] = options.gatewayKey;
  if (options.gatewayId) credentials['x-gateway-id'] = options.gatewayId;

  function requestOf(call: Call): Request {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) query.set(name, String(value));
    }
    const search = query.size > 0 ? `?${query}` : '';
    const headers: Record<string, string> = { ...credentials, ...call.headers };
    if (call.json !== undefined) headers['content-type'] = 'application/json';
    if (call.form) {
      headers['content-type'] = call.form.contentType;
      headers['content-length'] = String(call.form.contentLength);
    }
    return new Request(`${base}${call.path}${search}`, {
      method: call.method,
      headers,
      body: call.json === undefined ? call.form?.stream : JSON.stringify(call.json),
      ...(call.form ? { duplex: 'half' as const } : {}),
      // A redirected POST becomes a GET, of which no server of ours knows anything.
      redirect: call.method === 'GET' ? 'follow' : 'manual',
      signal: AbortSignal.timeout((options.timeoutMs ?? TIMEOUT_MS) * (call.large ? 10 : 1)),
    });
  }

  async function sent(call: Call): Promise<Response> {
    const request = requestOf(call);
    const response = await send(request).catch((error: unknown) => {
      throw unreachable(base, error);
    });
    if (response.ok) return response;
    if (response.status >= 300 && response.status < 400) throw redirected(base, response);
    throw await serverError(response, `${call.method} ${call.path}`);
  }

  async function answer<T>(call: Call): Promise<{ body: T; headers: Headers }> {
    const response = await sent(call);
    const text = await response.text().catch((error: unknown) => {
      throw unreachable(base, error);
    });
    try {
      return { body: JSON.parse(text) as T, headers: response.headers };
    } catch (cause) {
      throw new UnreachableError(
        `${base} answered ${call.method} ${call.path} with something that is not JSON; ` +
          'it is not an OTA server, or something stands between.',
        cause,
      );
    }
  }

  return {
    send: sent,
    answer,
    json: async <T>(call: Call) => (await answer<T>(call)).body,
  };
}
