import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { refuse } from './refuse.ts';

/** What a client may take its time for, in milliseconds. */
export interface PortLimits {
  /** For all of a request's headers, and for a TLS handshake. */
  headersMs: number;
  /** In each such span a request body brings 16 KiB, or its end. */
  bodyMs: number;
  /** For taking anything of an answer. */
  stalledMs: number;
}

export const PORT_LIMITS: PortLimits = { headersMs: 20_000, bodyMs: 30_000, stalledMs: 120_000 };

const BODY_SPAN_BYTES = 16 * 1024;
/** Node's 5 s cut the connection of a client that pauses between two calls; it then writes into a closed socket. */
const KEEP_ALIVE_MS = 65_000;

export interface Watch {
  /** A request has come; its connection is under way until `ended`. */
  began(incoming: IncomingMessage): void;
  ended(incoming: IncomingMessage): void;
}

interface Body {
  since: number;
  /** `socket.bytesRead` at that time. */
  bytes: number;
}

/**
 * Ends connections of clients that hold one without using it: headers or bodies that drip (slow
 * loris), answers that nobody takes. Who waits for the server is left alone, whatever it takes.
 */
export function enforceLimits(http: Server, limits: PortLimits): Watch {
  const busy = new Map<Socket, number>();
  const bodies = new Map<IncomingMessage, Body>();
  http.headersTimeout = limits.headersMs;
  // It would cut an upload by its whole duration, however well it goes on.
  http.requestTimeout = 0;
  http.keepAliveTimeout = KEEP_ALIVE_MS;
  http.timeout = limits.stalledMs;
  http.on('timeout', (socket: Socket) => {
    if (busy.has(socket) && socket.writableLength === 0) socket.setTimeout(limits.stalledMs);
    else socket.destroy();
  });
  const sweep = setInterval(() => sweepBodies(bodies, limits.bodyMs), limits.bodyMs / 4);
  sweep.unref();
  http.on('close', () => clearInterval(sweep));
  return {
    began(incoming) {
      const { socket } = incoming;
      busy.set(socket, (busy.get(socket) ?? 0) + 1);
      if (hasBody(incoming)) bodies.set(incoming, { since: Date.now(), bytes: socket.bytesRead });
    },
    ended(incoming) {
      const { socket } = incoming;
      const others = (busy.get(socket) ?? 1) - 1;
      if (others > 0) busy.set(socket, others);
      else busy.delete(socket);
      bodies.delete(incoming);
    },
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function sweepBodies(bodies: Map<IncomingMessage, Body>, bodyMs: number): void {
  const now = Date.now();
  for (const [incoming, body] of bodies) {
    const { socket } = incoming;
    if (incoming.complete) {
      bodies.delete(incoming);
    } else if (isFull(incoming) || socket.bytesRead - body.bytes >= BODY_SPAN_BYTES) {
      body.since = now;
      body.bytes = socket.bytesRead;
    } else if (now - body.since >= bodyMs) {
      bodies.delete(incoming);
      refuse(socket, 408, 'The body of the request came too slowly; send it again, faster.');
    }
  }
}

/** The client would send, and the server does not take: a disk or a check is slow, not the client. */
function isFull(incoming: IncomingMessage): boolean {
  return incoming.isPaused() || incoming.readableLength >= incoming.readableHighWaterMark;
}
