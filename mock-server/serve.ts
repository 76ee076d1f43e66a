import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { isOpen } from './auth/guard.ts';
import type { OtaServer } from './create.ts';
import { enforceLimits, PORT_LIMITS, type PortLimits } from './port/limits.ts';
import { listen, stop } from './port/listen.ts';
import { createListener, type Observer } from './port/listener.ts';
import { refuseClient } from './port/refuse.ts';
import { secureOptions, type TlsOptions } from './port/tls.ts';

export interface ServeOptions {
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 0: a free one. */
  port?: number;
  /** Serves HTTPS, and nothing else. */
  tls?: TlsOptions;
  /** How long `close` waits for requests under way, in milliseconds; default 5000. */
  graceMs?: number;
  /** How long clients may take; see PORT_LIMITS for the defaults. */
  limits?: Partial<PortLimits>;
  /** Told of every request once its answer has ended: for a log, for metrics. */
  observe?: Observer;
  /** Told of connections that never became a request, in a sentence: a failed TLS handshake. */
  onRefused?: (why: string, address: string | undefined) => void;
}

export interface Listening {
  /** Where it listens, without a slash at the end. */
  url: string;
  /** Takes no more requests, lets those under way finish for `graceMs`, then cuts what is left. */
  close(graceMs?: number): Promise<void>;
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/**
 * Puts a server on a real port. Rejects with a sentence where the port cannot be had, certificates
 * do not fit, or an open server would be reached from anywhere but this machine.
 */
export async function serve(server: OtaServer, options: ServeOptions = {}): Promise<Listening> {
  const { host = '127.0.0.1', port = 0, graceMs = 5000 } = options;
  if (isOpen(server.auth) && !LOOPBACK.test(host)) {
    throw new Error(
      `A server without credentials is not served on ${host}: give it auth keys, or use 127.0.0.1.`,
    );
  }
  const http = createPort(server, options);
  await listen(http, host, port);
  const address = http.address() as AddressInfo;
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  const scheme = options.tls ? 'https' : 'http';
  return {
    url: `${scheme}://${shown}:${address.port}`,
    close: (grace = graceMs) => stop(http, grace),
  };
}

function createPort(server: OtaServer, options: ServeOptions): Server {
  const limits = { ...PORT_LIMITS, ...options.limits };
  const common = {
    // How often Node looks for headers that are late; its 30 s would be added to the limit.
    connectionsCheckingInterval: limits.headersMs / 4,
    // Node's own answer to a request without one says nothing.
    requireHostHeader: false,
  };
  const http: Server = options.tls
    ? createSecureServer({
        ...common,
        ...secureOptions(options.tls),
        handshakeTimeout: limits.headersMs,
      })
    : createServer(common);
  const observe: Observer = (exchange) => {
    server.metrics.observe(exchange);
    options.observe?.(exchange);
  };
  http.on('request', createListener(server, enforceLimits(http, limits), observe));
  http.on('clientError', refuseClient);
  http.on('tlsClientError', (error, socket) =>
    options.onRefused?.(`TLS: ${error.message}`, socket.remoteAddress),
  );
  return http;
}
