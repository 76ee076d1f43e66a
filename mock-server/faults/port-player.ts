import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { WireScript } from '../../tools/formats/wire-script.ts';
import type { RawConnection } from '../port/raw-answer.ts';
import { play } from './play.ts';

/** So long a client may go on sending after an orderly end; then it is cut off. */
const LINGER_MS = 1000;

/**
 * Plays a script on the socket of a request, past Node's HTTP. Where the connection stays, Node is told that its answer is out, so
 * that it reads the next request.
 */
export async function playOnPort(
  script: WireScript,
  { socket, incoming, outgoing }: RawConnection,
): Promise<void> {
  const gone = new AbortController();
  const leave = () => gone.abort();
  socket.once('close', leave);
  try {
    if (!outgoing.socket) await turnOf(outgoing, gone.signal);
    socket.setNoDelay(true);
    outgoing.statusCode = statusOf(script) ?? outgoing.statusCode;
    // What is left of the body is not for the next request to begin with.
    incoming.resume();
    await play(script, {
      gone: gone.signal,
      write: (bytes) => written(socket, bytes),
      keep: () => settle(socket, outgoing),
      fin: () => finish(socket),
      rst: () => reset(socket),
    });
  } finally {
    socket.off('close', leave);
  }
}

/** With pipelining, an earlier answer may still be under way. */
function turnOf(outgoing: ServerResponse, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    outgoing.once('socket', () => resolve());
    gone.addEventListener('abort', () => resolve(), { once: true });
  });
}

function written(socket: Socket, bytes: Uint8Array): Promise<void> {
  if (!socket.writable) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      socket.off('close', end);
      resolve();
    };
    socket.once('close', end);
    socket.write(bytes, end);
  });
}

/** Ends Node's own answer without a byte of it. `end` writes at once, so nothing else is swallowed. */
function settle(socket: Socket, outgoing: ServerResponse): void {
  const own = Object.getOwnPropertyDescriptor(socket, 'write');
  const swallow = (_data: unknown, encoding: unknown, done: unknown) => {
    const callback = typeof encoding === 'function' ? encoding : done;
    if (typeof callback === 'function') process.nextTick(callback as () => void);
    return true;
  };
  Object.defineProperty(socket, 'write', { value: swallow, configurable: true, writable: true });
  try {
    outgoing.end();
  } finally {
    if (own) Object.defineProperty(socket, 'write', own);
    else Reflect.deleteProperty(socket, 'write');
  }
}

function finish(socket: Socket): void {
  // Closing with bytes unread would send a reset after the FIN, and that may overtake what was sent.
  socket.resume();
  socket.end();
  const linger = setTimeout(() => socket.destroy(), LINGER_MS);
  linger.unref();
  socket.once('end', () => socket.destroySoon());
  socket.once('close', () => clearTimeout(linger));
}

function reset(socket: Socket): void {
  const raw = (socket as { _parent?: Socket })._parent ?? socket;
  try {
    raw.resetAndDestroy();
  } catch {
    raw.destroy();
  }
  socket.destroy();
}

/** For logs and metrics. */
function statusOf({ steps }: WireScript): number | undefined {
  const first = steps.find((step) => step.kind === 'send');
  if (first?.kind !== 'send') return undefined;
  const line = Buffer.from(first.bytes.subarray(0, 12)).toString('latin1');
  const status = Number(/^HTTP\/1\.[01] (\d{3})$/.exec(line)?.[1]);
  return status >= 200 ? status : undefined;
}
