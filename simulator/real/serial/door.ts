import type { AddressInfo, Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SerialConnector } from '../../board/serial-rom/connector.ts';
import type { RealTime } from '../real-time.ts';
import type { SerialBench } from './bench.ts';

/** A client that hangs up and calls again at once finds its own last call still there for a moment, ms. */
const PATIENCE_MS = 1000;
const LOOK_MS = 20;

/** Where to listen; port 0 takes a free one. */
export interface Place {
  host?: string;
  port: number;
}

/** A way in to a board's port. */
export interface Door {
  /** As a client names it: `rfc2217://127.0.0.1:4000`, `socket://…`, `/tmp/…`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Runs `done`, in the world, when no more than `limit` bytes of the host wait to leave. */
export function whenBelow(
  time: RealTime,
  connector: SerialConnector,
  limit: number,
  done: () => void,
): void {
  const excess = connector.queued - limit;
  if (excess <= 0) return done();
  // Looked at when about that much has left; the line decides, not this estimate.
  const ms = Math.max(1, Math.min(50, (excess * 10_000) / connector.baud));
  setTimeout(() => time.soon(() => whenBelow(time, connector, limit, done)), ms);
}

/** So many bytes of a client wait for the line before it is asked to wait itself. */
const FROM_CLIENT = 65_536;
/** What a client does not read is lost beyond so many bytes, as on a wire that nobody listens to. */
const TO_CLIENT = 1 << 20;

/** Hands a client's bytes to the line, and pauses the client while too many wait. Called in the world. */
export function take(
  time: RealTime,
  connector: SerialConnector,
  client: Duplex,
  bytes: Uint8Array,
): void {
  connector.write(bytes);
  if (connector.queued <= FROM_CLIENT || client.isPaused()) return;
  client.pause();
  whenBelow(time, connector, FROM_CLIENT / 2, () => client.resume());
}

export function give(client: Duplex, bytes: Uint8Array): void {
  if (client.writableLength < TO_CLIENT) client.write(bytes);
}

/** The board's port, once its last user has left; undefined when that one stays. */
export async function claimSoon(
  bench: SerialBench,
  name: string,
): Promise<SerialConnector | undefined> {
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_MS) {
    if (!bench.isOpen(name)) return bench.claim(name);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return undefined;
}

export function listen(server: Server, { host = '127.0.0.1', port }: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** The door of a server that listens, with its clients cut when it closes. */
export function placeOf(server: Server, scheme: string): Door {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const { address, port, family } = server.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  return {
    url: `${scheme}://${host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
