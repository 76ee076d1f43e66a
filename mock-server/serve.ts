import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { OtaServer } from './create.ts';
import { BrokenConnection } from './msw.ts';

export interface ServeOptions {
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 0: a free one. */
  port?: number;
  /** How long `close` waits for requests under way, in milliseconds; default 5000. */
  graceMs?: number;
}

export interface Listening {
  /** Where it listens, without a slash at the end. */
  url: string;
  /** Takes no more requests, lets those under way finish, then cuts what is left. */
  close(): Promise<void>;
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** Puts a server on a real port. An open server is refused anywhere but on loopback. */
export async function serve(server: OtaServer, options: ServeOptions = {}): Promise<Listening> {
  const { host = '127.0.0.1', port = 0, graceMs = 5000 } = options;
  if (server.auth === 'open' && !LOOPBACK.test(host)) {
    throw new Error(
      `A server without credentials is not served on ${host}: give it auth keys, or use 127.0.0.1.`,
    );
  }
  const http = createAdaptorServer({
    fetch: (request, env) => answer(server, request, env as HttpBindings),
    overrideGlobalObjects: false,
  }) as Server;
  // Node's 5 s cut the connection of a client that pauses between two calls; it then writes into a closed socket.
  http.keepAliveTimeout = 65_000;
  await listen(http, host, port);
  const address = http.address() as AddressInfo;
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return { url: `http://${shown}:${address.port}`, close: () => stop(http, graceMs) };
}

async function answer(server: OtaServer, request: Request, env: HttpBindings) {
  try {
    return await server.fetch(request, { address: env.incoming.socket.remoteAddress });
  } catch (error) {
    if (!(error instanceof BrokenConnection)) throw error;
    env.incoming.socket.destroy();
    return RESPONSE_ALREADY_SENT;
  }
}

function listen(http: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'the port is in use' : cause.message;
      reject(new Error(`Cannot listen on ${host}:${port}: ${why}.`, { cause }));
    });
    http.listen(port, host, resolve);
  });
}

function stop(http: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    // A connection whose last answer is out would otherwise be kept alive for the whole grace.
    const sweep = setInterval(() => http.closeIdleConnections(), 20);
    const cut = setTimeout(() => http.closeAllConnections(), graceMs);
    http.close(() => {
      clearTimeout(cut);
      clearInterval(sweep);
      resolve();
    });
    http.closeIdleConnections();
  });
}
